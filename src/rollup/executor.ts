/**
 * Executes a block's transactions one after another, by Prague's rules, and makes the header that follows. The proposer and every
 * verifier run this same code; only where the transactions come from differs. In: the parent's header and state, the environment that
 * consensus decided, transactions. Out: header, receipts and a new state version. It knows no clock, mempool or store.
 */

import { type Hex, toHex } from '../primitives/bytes.ts'
import { orderedRoot } from '../state/trie.ts'
import { type BeginningBlock, type BlockPlan, contextAfter, type Environment } from './block-plan.ts'
import { applyAuthorizations } from './delegation.ts'
import { checkKeyless, instructionOf, isInstruction, isMine } from './dev/keyless.ts'
import { perform } from './dev/perform.ts'
import { readDevSettings, useUpSettings } from './dev/settings.ts'
import { computeIntrinsicGas, effectiveTip, REFUND_QUOTIENT } from './gas.ts'
import { type EthereumHeader, encodeEthereumHeader, ethereumHash } from './header.ts'
import { computeBloom, encodeReceipt, type Receipt, uniteBlooms } from './receipt.ts'
import { type Refusal, refuse } from './refusal.ts'
import { StateJournal } from './state/journal.ts'
import { codeOf } from './state/reader.ts'
import type { StateVersion } from './state/version.ts'
import { applySystemCalls } from './system-contracts.ts'
import type { Executable, Transaction } from './transaction.ts'
import { checkNonce, checkSender, checkStatically } from './transaction-rules.ts'
import type { BlockContext, Message, Outcome, Vm } from './vm/vm.ts'

/** What a block builds on. */
export interface Parent {
  readonly header: EthereumHeader
  /** Ethereum hash of `header`. */
  readonly hash: Hex
  readonly state: StateVersion
}

export interface SealedBlock {
  /** What consensus had decided. */
  readonly environment: Environment
  readonly header: EthereumHeader
  /** RLP of the header: the application header of the consensus block. */
  readonly encodedHeader: Uint8Array
  readonly hash: Hex
  readonly transactions: readonly Transaction[]
  readonly receipts: readonly Receipt[]
  readonly state: StateVersion
  readonly journal: StateJournal
}

/** Where a block's next transaction executes. */
export interface ExecutionSite {
  readonly journal: StateJournal
  readonly block: BlockContext
}

/** Of what no VM executes. */
export const NOTHING_RUN: Outcome = {
  succeeded: true,
  error: null,
  gasUsed: 0,
  gasRefund: 0,
  output: new Uint8Array(0),
  logs: [],
  createdAddress: null,
  destroyed: [],
}

/** Where the first transaction of a block on `parent` executes: after what the protocol does itself. */
export function beginBlock(parent: Parent, block: BeginningBlock): ExecutionSite {
  const journal = new StateJournal(parent.state)
  const { number, timestamp, parentBeaconBlockRoot } = block
  applySystemCalls(journal, { number, timestamp, parentHash: parent.hash, parentBeaconBlockRoot })
  journal.endTransaction()
  return { journal, block }
}

export class BlockExecution {
  readonly context: BlockContext
  readonly #vm: Vm
  readonly #parent: Parent
  readonly #environment: Environment
  readonly #plan: BlockPlan
  readonly #journal: StateJournal
  readonly #transactions: Transaction[] = []
  readonly #receipts: Receipt[] = []
  #gasUsed = 0
  #isClosed = false

  constructor(vm: Vm, parent: Parent, environment: Environment, plan: BlockPlan = { kind: 'work' }) {
    this.#vm = vm
    this.#parent = parent
    this.#environment = environment
    this.#plan = plan
    const { journal, block } = beginBlock(parent, contextAfter(parent, environment, plan))
    this.#journal = journal
    this.context = block
    const settings = plan.kind === 'work' ? readDevSettings(parent.state) : null
    if (settings === null) return
    useUpSettings(journal, settings, BigInt(block.timestamp - environment.timestamp))
    journal.endTransaction()
  }

  get gasLeft(): number {
    return this.context.gasLimit - this.#gasUsed
  }

  get transactions(): readonly Transaction[] {
    return this.#transactions
  }

  /** Executes `transaction`, or refuses it and leaves the block as it was. Whether it succeeds or reverts is in the receipt. */
  async apply(transaction: Transaction): Promise<Refusal | null> {
    const refusal = this.#check(transaction)
    if (refusal !== null) return refusal
    try {
      const outcome = await this.#execute(transaction)
      this.#gasUsed += outcome.gasUsed
      this.#receipts.push(receiptOf(transaction, outcome, this.#gasUsed))
      this.#transactions.push(transaction)
    } catch (cause) {
      this.#journal.revertTransaction()
      throw cause
    } finally {
      this.#journal.endTransaction()
    }
    return null
  }

  seal(): SealedBlock {
    const state = this.#parent.state.derive(this.#journal.diff())
    const executed = { transactions: this.#transactions, receipts: this.#receipts }
    const { parentBeaconBlockRoot } = this.#environment
    const header = composeHeader(this.context, executed, {
      parentHash: this.#parent.hash,
      stateRoot: state.root,
      parentBeaconBlockRoot,
    })
    const encodedHeader = encodeEthereumHeader(header)
    return {
      ...executed,
      environment: this.#environment,
      header,
      encodedHeader,
      hash: ethereumHash(encodedHeader),
      state,
      journal: this.#journal,
    }
  }

  /** A `mine` or `revertTo` closes its block. */
  async #execute(transaction: Transaction): Promise<Outcome> {
    const instruction = instructionOf(transaction)
    if (instruction === null)
      return await executeTransaction(this.#vm, this.#journal, this.context, transaction)
    this.#isClosed = instruction.name === 'mine' || this.#plan.kind === 'revert'
    const past = this.#plan.kind === 'revert' ? this.#plan.to : null
    const failure = perform(this.#journal, instruction, { timestamp: this.context.timestamp, past })
    const nonce = BigInt(transaction.nonce) + 1n
    this.#journal.updateAccount(transaction.from, { nonce })
    return { ...NOTHING_RUN, succeeded: failure === null, error: failure === null ? null : 'revert' }
  }

  #check(transaction: Transaction): Refusal | null {
    const keyless = checkKeyless(transaction, this.#journal)
    if (keyless !== null) return keyless
    const isWork = !isInstruction(transaction) || isMine(transaction)
    if (this.#isClosed || isWork !== (this.#plan.kind === 'work'))
      return refuse('other-block', 'the transaction belongs into a block of its own')
    if (isInstruction(transaction)) return checkNonce(transaction, this.#journal)
    const { baseFeePerGas } = this.context
    if (transaction.gasLimit > this.gasLeft) return refuse('gas-limit-exceeded', 'gas limit reached')
    if (transaction.maxFeePerGas < baseFeePerGas) {
      return refuse(
        'fee-cap-below-base-fee',
        `max fee per gas less than block base fee: address ${transaction.from}, maxFeePerGas: ${transaction.maxFeePerGas}, baseFee: ${baseFeePerGas}`,
      )
    }
    return (
      checkStatically(transaction, this.context.gasLimit) ??
      checkNonce(transaction, this.#journal) ??
      checkSender(transaction, this.#journal)
    )
  }
}

/** What was executed in a block, in its order. */
export interface Executed {
  readonly transactions: readonly Transaction[]
  readonly receipts: readonly Receipt[]
}

export function composeHeader(
  block: BlockContext,
  { transactions, receipts }: Executed,
  roots: Pick<EthereumHeader, 'parentHash' | 'stateRoot' | 'parentBeaconBlockRoot'>,
): EthereumHeader {
  return {
    ...block,
    ...roots,
    transactionsRoot: toHex(orderedRoot(transactions.map(({ raw }) => raw))),
    receiptsRoot: toHex(orderedRoot(receipts.map(encodeReceipt))),
    logsBloom: uniteBlooms(receipts.map(({ logsBloom }) => logsBloom)),
    gasUsed: receipts.at(-1)?.cumulativeGasUsed ?? 0,
  }
}

/**
 * Buys gas, runs the message, refunds, pays the tip; the base fee is burned. The sender's nonce and fee stay taken when the message
 * fails. `transaction` has passed the checks.
 */
export async function executeTransaction(
  vm: Vm,
  journal: StateJournal,
  block: BlockContext,
  transaction: Executable,
): Promise<Outcome> {
  const tip = effectiveTip(transaction, block.baseFeePerGas)
  if (tip === null) throw new Error('the transaction does not pay the base fee')
  const gasPrice = block.baseFeePerGas + tip
  const { from, gasLimit } = transaction
  const sender = journal.account(from)!
  const balance = sender.balance - BigInt(gasLimit) * gasPrice
  journal.updateAccount(from, { nonce: sender.nonce + 1n, balance })

  const { base, floor } = computeIntrinsicGas(transaction, vm.fork)
  const authorizationRefund = applyAuthorizations(journal, transaction.authorizations)
  const message: Message = {
    caller: from,
    to: transaction.to,
    value: transaction.value,
    data: transaction.data,
    gas: gasLimit - base,
    gasPrice,
    accessList: withAuthorities(transaction),
  }
  const outcome = isPlainTransfer(vm, journal, message)
    ? transfer(journal, message)
    : await vm.run(journal, block, message)

  const gasUsed = chargedGas(base + outcome.gasUsed, outcome.gasRefund + authorizationRefund, floor)
  journal.addBalance(from, (BigInt(gasLimit) - BigInt(gasUsed)) * gasPrice)
  journal.addBalance(block.beneficiary, BigInt(gasUsed) * tip)
  for (const address of outcome.destroyed) journal.removeAccount(address)
  return { ...outcome, gasUsed }
}

/** EIP-3529's cap on refunds, then EIP-7623's floor. */
function chargedGas(used: number, refund: number, floor: number): number {
  return Math.max(floor, used - Math.min(refund, Math.floor(used / REFUND_QUOTIENT)))
}

/** EIP-7702: authorities are warm, whether or not their authorization took effect. */
function withAuthorities({ accessList, authorizations }: Pick<Transaction, 'accessList' | 'authorizations'>) {
  if (authorizations.length === 0) return accessList
  const authorities = authorizations.flatMap(({ authority }) => (authority === null ? [] : [authority]))
  return [...accessList, ...authorities.map((address) => ({ address, storageKeys: [] }))]
}

/** To an account without code nothing runs: such a message never enters the VM. */
function isPlainTransfer(vm: Vm, journal: StateJournal, { to }: Message): boolean {
  return to !== null && codeOf(journal, to).length === 0 && !vm.isPrecompile(to)
}

function transfer(journal: StateJournal, { caller, to, value }: Message): Outcome {
  journal.addBalance(caller, -value)
  journal.addBalance(to!, value)
  return NOTHING_RUN
}

/** `outcome` is a transaction's, with the gas that was charged. */
export function receiptOf(transaction: Transaction, outcome: Outcome, cumulativeGasUsed: number): Receipt {
  return {
    type: transaction.type,
    succeeded: outcome.succeeded,
    gasUsed: outcome.gasUsed,
    cumulativeGasUsed,
    logs: outcome.logs,
    logsBloom: computeBloom(outcome.logs),
    contractAddress: outcome.succeeded ? outcome.createdAddress : null,
  }
}
