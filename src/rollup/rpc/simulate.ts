/**
 * Blocks that might be: calls executed one after another on a state that is kept, block by block, each with its header. Nothing of it stays. In: a
 * base, and what was wished for. Out: blocks with receipts, and how each call ended.
 */

import type { Hex } from '../../primitives/bytes.ts'
import { keccakHex } from '../../primitives/hash.ts'
import { RpcError } from '../../rpc/rpc-error.ts'
import { composeHeader, executeTransaction, receiptOf } from '../executor.ts'
import { type EthereumHeader, encodeEthereumHeader, ethereumHash, nextBaseFee } from '../header.ts'
import type { Log, Receipt } from '../receipt.ts'
import type { RefusalReason } from '../refusal.ts'
import { encodeUnsigned } from '../sign-transaction.ts'
import { StateJournal } from '../state/journal.ts'
import { nonceOf } from '../state/reader.ts'
import type { StateVersion } from '../state/version.ts'
import { applySystemCalls } from '../system-contracts.ts'
import type { TraceBudget } from '../trace/budget.ts'
import { TransferLogs } from '../trace/transfer-logs.ts'
import type { Transaction } from '../transaction.ts'
import { checkFunds, checkNonce, checkStatically } from '../transaction-rules.ts'
import type { BlockContext, Outcome, Vm } from '../vm/vm.ts'
import type { TracedVm } from '../vm/wasm/vm.ts'
import { CALL_GAS_MAX } from './call.ts'
import type { ShownBlock } from './format.ts'
import { applyOverride } from './overrides.ts'
import {
  beyondLimit,
  SIMULATED_BLOCKS_MAX,
  type SimulatedCall,
  type SimulateRequest,
  type WishedBlock,
} from './simulate-request.ts'
import type { Turns } from './turns.ts'

export interface SimulationBase {
  readonly header: EthereumHeader
  readonly hash: Hex
  readonly state: StateVersion
}

export interface SimulationParts {
  readonly chainId: number
  readonly vm: Vm
  /** Null unless transfers are to be logged. */
  readonly traced: TracedVm | null
  readonly turns: Turns
  readonly budget: TraceBudget
}

export interface SimulatedResult {
  readonly outcome: Outcome
  /** With those of transfers, if they were asked for. */
  readonly logs: readonly Log[]
}

export interface SimulatedBlock extends ShownBlock {
  readonly results: readonly SimulatedResult[]
}

/** What a call and its logs take of the answer, beside bytes that it returns. */
const CALL_CHARACTERS = 1_000
const ZERO_WORD: Hex = `0x${'00'.repeat(32)}`
/** By what is wrong with a transaction, where execution-apis has a code for it. */
const CODES: Readonly<Partial<Record<RefusalReason, number>>> = {
  'nonce-too-low': -38010,
  'nonce-too-high': -38011,
  'fee-cap-below-base-fee': -38012,
  'intrinsic-gas-too-low': -38013,
  'insufficient-funds': -38014,
  'gas-limit-exceeded': -38015,
  'initcode-too-large': -38025,
}
const NUMBER_NOT_INCREASED = -38020
const TIME_NOT_INCREASED = -38021

/** Runs the blocks; the caller sees to it that a VM runs one thing at a time. */
export async function simulate(
  base: SimulationBase,
  { blocks, validation }: SimulateRequest,
  parts: SimulationParts,
): Promise<SimulatedBlock[]> {
  const journal = new StateJournal(base.state)
  const simulated: SimulatedBlock[] = []
  let parent: { header: EthereumHeader; hash: Hex } = base
  let gasLeft = CALL_GAS_MAX
  for (const wished of withGaps(blocks, base.header)) {
    const header = nextContext(parent.header, wished, validation)
    const block = await simulateBlock({ base, parent, header, journal, wished, validation, gasLeft }, parts)
    gasLeft -= block.header.gasUsed
    simulated.push(block)
    parent = block
  }
  return simulated
}

/** With an empty block for each number that is left out. */
function withGaps(blocks: readonly WishedBlock[], base: EthereumHeader): WishedBlock[] {
  const all: WishedBlock[] = []
  let last = base.number
  for (const block of blocks) {
    const number = block.overrides.number ?? last + 1
    if (number <= last) {
      throw new RpcError(NUMBER_NOT_INCREASED, `block numbers must be in order: ${number} <= ${last}`)
    }
    if (number - base.number > SIMULATED_BLOCKS_MAX)
      throw beyondLimit(`at most ${SIMULATED_BLOCKS_MAX} blocks`)
    for (let missing = last + 1; missing < number; missing++) all.push(EMPTY)
    all.push(block)
    last = number
  }
  return all
}

const EMPTY: WishedBlock = {
  overrides: {
    number: null,
    timestamp: null,
    gasLimit: null,
    beneficiary: null,
    prevRandao: null,
    baseFeePerGas: null,
  },
  state: new Map(),
  calls: [],
}

function nextContext(parent: EthereumHeader, { overrides }: WishedBlock, validation: boolean): BlockContext {
  const timestamp = overrides.timestamp ?? parent.timestamp + 1
  if (timestamp < parent.timestamp) {
    throw new RpcError(
      TIME_NOT_INCREASED,
      `block timestamps must be in order: ${timestamp} < ${parent.timestamp}`,
    )
  }
  return {
    number: parent.number + 1,
    timestamp,
    beneficiary: overrides.beneficiary ?? parent.beneficiary,
    gasLimit: overrides.gasLimit ?? parent.gasLimit,
    prevRandao: overrides.prevRandao ?? ZERO_WORD,
    // Calls that name no price pay none, and so must not meet a base fee.
    baseFeePerGas: overrides.baseFeePerGas ?? (validation ? nextBaseFee(parent) : 0n),
  }
}

interface BlockWork {
  readonly base: SimulationBase
  readonly parent: { readonly header: EthereumHeader; readonly hash: Hex }
  readonly header: BlockContext
  readonly journal: StateJournal
  readonly wished: WishedBlock
  readonly validation: boolean
  /** For all blocks that are left. */
  readonly gasLeft: number
}

async function simulateBlock(work: BlockWork, parts: SimulationParts): Promise<SimulatedBlock> {
  const { base, parent, header: context, journal, wished, validation } = work
  for (const [address, override] of wished.state) applyOverride(journal, address, override)
  const roots = { parentHash: parent.hash, parentBeaconBlockRoot: ZERO_WORD }
  applySystemCalls(journal, { ...context, ...roots })
  journal.endTransaction()
  const transactions: Transaction[] = []
  const receipts: Receipt[] = []
  const results: SimulatedResult[] = []
  let gasUsed = 0
  for (const call of wished.calls) {
    const gas = Math.min(context.gasLimit - gasUsed, work.gasLeft - gasUsed)
    const transaction = transactionOf(call, journal, gas, parts.chainId)
    check(transaction, journal, context, { gasLeft: gas, validation })
    const result = await run(transaction, journal, context, parts)
    journal.endTransaction()
    gasUsed += result.outcome.gasUsed
    transactions.push(transaction)
    parts.budget.grow(CALL_CHARACTERS + 2 * (result.outcome.output.length + call.data.length))
    receipts.push(receiptOf(transaction, result.outcome, gasUsed))
    results.push(result)
  }
  // Code is shared by all versions of the state, so that what was only simulated mustn't get there.
  const derive = async () => base.state.derive({ ...journal.diff(), code: new Map() }).root
  const stateRoot = await parts.turns.execute(derive)
  const header = composeHeader(context, { transactions, receipts }, { ...roots, stateRoot })
  return { header, hash: ethereumHash(encodeEthereumHeader(header)), transactions, receipts, results }
}

/** Whoever it is from: nobody has signed it. */
function transactionOf(
  call: SimulatedCall,
  journal: StateJournal,
  gasLeft: number,
  chainId: number,
): Transaction {
  const { nonce, gas } = call
  const fields = { ...call, nonce: nonce ?? nonceOf(journal, call.from), gasLimit: gas ?? gasLeft }
  const raw = encodeUnsigned(fields, chainId)
  const signature = { yParity: 0, r: 0n, s: 0n } as const
  return { ...fields, type: 2, raw, hash: keccakHex(raw), chainId, authorizations: [], ...signature }
}

function check(
  transaction: Transaction,
  journal: StateJournal,
  { baseFeePerGas }: BlockContext,
  { gasLeft, validation }: { readonly gasLeft: number; readonly validation: boolean },
): void {
  const { maxFeePerGas, gasLimit } = transaction
  if (gasLimit > gasLeft) {
    throw new RpcError(CODES['gas-limit-exceeded']!, `block gas limit reached: ${gasLimit} > ${gasLeft}`)
  }
  if (maxFeePerGas < baseFeePerGas) {
    throw new RpcError(
      CODES['fee-cap-below-base-fee']!,
      `max fee per gas less than block base fee: maxFeePerGas: ${maxFeePerGas}, baseFee: ${baseFeePerGas}`,
    )
  }
  const refusal =
    (validation ? checkNonce(transaction, journal) : null) ??
    checkStatically(transaction, CALL_GAS_MAX) ??
    checkFunds(transaction, journal)
  if (refusal !== null) throw new RpcError(CODES[refusal.reason] ?? -32602, refusal.message)
}

async function run(
  transaction: Transaction,
  journal: StateJournal,
  context: BlockContext,
  { vm, traced, turns }: SimulationParts,
): Promise<SimulatedResult> {
  if (journal.account(transaction.from) === null) journal.updateAccount(transaction.from, {})
  if (traced === null) {
    const outcome = await turns.execute(() => executeTransaction(vm, journal, context, transaction))
    return { outcome, logs: outcome.logs }
  }
  const logs = new TransferLogs()
  const execute = () => executeTransaction(traced.vm, journal, context, transaction)
  const outcome = await turns.execute(() => traced.follow(logs, execute))
  const { from, to, value } = transaction
  return { outcome, logs: outcome.succeeded ? logs.with(from, to ?? outcome.createdAddress!, value) : [] }
}
