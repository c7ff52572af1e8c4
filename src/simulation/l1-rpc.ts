/** The simulated L1 as its JSON-RPC shows it to settlement: the methods that settlement asks for, and no others. */

import type { SimulatedTime } from '../platform/simulated/time.ts'
import { fromHex, type Hex, toHex } from '../primitives/bytes.ts'
import { type CallResult, CallRunner } from '../rollup/rpc/call.ts'
import { readCallRequest } from '../rollup/rpc/call-request.ts'
import {
  blockJson,
  includedTransactionJson,
  type LogJson,
  logsOf,
  quantity,
  receiptJson,
} from '../rollup/rpc/format.ts'
import { Turns } from '../rollup/rpc/turns.ts'
import { codeOf, nonceOf } from '../rollup/state/reader.ts'
import type { Vm } from '../rollup/vm/vm.ts'
import type { RpcClient } from '../rpc/client.ts'
import type { Methods } from '../rpc/dispatch.ts'
import { METHOD_NOT_FOUND, RpcError, SERVER_ERROR } from '../rpc/rpc-error.ts'
import type { L1BlockState, SimulatedL1 } from './l1.ts'
import { L1_CHAIN_ID } from './l1.ts'
import type { SimulatedProcess } from './process.ts'

type Params = readonly unknown[]

interface LogFilter {
  readonly address: Hex
  readonly topics: readonly (Hex | readonly Hex[] | null)[]
  readonly fromBlock: Hex
  readonly toBlock: Hex
}

/** geth's, for a call that reverted. */
const REVERTED = 3
const TIP_WEI = 1_000_000_000n
/** One way between a node and the L1. */
const LATENCY_MS = 5
/** Somebody who waits for a paused L1 looks again this often. */
const PAUSE_MS = 50

export class SimulatedL1Rpc {
  /** While set, nobody answers. */
  isDown = false
  /** While set, answers wait. */
  isPaused = false
  readonly #l1: SimulatedL1
  readonly #calls: CallRunner
  #answered: { readonly hash: Hex | null; readonly outputs: Map<string, Promise<Hex>> } = {
    hash: null,
    outputs: new Map(),
  }

  /** `vm` is for calls: the L1's own may be busy with a block. */
  constructor(l1: SimulatedL1, vm: Vm, time: SimulatedTime) {
    this.#l1 = l1
    this.#calls = new CallRunner(vm, new Turns({ clock: time, timers: time }))
  }

  /** For one life of a node's process. */
  connect(url: string, process: SimulatedProcess): RpcClient {
    return {
      url,
      request: async (method, params = []) => {
        await process.wait(LATENCY_MS)
        while (this.isPaused) await process.wait(PAUSE_MS)
        if (this.isDown) throw new Error('the L1 does not answer')
        const answer = await this.#answer(method, params)
        await process.wait(LATENCY_MS)
        return answer
      },
      close: () => {},
    }
  }

  /** For clients outside of the simulation; null while it doesn't answer. */
  get methods(): Methods | null {
    return this.isDown || this.isPaused ? null : this.#methods
  }

  async #answer(method: string, params: Params): Promise<unknown> {
    const answer = this.#methods[method]
    if (answer === undefined) throw new RpcError(METHOD_NOT_FOUND, `no method ${method}`)
    return answer(params, { subscriptions: null })
  }

  readonly #methods: Methods = {
    eth_chainId: () => quantity(L1_CHAIN_ID),
    net_version: () => String(L1_CHAIN_ID),
    eth_blockNumber: () => quantity(this.#l1.head.header.number),
    eth_gasPrice: () => quantity(this.#l1.head.header.baseFeePerGas + TIP_WEI),
    eth_getTransactionReceipt: ([hash]) => this.#receipt(hash as Hex),
    eth_getTransactionByHash: ([hash]) => this.#transaction(hash as Hex),
    eth_maxPriorityFeePerGas: () => quantity(TIP_WEI),
    eth_getBlockByNumber: ([at, withTransactions]) => {
      const block = this.#blockAt(at)
      return block && blockJson(block, withTransactions === true)
    },
    eth_getTransactionCount: ([address, at]) => {
      const nonce = nonceOf(this.#stateAt(at), address as Hex)
      const pending = at === 'pending' ? this.#l1.pendingOf(address as Hex).length : 0
      return quantity(nonce + pending)
    },
    eth_getBalance: ([address, at]) => quantity(this.#stateAt(at).account(address as Hex)?.balance ?? 0n),
    eth_getCode: ([address, at]) => toHex(codeOf(this.#stateAt(at), address as Hex)),
    eth_call: ([message, at]) => this.#call(message, at),
    eth_estimateGas: ([message, at]) => this.#estimate(message, at),
    eth_getLogs: ([filter]) => this.#logs(filter as LogFilter),
    eth_sendRawTransaction: ([raw]) => {
      const { hash, refusal } = this.#l1.submit(fromHex(raw as Hex))
      if (refusal !== null) throw new RpcError(SERVER_ERROR, refusal)
      return hash
    },
  }

  /** Every validator asks the same of the same block, again and again. */
  #call(message: unknown, at: unknown): Promise<Hex> {
    const { header, hash, state } = this.#existing(at)
    if (this.#answered.hash !== hash) this.#answered = { hash, outputs: new Map() }
    const key = JSON.stringify(message)
    const known = this.#answered.outputs.get(key)
    if (known !== undefined) return known
    const output = this.#calls
      .call(readCallRequest(message), { header, state }, new Map())
      .then(outputOf)
      .then(toHex)
    this.#answered.outputs.set(key, output)
    return output
  }

  async #estimate(message: unknown, at: unknown): Promise<Hex> {
    const { header, state } = this.#existing(at)
    const estimate = await this.#calls.estimate(readCallRequest(message), { header, state }, new Map())
    if ('gas' in estimate) return quantity(estimate.gas)
    return toHex(outputOf(estimate))
  }

  #logs({ address, topics, fromBlock, toBlock }: LogFilter): unknown[] {
    const logs: LogJson[] = []
    for (let number = Number(fromBlock); number <= Number(toBlock); number++) {
      const block = this.#l1.block(number)
      for (const index of block?.receipts.keys() ?? []) logs.push(...logsOf(block!, index))
    }
    return logs.filter((log) => log.address === address && matches(log.topics, topics))
  }

  #receipt(hash: Hex): unknown {
    const place = this.#l1.locate(hash)
    return place && receiptJson(place.block, place.index)
  }

  #transaction(hash: Hex): unknown {
    const place = this.#l1.locate(hash)
    return place && includedTransactionJson(place.block, place.index)
  }

  /** What waits isn't executed ahead: pending is the head. */
  #blockAt(at: unknown = 'latest'): L1BlockState | null {
    if (at === 'latest' || at === 'pending') return this.#l1.head
    if (at === 'finalized' || at === 'safe') return this.#l1.finalized
    return this.#l1.block(Number(at))
  }

  #existing(at: unknown): L1BlockState {
    const block = this.#blockAt(at)
    if (block === null) throw new RpcError(SERVER_ERROR, 'header not found')
    return block
  }

  #stateAt(at: unknown) {
    return this.#existing(at).state
  }
}

function outputOf({ refusal, outcome }: CallResult): Uint8Array {
  if (refusal !== null) throw new RpcError(SERVER_ERROR, refusal.message)
  if (!outcome.succeeded) throw new RpcError(REVERTED, 'execution reverted', toHex(outcome.output))
  return outcome.output
}

function matches(topics: readonly Hex[], wanted: LogFilter['topics']): boolean {
  return wanted.every((want, position) => {
    if (want === null) return true
    const topic = topics[position]
    return topic !== undefined && (Array.isArray(want) ? want.includes(topic) : want === topic)
  })
}
