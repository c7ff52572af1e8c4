/** eth_call and eth_estimateGas: execution that leaves no trace, on any state that is still kept. */

import { isDeepStrictEqual } from 'node:util'
import { type ExecutionSite, executeTransaction } from '../executor.ts'
import { TRANSFER_GAS } from '../gas.ts'
import type { EthereumHeader } from '../header.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { EMPTY_ACCOUNT } from '../state/account.ts'
import { StateJournal } from '../state/journal.ts'
import type { StateReader } from '../state/reader.ts'
import { TouchedState } from '../state/touched-state.ts'
import type { AccessListEntry, Executable } from '../transaction.ts'
import { checkFunds, checkStatically } from '../transaction-rules.ts'
import type { BlockContext, Outcome, Vm } from '../vm/vm.ts'
import type { CallRequest } from './call-request.ts'
import { applyOverride, type Overrides } from './overrides.ts'
import type { Turns } from './turns.ts'

export interface CallSite {
  readonly state: StateReader
  readonly header: EthereumHeader
}

export type CallResult =
  | { readonly refusal: Refusal; readonly outcome: null }
  | { readonly refusal: null; readonly outcome: Outcome }

export type AccessListResult =
  | { readonly refusal: Refusal; readonly outcome: null }
  | { readonly refusal: null; readonly outcome: Outcome; readonly accessList: readonly AccessListEntry[] }

export type Estimate = CallResult | { readonly gas: number }

/** What a call may use, whatever the block's limit. */
export const CALL_GAS_MAX = 50_000_000
/** An estimate may be too high by this part of it, in exchange for fewer executions: as geth's. */
const ESTIMATE_TOLERANCE = 0.015
const ACCESS_LIST_ATTEMPTS_MAX = 8
/** What a callee gets for free with value: may be missing in the guess from gas used. */
const CALL_STIPEND = 2_300

/** One VM executes all calls of a node, in turn. */
export class CallRunner {
  readonly #vm: Vm
  readonly #turns: Turns

  constructor(vm: Vm, turns: Turns) {
    this.#vm = vm
    this.#turns = turns
  }

  call(request: CallRequest, site: CallSite, overrides: Overrides): Promise<CallResult> {
    return this.#turns.inTurn(() => this.#run(request, site, overrides, request.gas ?? site.header.gasLimit))
  }

  /** The least gas with which `request` succeeds, or how it fails even with the most. */
  estimate(request: CallRequest, site: CallSite, overrides: Overrides): Promise<Estimate> {
    return this.#turns.inTurn(() => this.#estimate(request, site, overrides))
  }

  /** What `request` touches beside what is warm by itself, to be declared beforehand, and what it then uses. */
  accessList(request: CallRequest, site: CallSite): Promise<AccessListResult> {
    return this.#turns.inTurn(async () => {
      let accessList = request.accessList
      for (let attempt = 0; ; attempt++) {
        const state = new TouchedState(site.state)
        const declared = { ...request, accessList }
        const gas = request.gas ?? site.header.gasLimit
        const result = await this.#run(declared, { ...site, state }, new Map(), gas)
        if (result.refusal !== null) return result
        const touched = this.#declarable(request, result.outcome, site, state)
        // With other gas left a call may take another way, and so touch something else; the second answer is nearly always the first.
        if (isDeepStrictEqual(touched, accessList) || attempt === ACCESS_LIST_ATTEMPTS_MAX) {
          return { ...result, accessList: touched }
        }
        accessList = touched
      }
    })
  }

  #declarable(
    { from, to }: CallRequest,
    { createdAddress }: Outcome,
    { header }: CallSite,
    { touched }: TouchedState,
  ): AccessListEntry[] {
    return [...touched]
      .filter(([address, slots]) => {
        const isWarm = address === header.beneficiary || address === from || this.#vm.isPrecompile(address)
        const isCalled = address === (to ?? createdAddress)
        return slots.size > 0 || !(isWarm || isCalled)
      })
      .map(([address, slots]) => ({ address, storageKeys: [...slots].sort() }))
      .sort((a, b) => (a.address < b.address ? -1 : 1))
  }

  async #estimate(request: CallRequest, site: CallSite, overrides: Overrides): Promise<Estimate> {
    const most = affordableGas(request, site, overrides)
    const first = await this.#run(request, site, overrides, most)
    if (first.refusal !== null || !first.outcome.succeeded) return first
    const { gasUsed, gasRefund } = first.outcome
    let high = most
    let low = gasUsed - 1
    // Refunds come at the end, and a call passes on at most 63/64 of what is left: in most cases this is enough.
    let guess = Math.ceil(((gasUsed + gasRefund + CALL_STIPEND) * 64) / 63)
    if (gasUsed === TRANSFER_GAS) guess = TRANSFER_GAS
    while (low + 1 < high && (high - low) / high > ESTIMATE_TOLERANCE) {
      const gas = guess > low && guess < high ? guess : Math.floor((low + high) / 2)
      guess = 0
      const { outcome } = await this.#run(request, site, overrides, gas)
      if (outcome?.succeeded) high = gas
      else low = gas
    }
    return { gas: high }
  }

  async #run(request: CallRequest, site: CallSite, overrides: Overrides, gas: number): Promise<CallResult> {
    const prepared = prepareCall(request, site, overrides, gas)
    if ('reason' in prepared) return { refusal: prepared, outcome: null }
    const { journal, block, call } = prepared
    const outcome = await this.#turns.execute(() => executeTransaction(this.#vm, journal, block, call))
    return { refusal: null, outcome }
  }
}

/** A call as it can be executed; or why it can't. */
export function prepareCall(
  request: CallRequest,
  site: CallSite,
  overrides: Overrides,
  gas: number,
): (ExecutionSite & { readonly call: Executable }) | Refusal {
  const journal = new StateJournal(site.state)
  for (const [address, override] of overrides) applyOverride(journal, address, override)
  journal.endTransaction()
  const account = journal.account(request.from) ?? EMPTY_ACCOUNT
  journal.setAccount(request.from, account)
  const price = request.gasPrice ?? 0n
  const call: Executable = {
    ...request,
    nonce: Number(account.nonce),
    gasLimit: Math.min(gas, CALL_GAS_MAX),
    maxFeePerGas: price,
    maxPriorityFeePerGas: price,
    authorizations: [],
  }
  // A call that names no price pays none, and so must not meet a base fee.
  const block: BlockContext = price === 0n ? { ...site.header, baseFeePerGas: 0n } : site.header
  return checkCall(call, journal, block) ?? { journal, block, call }
}

/** Unlike a transaction's, a call's sender may have code. */
function checkCall(call: Executable, journal: StateJournal, block: BlockContext): Refusal | null {
  if (call.maxFeePerGas < block.baseFeePerGas) {
    return refuse(
      'fee-cap-below-base-fee',
      `max fee per gas less than block base fee: maxFeePerGas: ${call.maxFeePerGas}, baseFee: ${block.baseFeePerGas}`,
    )
  }
  return checkStatically(call, CALL_GAS_MAX) ?? checkFunds(call, journal)
}

/** The most gas that the sender can pay for, within the block's and the request's limits. */
function affordableGas(request: CallRequest, { state, header }: CallSite, overrides: Overrides): number {
  const most = Math.min(request.gas ?? header.gasLimit, header.gasLimit, CALL_GAS_MAX)
  if (request.gasPrice === null || request.gasPrice === 0n) return most
  const balance = overrides.get(request.from)?.balance ?? state.account(request.from)?.balance ?? 0n
  const affordable = balance > request.value ? (balance - request.value) / request.gasPrice : 0n
  return affordable < BigInt(most) ? Number(affordable) : most
}
