/**
 * The leader's work: fills a block with the best-paying transactions that wait, within the block's gas, its size and a time budget. It
 * takes what the executor accepts and decides nothing else.
 */

import type { Clock } from '../platform/ports.ts'
import { type Environment, type FindPast, planOf } from './block-plan.ts'
import { BODY_OVERHEAD_BYTES } from './body.ts'
import { isMine } from './dev/keyless.ts'
import { DEV_ADDRESS, isAutomining } from './dev/settings.ts'
import { BlockExecution, type Parent, type SealedBlock } from './executor.ts'
import { TRANSFER_GAS } from './gas.ts'
import type { Mempool } from './mempool.ts'
import type { RefusalReason } from './refusal.ts'
import { nonceOf, type StateReader } from './state/reader.ts'
import type { Vm } from './vm/vm.ts'

export interface BuildLimits {
  /** Bytes of the body. */
  readonly bodyBytesMax: number
  /** Building stops after so long, so that the proposal reaches the others well before the view's deadline. */
  readonly budgetMs: number
}

/** Two full blocks still fit into one L1 transaction, which is what a batch has to fit into. */
export const DEFAULT_BUILD_LIMITS: BuildLimits = { bodyBytesMax: 56 * 1024, budgetMs: 150 }

/** A transaction that runs for longer is forgotten, in a block or not: no view is so patient that all seats could execute it in time. */
const EXECUTION_MS_MAX = 2_000

/** Refusals that other circumstances may lift: the transaction stays in the pool. */
const LATER: ReadonlySet<RefusalReason> = new Set([
  'gas-limit-exceeded',
  'fee-cap-below-base-fee',
  'insufficient-funds',
  'other-block',
])

export interface Builder {
  readonly vm: Vm
  readonly mempool: Mempool
  readonly clock: Clock
  readonly limits: BuildLimits
}

/** The next block on `parent`, with what waits; an empty one if nothing does. */
export async function buildBlock(
  { vm, mempool, clock, limits }: Builder,
  parent: Parent,
  environment: Environment,
  findPast: FindPast,
): Promise<SealedBlock> {
  const { state } = parent
  const instruction = mempool.next(DEV_ADDRESS, nonceOf(state, DEV_ADDRESS))
  if (instruction !== null && !isMine(instruction)) {
    const execution = new BlockExecution(vm, parent, environment, planOf([instruction], findPast))
    await fillWithInstructions(execution, mempool, instruction.nonce, limits)
    return execution.seal()
  }
  if (instruction !== null || isAutomining(state)) {
    const execution = new BlockExecution(vm, parent, environment)
    await fillBlock(execution, mempool, state, clock, limits)
    if (instruction !== null) await execution.apply(instruction)
    if (execution.transactions.length > 0) return execution.seal()
  }
  return new BlockExecution(vm, parent, environment, { kind: 'idle' }).seal()
}

async function fillWithInstructions(
  execution: BlockExecution,
  mempool: Mempool,
  firstNonce: number,
  limits: BuildLimits,
): Promise<void> {
  let bytesLeft = limits.bodyBytesMax
  for (let nonce = firstNonce; ; nonce++) {
    const transaction = mempool.next(DEV_ADDRESS, nonce)
    bytesLeft -= BODY_OVERHEAD_BYTES + (transaction?.raw.length ?? 0)
    if (transaction === null || bytesLeft < 0 || (await execution.apply(transaction)) !== null) return
  }
}

/** Applies transactions from `mempool` to `execution`, whose parent's state is `state`. */
export async function fillBlock(
  execution: BlockExecution,
  mempool: Mempool,
  state: StateReader,
  clock: Clock,
  limits: BuildLimits = DEFAULT_BUILD_LIMITS,
): Promise<void> {
  const deadline = clock.now() + limits.budgetMs
  const queue = mempool.best(state, execution.context.baseFeePerGas)
  let bytesLeft = limits.bodyBytesMax
  while (execution.gasLeft >= TRANSFER_GAS && clock.now() <= deadline) {
    const transaction = queue.peek()
    if (transaction === null) return
    const bytes = BODY_OVERHEAD_BYTES + transaction.raw.length
    if (bytes > bytesLeft) {
      queue.skip()
      continue
    }
    const startedAt = clock.now()
    const refusal = await execution.apply(transaction).catch(() => 'failed' as const)
    if (clock.now() - startedAt > EXECUTION_MS_MAX) mempool.drop(transaction.hash)
    if (refusal === null) {
      bytesLeft -= bytes
      queue.take()
      continue
    }
    queue.skip()
    // A transaction that breaks the VM would break it for every leader.
    if (refusal === 'failed' || !LATER.has(refusal.reason)) mempool.drop(transaction.hash)
  }
}
