/**
 * What one sees of a network that is under faults: the heads of its chains as they go forward, and evidence. A node that doesn't answer is asked
 * again; nothing here waits longer than a moment for any of them.
 */

import { HEAD_RUNGS, type HeadRung } from '../primitives/ladder.ts'
import { createRpcClient, type RpcClient } from '../rpc/client.ts'
import type { EvidenceAnswer, SoftHeadsAnswer } from './beacon-answers.ts'
import type { Network } from './network.ts'

/** Heights; 0 where nothing was ever seen. */
export interface Sight {
  /** Unix ms: when it was asked for. */
  readonly at: number
  readonly epoch: number
  readonly beacon: number
  readonly rollups: ReadonlyMap<string, Readonly<Record<HeadRung, number>>>
  readonly evidence: readonly EvidenceAnswer[]
}

interface BeaconAnswer {
  readonly epoch: number
  readonly head: { readonly height: number }
}

const ANSWER_MS = 2_000
const NO_HEADS = Object.fromEntries(HEAD_RUNGS.map((rung) => [rung, 0])) as Record<HeadRung, number>

export class FaultSight {
  readonly #beacon: RpcClient
  readonly #rollups: ReadonlyMap<string, RpcClient>
  #last: Sight = { at: 0, epoch: 0, beacon: 0, rollups: new Map(), evidence: [] }

  constructor({ endpoints }: Pick<Network, 'endpoints'>) {
    const connect = (url: string) => createRpcClient(url, { timeoutMs: ANSWER_MS })
    this.#beacon = connect(endpoints.beacon.rpcUrl)
    this.#rollups = new Map(endpoints.rollups.map(({ name, rpcUrl }) => [name, connect(rpcUrl)]))
  }

  /** The network as of now; where nobody answers, as it was seen last. Heights never go back. */
  async look(): Promise<Sight> {
    const last = this.#last
    const at = Date.now()
    const [beacon, evidence, ...heads] = await Promise.all([
      ask<BeaconAnswer>(this.#beacon, 'beacon_getStatus'),
      ask<EvidenceAnswer[]>(this.#beacon, 'beacon_getEvidence'),
      ...[...this.#rollups].map(async ([name, rpc]) => {
        const seen = last.rollups.get(name) ?? NO_HEADS
        return [name, later(seen, await ask<SoftHeadsAnswer>(rpc, 'soft_getHeads'))] as const
      }),
    ])
    this.#last = {
      at,
      epoch: Math.max(last.epoch, beacon?.epoch ?? 0),
      beacon: Math.max(last.beacon, beacon?.head.height ?? 0),
      rollups: new Map(heads),
      evidence: evidence ?? last.evidence,
    }
    return this.#last
  }

  close(): void {
    for (const client of [this.#beacon, ...this.#rollups.values()]) client.close()
  }
}

/** Null if it isn't answered. */
function ask<Answer>(rpc: RpcClient, method: string): Promise<Answer | null> {
  return rpc.request(method).then(
    (answer) => answer as Answer,
    () => null,
  )
}

function later(seen: Record<HeadRung, number>, heads: SoftHeadsAnswer | null): Record<HeadRung, number> {
  const entries = HEAD_RUNGS.map((rung) => [rung, Math.max(seen[rung], heads?.[rung]?.number ?? 0)])
  return Object.fromEntries(entries) as Record<HeadRung, number>
}
