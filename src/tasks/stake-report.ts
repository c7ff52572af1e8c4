/** `beacon run stake report`. */

import { formatTokens } from '../cli/amounts.ts'
import type { CommitteeAnswer, ValidatorAnswer, ValidatorSetAnswer } from '../cli/beacon-answers.ts'
import type { Network } from '../cli/network.ts'
import { table } from '../cli/output.ts'
import type { TaskContext } from '../plugin/context.ts'
import type { Hex } from '../primitives/bytes.ts'

export interface StakeRow {
  readonly validator: number
  readonly address: Hex
  readonly stakeWei: bigint
  /** In votes and draws: the stake, capped. */
  readonly weightWei: bigint
  /** Of all weight, 0 to 1. */
  readonly share: number
  /** Rollups that it has a seat of at present. */
  readonly sequences: readonly string[]
}

export default async function stakeReport({ byWeight }: { byWeight: boolean }, context: TaskContext) {
  const network = await context.openNetwork()
  const { beacon } = network
  const [validators, set, seats] = await Promise.all([
    beacon.request('beacon_getValidators') as Promise<ValidatorAnswer[]>,
    beacon.request('beacon_getValidatorSet') as Promise<ValidatorSetAnswer>,
    fetchSeats(network),
  ])
  const weights = new Map(set.validators.map(({ validator, weight }) => [validator, BigInt(weight)]))
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0n)
  const rows = validators.map(({ index, account, stake }): StakeRow => {
    const weightWei = weights.get(index) ?? 0n
    const sequences = seats.filter((seat) => seat.validators.includes(index)).map(({ rollup }) => rollup)
    const share = shareOf(weightWei, total)
    return { validator: index, address: account, stakeWei: BigInt(stake), weightWei, share, sequences }
  })
  if (byWeight) rows.sort((a, b) => Number(b.weightWei - a.weightWei))
  context.print(`epoch ${set.epoch}: ${formatTokens(total)} of weight`)
  for (const line of table(rows.map(describe))) context.print(line)
  return { epoch: set.epoch, totalWeightWei: total, validators: rows }
}

async function fetchSeats({ beacon, endpoints }: Network) {
  return Promise.all(
    endpoints.rollups.map(async ({ name }) => {
      const committee = (await beacon.request('beacon_getCommittee', [name])) as CommitteeAnswer | null
      return { rollup: name, validators: committee?.seats.map(({ validator }) => validator) ?? [] }
    }),
  )
}

/** To six decimals. */
function shareOf(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number((part * 1_000_000n) / whole) / 1_000_000
}

function describe({ validator, address, stakeWei, weightWei, share, sequences }: StakeRow): string[] {
  return [
    `validator ${validator}`,
    address,
    `${formatTokens(stakeWei)} staked`,
    `weight ${formatTokens(weightWei)}`,
    `${(share * 100).toFixed(2)} %`,
    sequences.length === 0 ? '' : `sequences ${sequences.join(', ')}`,
  ]
}
