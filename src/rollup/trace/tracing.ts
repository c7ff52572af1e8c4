/**
 * Transactions and calls executed once more, with a tracer beside them. In: where they stand, and what follows them. Out: what they did. It changes
 * nothing: each execution has a journal of its own on the state that was before.
 */

import { isInstruction } from '../dev/keyless.ts'
import { type ExecutionSite, executeTransaction, NOTHING_RUN } from '../executor.ts'
import { StateJournal } from '../state/journal.ts'
import type { StateReader } from '../state/reader.ts'
import { TouchedState } from '../state/touched-state.ts'
import type { Executable, TransactionType } from '../transaction.ts'
import type { TracedVm } from '../vm/wasm/vm.ts'
import type { TraceCollector } from './collector.ts'

/** Executes `transaction`, which has passed the checks, on `site`, and leaves there what it changes. */
export async function traceTransaction(
  { vm, follow }: TracedVm,
  site: ExecutionSite,
  transaction: Executable & { readonly type?: TransactionType },
  collector: TraceCollector,
): Promise<object> {
  const { journal: before, block } = site
  const state = new TouchedState(before)
  const after = new StateJournal(state)
  const { type = null, from } = transaction
  const outcome =
    type !== null && isInstruction({ type, from })
      ? NOTHING_RUN
      : await follow(collector, () => executeTransaction(vm, after, block, transaction))
  after.endTransaction()
  const isPrecompile = vm.isPrecompile.bind(vm)
  const { touched } = state
  const result = collector.result({ transaction, outcome, before, after, touched, isPrecompile })
  keep(before, after)
  return result
}

function keep(journal: StateJournal, later: StateReader & Pick<StateJournal, 'diff'>): void {
  const { accounts, storage, code } = later.diff()
  for (const [hash, bytes] of code) journal.keepCode(hash, bytes)
  for (const [address, account] of accounts) journal.setAccount(address, account)
  for (const [address, slots] of storage) {
    for (const [slot, value] of slots) journal.setStorage(address, slot, value)
  }
  journal.endTransaction()
}
