/** The EVM that is a WASM component (evm/assembly), as a VM. */

import { createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common'
import { createEVM } from '@ethereumjs/evm'
import type { Component } from '../../../platform/components/load.ts'
import type { Hex } from '../../../primitives/bytes.ts'
import type { Fork } from '../../forks.ts'
import type { StateJournal } from '../../state/journal.ts'
import { ROLLUP_PRECOMPILES } from '../precompiles.ts'
import type { BlockContext, Message, Outcome, Vm } from '../vm.ts'
import { EvmHost } from './host.ts'
import { type Chain, encodeMessage } from './message.ts'
import { takeOutcome } from './outcome.ts'

interface EvmInterface {
  run(message: Uint8Array): Uint8Array
}

const HOST = 'beacon:evm/host'
const HARDFORKS: Readonly<Record<Fork, Hardfork>> = {
  shanghai: Hardfork.Shanghai,
  cancun: Hardfork.Cancun,
  prague: Hardfork.Prague,
  osaka: Hardfork.Osaka,
}

/** `component` is the one that is shipped in dist/evm. */
export async function createWasmVm(component: Component, chain: Chain): Promise<Vm> {
  const common = createCustomCommon({ chainId: chain.chainId, name: 'rollup' }, Mainnet, {
    hardfork: HARDFORKS[chain.fork],
  })
  const native = await createEVM({ common, customPrecompiles: ROLLUP_PRECOMPILES })
  return new WasmVm(component, chain, new EvmHost(native), new Set(native.precompiles.keys()))
}

class WasmVm implements Vm {
  readonly fork: Fork
  readonly #component: Component
  readonly #chain: Chain
  readonly #host: EvmHost
  /** Without 0x. */
  readonly #precompiles: ReadonlySet<string>
  #evm: EvmInterface

  constructor(component: Component, chain: Chain, host: EvmHost, precompiles: ReadonlySet<string>) {
    this.#component = component
    this.#chain = chain
    this.#host = host
    this.#precompiles = precompiles
    this.fork = chain.fork
    this.#evm = this.#instantiate()
  }

  async run(journal: StateJournal, block: BlockContext, message: Message): Promise<Outcome> {
    const host = this.#host
    if (host.journal !== null) throw new Error('a VM runs one message at a time')
    host.journal = journal
    try {
      return takeOutcome(this.#evm.run(encodeMessage(this.#chain, block, message)), journal)
    } catch (cause) {
      // A defect, ours or the machine's: what is in the instance's memory is worth nothing now.
      this.#evm = this.#instantiate()
      throw cause
    } finally {
      host.journal = null
    }
  }

  isPrecompile(address: Hex): boolean {
    return this.#precompiles.has(address.slice(2))
  }

  #instantiate(): EvmInterface {
    const { interfaces } = this.#component.instantiate({ [HOST]: this.#host.interface })
    return interfaces.vm as unknown as EvmInterface
  }
}
