/**
 * A simulated L1: real blocks with the real inbox in them, executed by the EVM that rollups have. It makes a block every so often from the
 * transactions that it was sent, can take back its newest blocks, and can stand still. In: signed transactions. Out: what its RPC shows.
 */

import type { SeededRandom } from '../platform/simulated/random.ts'
import type { SimulatedTime } from '../platform/simulated/time.ts'
import { type Hex, toHex, utf8 } from '../primitives/bytes.ts'
import { keccak256, ZERO_HASH } from '../primitives/hash.ts'
import { rollupId } from '../primitives/ids.ts'
import type { RollupSpec } from '../primitives/rollup-spec.ts'
import { BlockExecution, type SealedBlock } from '../rollup/executor.ts'
import { createGenesis } from '../rollup/genesis.ts'
import type { EthereumHeader } from '../rollup/header.ts'
import { StateJournal } from '../rollup/state/journal.ts'
import { nonceOf } from '../rollup/state/reader.ts'
import type { StateVersion } from '../rollup/state/version.ts'
import { decodeTransaction, type Transaction } from '../rollup/transaction.ts'
import { createEthereumjsVm } from '../rollup/vm/ethereumjs.ts'
import type { Vm } from '../rollup/vm/vm.ts'
import { BATCH_BYTES_MAX } from '../settlement/batch.ts'
import { inboxCreationCode } from '../settlement/inbox.ts'
import { createL1Account, signL1Transaction } from '../settlement/l1-transaction.ts'

export const L1_CHAIN_ID = 31_337
const GAS_LIMIT = 60_000_000
/** Of a transaction that posts the largest batch. */
const TRANSACTION_BYTES_MAX = BATCH_BYTES_MAX + 4_096
const BALANCE_WEI = 10_000n * 10n ** 18n
const DEPLOYMENT_GAS = 5_000_000
const DEPLOYER: Hex = '0x00000000000000000000000000000000000d3907'

/** Pays well to fill blocks. */
const STRANGER = createL1Account(keccak256(utf8('a stranger')))
const STRANGERS_FEES = { maxFee: 100_000n * 10n ** 9n, tip: 10n ** 10n }
/** So many of its transactions fill a block. */
const FILLING = 4
/** The addition of bn254: input that is no point costs all gas, at once. */
const ADDITION: Hex = '0x0000000000000000000000000000000000000006'
const NO_POINTS = new Uint8Array(128).fill(0xff)

export interface SimulatedL1Options {
  /** Accounts that can pay. */
  readonly funded: readonly Hex[]
  readonly blockMs: number
  /** A block is final so many behind the head. */
  readonly finalityBlocks: number
  readonly challengeWindowBlocks: number
}

/** A block as its RPC shows it. */
export interface L1BlockState extends Pick<SealedBlock, 'header' | 'hash' | 'transactions' | 'receipts'> {
  readonly state: StateVersion
}

export class SimulatedL1 {
  readonly inbox: Hex
  readonly vm: Vm
  /** While set, no block is made. */
  isStalled = false
  /** While set, strangers fill most blocks, and the base fee rises. */
  isCrowded = false
  /** How far the times of its blocks are before the true time. */
  aheadMs = 0
  readonly #options: SimulatedL1Options
  readonly #time: SimulatedTime
  readonly #random: SeededRandom
  /** By number; the last is the head. */
  #blocks: L1BlockState[]
  /** By sender and nonce. */
  readonly #pending = new Map<string, Transaction>()
  #making: Promise<void> = Promise.resolve()

  static async create(
    options: SimulatedL1Options,
    { time, random }: { time: SimulatedTime; random: SeededRandom },
  ): Promise<SimulatedL1> {
    const vm = await createEthereumjsVm(L1_CHAIN_ID)
    const genesis = createGenesis(specOf(options.funded), rollupId(1), time.now())
    const { inbox, state } = await deployInbox(genesis, vm, options.challengeWindowBlocks)
    const block = { header: genesis.header, hash: genesis.hash, transactions: [], receipts: [], state }
    return new SimulatedL1(options, { time, random }, vm, inbox, block)
  }

  private constructor(
    options: SimulatedL1Options,
    { time, random }: { time: SimulatedTime; random: SeededRandom },
    vm: Vm,
    inbox: Hex,
    genesis: L1BlockState,
  ) {
    this.#options = options
    this.#time = time
    this.#random = random
    this.vm = vm
    this.inbox = inbox
    this.#blocks = [genesis]
  }

  start(): void {
    this.#time.schedule(this.#options.blockMs, () => {
      if (!this.isStalled) this.#makeNext()
      this.start()
    })
  }

  get head(): L1BlockState {
    return this.#blocks.at(-1)!
  }

  get finalized(): L1BlockState {
    return this.#blocks[Math.max(0, this.#blocks.length - 1 - this.#options.finalityBlocks)]!
  }

  /** Null if there is no such block. */
  block(number: number): L1BlockState | null {
    return this.#blocks[number] ?? null
  }

  /** Where a transaction is; null if it is in no block. */
  locate(hash: Hex): { readonly block: L1BlockState; readonly index: number } | null {
    for (const block of this.#blocks.toReversed()) {
      const index = block.transactions.findIndex((transaction) => transaction.hash === hash)
      if (index >= 0) return { block, index }
    }
    return null
  }

  /** Transactions of the account that wait, nonces ascending. */
  pendingOf(address: Hex): Transaction[] {
    return [...this.#pending.values()]
      .filter(({ from }) => from === address)
      .sort((a, b) => a.nonce - b.nonce)
  }

  /** Throws DecodeError; gives null if it was taken, else why not, in geth's words. */
  submit(raw: Uint8Array): { readonly hash: Hex; readonly refusal: string | null } {
    const transaction = decodeTransaction(raw, L1_CHAIN_ID, TRANSACTION_BYTES_MAX)
    const { hash, from, nonce } = transaction
    const account = this.head.state.account(from)
    const key = `${from} ${nonce}`
    const waiting = this.#pending.get(key)
    if (waiting?.hash === hash) return { hash, refusal: 'already known' }
    if (nonce < (account?.nonce ?? 0)) return { hash, refusal: 'nonce too low' }
    const isRaised = waiting === undefined || 10n * transaction.maxFeePerGas >= 11n * waiting.maxFeePerGas
    if (!isRaised) return { hash, refusal: 'replacement transaction underpriced' }
    this.#pending.set(key, transaction)
    return { hash, refusal: null }
  }

  /** Takes back the newest `depth` blocks; others come in their place, one more of them, with some of the same transactions. */
  reorganize(depth: number): void {
    this.#inTurn(async () => {
      const taken = this.#blocks.splice(Math.max(1, this.#blocks.length - depth))
      for (const transaction of taken.flatMap(({ transactions }) => transactions)) {
        // One in eight is forgotten by the network, and has to be sent again.
        if (this.#random.below(8) > 0)
          this.#pending.set(`${transaction.from} ${transaction.nonce}`, transaction)
      }
      for (let made = 0; made <= taken.length; made++) await this.#make()
    })
  }

  #makeNext(): void {
    this.#inTurn(() => this.#make())
  }

  async #make(): Promise<void> {
    const parent = this.head
    const execution = new BlockExecution(this.vm, parent, {
      timestamp: Math.max(parent.header.timestamp + 1, Math.floor((this.#time.now() + this.aheadMs) / 1000)),
      beneficiary: DEPLOYER,
      prevRandao: toHex(this.#random.bytes(32)),
      parentBeaconBlockRoot: ZERO_HASH,
    })
    if (this.isCrowded) await this.#crowd(execution)
    const waiting = [...this.#pending.values()].sort((a, b) => a.nonce - b.nonce)
    for (const transaction of waiting) {
      // Now and then one has to wait for the next block.
      if (this.#random.below(10) > 0) await execution.apply(transaction)
    }
    const { header, hash, transactions, receipts, state } = execution.seal()
    this.#blocks.push({ header, hash, transactions, receipts, state })
    for (const [key, { from, nonce }] of this.#pending) {
      if (nonce < (state.account(from)?.nonce ?? 0)) this.#pending.delete(key)
    }
  }

  /** Now and then some room is left. */
  async #crowd(execution: BlockExecution): Promise<void> {
    const { number } = execution.context
    const nonce = nonceOf(this.head.state, STRANGER.address)
    for (let sent = 0; sent < (number % 3 === 0 ? FILLING - 1 : FILLING); sent++) {
      await execution.apply(decodeTransaction(wasteful(nonce + sent), L1_CHAIN_ID, TRANSACTION_BYTES_MAX))
    }
  }

  /** The VM runs one message at a time. */
  #inTurn(task: () => Promise<void>): void {
    this.#time.awaitPromises()
    this.#making = this.#making.then(task)
  }
}

function wasteful(nonce: number): Uint8Array {
  const gasLimit = BigInt(GAS_LIMIT / FILLING)
  const fields = {
    chainId: L1_CHAIN_ID,
    nonce,
    fees: STRANGERS_FEES,
    gasLimit,
    to: ADDITION,
    data: NO_POINTS,
  }
  return signL1Transaction(fields, STRANGER)
}

/** Its genesis is that of a rollup: nothing in it is special. */
function specOf(funded: readonly Hex[]): RollupSpec {
  return {
    name: 'l1',
    chainId: L1_CHAIN_ID,
    sequencers: 5,
    vm: 'ethereumjs',
    blockTimeMs: 0,
    heartbeatMs: 1_000,
    gasLimit: GAS_LIMIT,
    minStake: 0n,
    devMethods: false,
    lifetimeBlocks: 0,
    alloc: [...funded, DEPLOYER, STRANGER.address]
      .sort()
      .map((address) => ({ address, balance: BALANCE_WEI })),
  }
}

/** As if it had been in the genesis; its deployment block is the first. */
async function deployInbox(
  { header, state }: { header: EthereumHeader; state: StateVersion },
  vm: Vm,
  challengeWindowBlocks: number,
): Promise<{ inbox: Hex; state: StateVersion }> {
  const journal = new StateJournal(state)
  journal.updateAccount(DEPLOYER, { nonce: 1n })
  const outcome = await vm.run(
    journal,
    { ...header, number: 1 },
    {
      caller: DEPLOYER,
      to: null,
      value: 0n,
      data: inboxCreationCode({ challengeWindowBlocks }),
      gas: DEPLOYMENT_GAS,
      gasPrice: header.baseFeePerGas,
      accessList: [],
    },
  )
  if (!outcome.succeeded) throw new Error(`the inbox could not be deployed: ${outcome.error}`)
  journal.endTransaction()
  return { inbox: outcome.createdAddress!, state: state.derive(journal.diff()) }
}
