/** `beacon run trace slowest`. */

import type { SoftHeadsAnswer } from '../cli/beacon-answers.ts'
import type { TransactionStatus } from '../cli/find-transaction.ts'
import type { Network } from '../cli/network.ts'
import { table } from '../cli/output.ts'
import type { TaskContext } from '../plugin/context.ts'
import type { Hex } from '../primitives/bytes.ts'
import { compareRungs, RUNGS, type Rung } from '../primitives/ladder.ts'
import type { RpcClient } from '../rpc/client.ts'

interface Args {
  readonly rollup: string | undefined
  readonly rung: Rung
  readonly blocks: number
  readonly top: number
}

export interface SlowTransaction {
  readonly tx: Hex
  readonly rollup: string
  readonly block: number
  /** From the first rung whose time is known to the one that was asked for. */
  readonly latencyMs: number
  /** The step that took longest. */
  readonly slowestStep: { readonly from: Rung; readonly to: Rung; readonly ms: number }
}

/** Requests under way at one time. */
const REQUESTS_MAX = 16

export default async function traceSlowest({ rollup, rung, blocks, top }: Args, context: TaskContext) {
  const network = await context.openNetwork()
  const names = rollup === undefined ? network.endpoints.rollups.map(({ name }) => name) : [rollup]
  const measured: SlowTransaction[] = []
  for (const name of names) measured.push(...(await measureRollup(network, name, rung, blocks)))
  const slowest = measured.sort((a, b) => b.latencyMs - a.latencyMs).slice(0, top)
  if (slowest.length === 0) {
    context.note(
      `no transaction of the last ${blocks} blocks has reached '${rung}' where its times are known`,
    )
  }
  for (const line of table(slowest.map(describe))) context.print(line)
  return { rung, measured: measured.length, slowest }
}

async function measureRollup(
  network: Network,
  name: string,
  rung: Rung,
  blocks: number,
): Promise<SlowTransaction[]> {
  const { rpc } = network.rollup(name)
  const heads = (await rpc.request('soft_getHeads')) as SoftHeadsAnswer
  const head = heads.soft?.number ?? 0
  const hashes: Hex[] = []
  for (let number = head; number > Math.max(0, head - blocks); number--) {
    const params = [`0x${number.toString(16)}`, false]
    const block = (await rpc.request('eth_getBlockByNumber', params)) as { transactions: Hex[] } | null
    hashes.push(...(block?.transactions ?? []))
  }
  const statuses = await fetchStatuses(rpc, hashes)
  return statuses.flatMap((status) => measure(status, name, rung) ?? [])
}

async function fetchStatuses(rpc: RpcClient, hashes: readonly Hex[]): Promise<TransactionStatus[]> {
  const statuses: TransactionStatus[] = []
  for (let start = 0; start < hashes.length; start += REQUESTS_MAX) {
    const slice = hashes.slice(start, start + REQUESTS_MAX)
    const answers = slice.map((hash) => rpc.request('soft_getTransactionStatus', [hash]))
    statuses.push(...((await Promise.all(answers)) as TransactionStatus[]))
  }
  return statuses
}

/** Null if it has not reached the rung, or nobody knows when. */
export function measure(status: TransactionStatus, rollup: string, rung: Rung): SlowTransaction | null {
  const upTo = RUNGS.filter((one) => compareRungs(one, rung) <= 0)
  const times = upTo.flatMap((one) =>
    status.times[one] === undefined ? [] : [{ rung: one, at: status.times[one] }],
  )
  const [first] = times
  const last = times.at(-1)
  if (status.block === null || first === undefined || last?.rung !== rung || first.rung === rung) return null
  const steps = times
    .slice(1)
    .map(({ rung: to, at }, i) => ({ from: times[i]!.rung, to, ms: at - times[i]!.at }))
  const slowestStep = steps.reduce((slowest, step) => (step.ms > slowest.ms ? step : slowest))
  return { tx: status.hash, rollup, block: status.block.number, latencyMs: last.at - first.at, slowestStep }
}

function describe({ tx, rollup, block, latencyMs, slowestStep }: SlowTransaction): string[] {
  const { from, to, ms } = slowestStep
  return [tx, `${rollup} block ${block}`, `${latencyMs} ms`, `of these ${ms} ms from ${from} to ${to}`]
}
