/**
 * What kinds of blocks there are, and what the transactions of each see. Blocks of a rollup for development have instructions or transactions, never
 * both: so time and fees that were set for the next transaction wait for it, whatever empty blocks come before. Pure: who builds a block and who
 * verifies it come to the same.
 */

import type { Hex } from '../primitives/bytes.ts'
import { bigintToBytes, toHex } from '../primitives/bytes.ts'
import { instructionOf } from './dev/keyless.ts'
import { type DevSettings, readDevSettings } from './dev/settings.ts'
import { type EthereumHeader, nextBaseFee } from './header.ts'
import type { StateDiff } from './state/journal.ts'
import type { StateReader } from './state/reader.ts'
import type { Transaction } from './transaction.ts'
import type { BlockContext } from './vm/vm.ts'

/** An earlier block to go back to, and what undoes all that came after it. */
export interface PastBlock {
  readonly timestamp: number
  readonly undo: StateDiff
}

export type BlockPlan =
  | { readonly kind: 'idle' | 'work' | 'instructions' }
  /** Null: there is no such block. */
  | { readonly kind: 'revert'; readonly to: PastBlock | null }

/** The earlier block of that number on the chain that is built on. */
export type FindPast = (number: number) => PastBlock | null

/** What consensus decides of a block before any transaction runs. */
export interface Environment {
  readonly timestamp: number
  readonly beneficiary: Hex
  readonly prevRandao: Hex
  readonly parentBeaconBlockRoot: Hex
}

export type BeginningBlock = BlockContext & Pick<Environment, 'parentBeaconBlockRoot'>

/** Of a block that contains `transactions`: a mixture isn't any kind, and is found to be invalid. */
export function planOf(transactions: readonly Transaction[], findPast: FindPast): BlockPlan {
  const first = transactions[0]
  if (first === undefined) return { kind: 'idle' }
  const instruction = instructionOf(first)
  if (instruction === null || instruction.name === 'mine') return { kind: 'work' }
  if (instruction.name !== 'revertTo') return { kind: 'instructions' }
  const [number] = instruction.values
  return { kind: 'revert', to: number > BigInt(Number.MAX_SAFE_INTEGER) ? null : findPast(Number(number)) }
}

/** Of the next block with work on `parent`, if that is all that happens. */
export function baseFeeAfter({ header, state }: { header: EthereumHeader; state: StateReader }): bigint {
  return readDevSettings(state)?.nextBaseFee ?? nextBaseFee(header)
}

export function contextAfter(
  parent: { readonly header: EthereumHeader; readonly state: StateReader },
  environment: Environment,
  plan: BlockPlan,
): BeginningBlock {
  const { header, state } = parent
  const block = {
    ...environment,
    number: header.number + 1,
    gasLimit: header.gasLimit,
    baseFeePerGas: nextBaseFee(header),
  }
  const settings = readDevSettings(state)
  if (settings === null) return block
  const { coinbase, gasLimit, nextBaseFee: fee, nextPrevRandao } = settings
  const isWork = plan.kind === 'work'
  return {
    ...block,
    timestamp: timestampOf(plan, settings, header.timestamp, environment.timestamp),
    ...(gasLimit !== null && { gasLimit: Number(gasLimit) }),
    ...(coinbase !== null && { beneficiary: toHex(bigintToBytes(coinbase, 20)) }),
    ...(isWork && fee !== null && { baseFeePerGas: fee }),
    ...(isWork && nextPrevRandao !== null && { prevRandao: toHex(bigintToBytes(nextPrevRandao, 32)) }),
  }
}

/** Only blocks with work may take time past what is set for the next of them, and instructions take none. */
function timestampOf(
  plan: BlockPlan,
  { timeOffset, nextTimestamp, timestampInterval }: DevSettings,
  parent: number,
  agreed: number,
): number {
  if (plan.kind === 'revert') return plan.to?.timestamp ?? parent
  if (plan.kind === 'instructions') return parent
  const passing = Math.max(parent, agreed + Number(timeOffset))
  const interval = timestampInterval === null ? null : Number(timestampInterval)
  if (plan.kind === 'work') {
    if (nextTimestamp !== null) return Number(nextTimestamp)
    return interval === null ? passing : parent + interval
  }
  if (interval !== null) return parent
  return nextTimestamp === null ? passing : Math.min(passing, Math.max(parent, Number(nextTimestamp)))
}
