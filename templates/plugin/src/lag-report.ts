/** `beacon run lag report`. */

import type { RpcClient, TaskContext } from 'beaconlayer'

interface Args {
  readonly rung: 'beacon' | 'final'
  readonly blocksMax: number | undefined
}

export interface RollupLag {
  readonly rollup: string
  readonly blocks: number
  readonly isFine: boolean
}

/** What Ethereum clients call the newest block on a rung. */
const TAGS = { soft: 'latest', beacon: 'safe', final: 'finalized' } as const

export default async function lagReport({ rung, blocksMax }: Args, context: TaskContext) {
  const bound = blocksMax ?? context.project.config.lag.blocksMax
  const { endpoints, rollup } = await context.openNetwork()
  const rollups: RollupLag[] = []
  for (const { name } of endpoints.rollups) {
    const { rpc } = rollup(name)
    // In this order: the lower head first would look further behind than it is, if blocks came in between.
    const head = await fetchHeight(rpc, TAGS.soft)
    const blocks = Math.max(0, head - (await fetchHeight(rpc, TAGS[rung])))
    rpc.close()
    rollups.push({ rollup: name, blocks, isFine: blocks <= bound })
    context.print(`${name} is ${blocks} blocks ahead`)
  }
  return { rung, blocksMax: bound, rollups }
}

async function fetchHeight(rpc: RpcClient, tag: string): Promise<number> {
  const block = (await rpc.request('eth_getBlockByNumber', [tag, false])) as { number: string } | null
  return Number(block?.number ?? 0)
}
