/** How far each rung of one rollup has been told: every block once per rung, in the order of the chain. */

import type { SoftHeadsAnswer } from '../cli/beacon-answers.ts'
import type { RollupBlock, RollupConfirmation } from '../plugin/hook-types.ts'
import type { Hex } from '../primitives/bytes.ts'
import { HEAD_RUNGS, type HeadRung } from '../primitives/ladder.ts'
import type { RpcClient } from '../rpc/client.ts'
import { RpcError, SERVER_ERROR } from '../rpc/rpc-error.ts'

export type Climbed =
  | { readonly type: 'block'; readonly block: RollupBlock }
  | { readonly type: 'confirmation'; readonly confirmation: RollupConfirmation }

interface BlockAnswer {
  readonly hash: Hex
  readonly timestamp: Hex
  readonly transactions: readonly Hex[]
  readonly gasUsed: Hex
}

/** A block of this second may be from before `since`, for its time is in whole seconds. */
const SECOND_MS = 1_000
/** How far back it looks for blocks since `since`. */
const LOOKBACK_BLOCKS_MAX = 1_000

export class RollupProgress {
  readonly #rollup: string
  readonly #rpc: RpcClient
  /** The last block that has been told at each rung. */
  readonly #told: Record<HeadRung, number>

  private constructor(rollup: string, rpc: RpcClient, told: Record<HeadRung, number>) {
    this.#rollup = rollup
    this.#rpc = rpc
    this.#told = told
  }

  /** Blocks from before `since` (Unix ms) count as told at the rungs that they have reached. */
  static async begin(rollup: string, rpc: RpcClient, since: number): Promise<RollupProgress> {
    const heads = await fetchHeads(rpc)
    const oldest = Math.max(0, heads.soft - LOOKBACK_BLOCKS_MAX)
    let known = heads.soft
    while (known > oldest) {
      const { timestamp } = await fetchBlock(rpc, known)
      if (Number(timestamp) * SECOND_MS < since - SECOND_MS) break
      known -= 1
    }
    const told = Object.fromEntries(HEAD_RUNGS.map((rung) => [rung, Math.min(heads[rung], known)]))
    return new RollupProgress(rollup, rpc, told as Record<HeadRung, number>)
  }

  /** What has climbed since the last time. */
  async *climb(): AsyncGenerator<Climbed> {
    const heads = await fetchHeads(this.#rpc)
    // The network was taken back to a snapshot: what comes from there on are other blocks.
    if (heads.soft < this.#told.soft) this.#goBack(heads)
    for (const rung of HEAD_RUNGS) {
      while (this.#told[rung] < heads[rung]) {
        const number = this.#told[rung] + 1
        if (rung === 'soft') yield { type: 'block', block: await this.#describe(number) }
        this.#told[rung] = number
        yield {
          type: 'confirmation',
          confirmation: { rollup: this.#rollup, number, rung, seenAt: Date.now() },
        }
      }
    }
  }

  #goBack(heads: Record<HeadRung, number>): void {
    for (const rung of HEAD_RUNGS) this.#told[rung] = Math.min(this.#told[rung], heads[rung])
  }

  async #describe(number: number): Promise<RollupBlock> {
    const { hash, timestamp, transactions, gasUsed } = await fetchBlock(this.#rpc, number)
    return {
      rollup: this.#rollup,
      number,
      hash,
      timestamp: Number(timestamp),
      transactions,
      gasUsed: BigInt(gasUsed),
    }
  }
}

/** 0, which is genesis, where nothing has reached a rung. */
async function fetchHeads(rpc: RpcClient): Promise<Record<HeadRung, number>> {
  const heads = (await rpc.request('soft_getHeads')) as SoftHeadsAnswer
  const entries = HEAD_RUNGS.map((rung) => [rung, heads[rung]?.number ?? 0])
  return Object.fromEntries(entries) as Record<HeadRung, number>
}

async function fetchBlock(rpc: RpcClient, number: number): Promise<BlockAnswer> {
  const answer = await rpc.request('eth_getBlockByNumber', [`0x${number.toString(16)}`, false])
  // Whoever answers now knows less than whoever told the head; the next look finds it.
  if (answer === null) throw new RpcError(SERVER_ERROR, `block ${number} is not there`)
  return answer as BlockAnswer
}
