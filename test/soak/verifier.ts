/**
 * Verifies soft confirmations in the order in which clients got them, trusting the genesis alone: that the committee was elected by the rules,
 * that two thirds of it signed the block, and that the transaction is in it. Portable code, which shares nothing with the nodes' own.
 */

import { setTimeout as delay } from 'node:timers/promises'
import { CHECK_FAILED, LightClient } from '../../src/cli/light-client.ts'
import type { Committee } from '../../src/consensus/committee.ts'
import { readHeader } from '../../src/consensus/header.ts'
import { BeaconError } from '../../src/errors/beacon-error.ts'
import { fromHex, type Hex } from '../../src/primitives/bytes.ts'
import { decodeExactly } from '../../src/primitives/codec.ts'
import { type Instance, instanceKey } from '../../src/primitives/ids.ts'
import { verifyConfirmation } from '../../src/rollup/confirmation.ts'
import { type ConfirmationJson, confirmationFromJson } from '../../src/rollup/confirmation-json.ts'
import { createRpcClient, type RpcClient } from '../../src/rpc/client.ts'

const RETRY_MS = 500
/** Instances whose committees are kept: clients are given confirmations of the newest ones only. */
const COMMITTEES_MAX = 64

export class Verifier {
  readonly #light: LightClient
  readonly #rpc: RpcClient
  readonly #committees = new Map<string, Committee>()

  constructor(genesisFile: string, beaconUrl: string) {
    this.#rpc = createRpcClient(beaconUrl)
    this.#light = new LightClient(genesisFile, this.#rpc)
  }

  /** Null if it holds for `transaction`, else why not. Waits for as long as the Beacon Layer can't be asked, but no longer than `signal`. */
  async flawOf(json: ConfirmationJson, transaction: string, signal: AbortSignal): Promise<string | null> {
    const confirmation = confirmationFromJson(json)
    const committee = await this.#committeeOf(confirmation.header.instance, signal)
    if (typeof committee === 'string') return committee
    const verdict = verifyConfirmation(confirmation, committee, this.#light.scheme)
    if (!verdict.ok) return verdict.flaw
    return verdict.transaction === transaction ? null : `it is not of ${transaction}`
  }

  /** Null if a final block of the Beacon Layer is proven to record the rollup block with this encoded header, else why not. */
  async recordFlawOf(encoded: Hex): Promise<string | null> {
    const header = decodeExactly(fromHex(encoded), readHeader)
    try {
      const record = await this.#light.proveRecord(header.instance.rollup, header)
      return record === null ? 'no record of it' : null
    } catch (cause) {
      return (cause as Error).message
    }
  }

  close(): void {
    this.#rpc.close()
  }

  async #committeeOf(instance: Instance, signal: AbortSignal): Promise<Committee | string> {
    const key = instanceKey(instance)
    const known = this.#committees.get(key)
    if (known !== undefined) return known
    for (let reason = ''; ; ) {
      try {
        const { rollup, epoch, sub } = instance
        const { committee } = await this.#light.proveCommittee(rollup, epoch, sub)
        this.#remember(key, committee)
        return committee
      } catch (cause) {
        if (cause instanceof BeaconError && cause.code === CHECK_FAILED.code) return cause.message
        reason = (cause as Error).message
      }
      if (signal.aborted) return `its committee could not be asked for: ${reason}`
      await delay(RETRY_MS)
    }
  }

  #remember(key: string, committee: Committee): void {
    this.#committees.set(key, committee)
    if (this.#committees.size > COMMITTEES_MAX) {
      this.#committees.delete(this.#committees.keys().next().value!)
    }
  }
}
