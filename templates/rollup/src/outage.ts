/** An outage under load: a sequencer of every rollup is killed while transactions are on their way, and started again. */

import type { TestDevnet, TestRollup } from 'beaconlayer/testing'
import { type Confirmed, findLost, type LoadOptions, sendTransfers } from './load.ts'

export const PHASES = ['before', 'during', 'after'] as const

export type Phase = (typeof PHASES)[number]

export interface OutageReport {
  /** The process that was killed. */
  readonly killed: string
  readonly rollups: readonly {
    readonly name: string
    readonly confirmed: Readonly<Record<Phase, readonly Confirmed[]>>
    readonly lost: readonly Confirmed[]
  }[]
}

export async function runOutage(
  devnet: TestDevnet,
  load: LoadOptions,
  say: (line: string) => void = () => {},
): Promise<OutageReport> {
  const { rollups } = devnet
  const sendToAll = () => Promise.all(rollups.map((rollup) => sendTransfers(devnet, rollup, load)))

  const before = await sendToAll()
  say(`${load.count} transactions are confirmed on each rollup`)

  const killed = `validator-${findCommonMember(rollups)}`
  const sending = sendToAll()
  await devnet.fault.kill(killed)
  say(`${killed} is dead, with its seats in ${rollups.map(({ name }) => name).join(' and ')}`)
  const during = await sending
  say(`${load.count} more are confirmed without it`)

  await devnet.fault.heal()
  const after = await sendToAll()
  say(`${killed} is back, and ${load.count} more are confirmed`)

  const reports = rollups.map(async (rollup, i) => {
    const confirmed = { before: before[i], during: during[i], after: after[i] }
    const lost = await findLost(rollup, Object.values(confirmed).flat())
    return { name: rollup.name, confirmed, lost }
  })
  return { killed, rollups: await Promise.all(reports) }
}

/** The index of a validator that has a seat in every rollup. */
function findCommonMember([first, ...others]: readonly TestRollup[]): number {
  const isEverywhere = (index: number) =>
    others.every(({ committee }) => committee.some(({ validator }) => validator === index))
  const found = first.committee.find(({ validator }) => isEverywhere(validator))
  if (found === undefined) throw new Error('no validator has a seat in every rollup')
  return found.validator
}
