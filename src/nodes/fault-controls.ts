/**
 * Where a node's faults are switched on and off, for experiments. Stands between the node and its platform, and between its engines and their
 * peers; with all faults off, which is how a node begins, it passes everything on as it is.
 */

import type { BeaconApplication } from '../beacon/application.ts'
import { FaultyTransport } from '../network/faulty-transport.ts'
import { SharedDiskDelay } from '../platform/slow-disk.ts'
import { toHex } from '../primitives/bytes.ts'
import type { Instance } from '../primitives/ids.ts'
import { isSelected, NO_FAULTS, type NodeFaults } from '../primitives/node-faults.ts'
import type { VoteSigner } from '../primitives/signatures.ts'
import { equivocator } from './equivocator.ts'
import type { ValidatorPlatform } from './node-platform.ts'
import type { InstanceOptions } from './running-instance.ts'
import { withSlowDisk } from './slow-platform.ts'
import { withholder } from './withholder.ts'

/** Who misbehaves, if it is told to. */
interface Self {
  /** Null as long as it isn't registered. */
  readonly validator: () => number | null
  readonly signer: VoteSigner
  readonly application: BeaconApplication
}

export class FaultControls {
  /** The one that was given, with a disk and a transport that suffer. */
  readonly platform: ValidatorPlatform
  readonly #diskDelay = new SharedDiskDelay()
  #transport: FaultyTransport | null = null
  #faults = NO_FAULTS

  constructor(platform: ValidatorPlatform) {
    this.platform = {
      ...withSlowDisk(platform, this.#diskDelay),
      createTransport: (options) => {
        this.#transport = new FaultyTransport(platform.createTransport(options), platform)
        return this.#transport
      },
    }
  }

  /** Of the disk, for the validator's other threads. */
  get diskDelay(): SharedArrayBuffer {
    return this.#diskDelay.memory
  }

  set(faults: NodeFaults): void {
    this.#faults = faults
    this.#diskDelay.set(faults.diskDelayMs)
    this.#transport?.setFaults(faults.links)
  }

  /** What engines send, changed on its way as far as the validator is told to misbehave. */
  misbehave(
    send: InstanceOptions['send'],
    { validator, signer, application }: Self,
  ): InstanceOptions['send'] {
    const committeeOf = (instance: Instance) => application.committee(instance)
    const from = ({ rollup }: Instance) => {
      if (isSelected(this.#faults.withholdsFromAll, rollup)) return 'all'
      return isSelected(this.#faults.withholdsFromMost, rollup) ? 'most' : 'nobody'
    }
    const networkKeyOf = (index: number) => toHex(application.state.validator(index)!.networkKey)
    const isOn = ({ rollup }: Instance) => isSelected(this.#faults.equivocates, rollup)
    const withholding = withholder(send, { validator, from, committeeOf, networkKeyOf })
    return equivocator(withholding, { signer, isOn, committeeOf })
  }
}
