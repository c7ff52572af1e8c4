/** debug_trace*: what transactions and calls do, step by step or call by call, on any state that is still kept. */

import type { Hex } from '../../primitives/bytes.ts'
import type { Methods } from '../../rpc/dispatch.ts'
import {
  type BlockSelector,
  invalidParams,
  optional,
  readBlock,
  readHash,
  readObject,
} from '../../rpc/params.ts'
import { RpcError, SERVER_ERROR } from '../../rpc/rpc-error.ts'
import type { RollupApplication } from '../application.ts'
import { beginBlock } from '../executor.ts'
import { TraceBudget } from '../trace/budget.ts'
import { traceTransaction } from '../trace/tracing.ts'
import type { TracedVm } from '../vm/wasm/vm.ts'
import { overrideHeader, readBlockOverrides } from './block-overrides.ts'
import type { BlockReader } from './blocks.ts'
import { prepareCall } from './call.ts'
import { readCallRequest, readOverrides } from './call-request.ts'
import { answered, refusedTransaction, unknownTransaction } from './errors.ts'
import type { ShownBlock } from './format.ts'
import { type CreateCollector, readTraceOptions } from './trace-request.ts'
import type { Turns } from './turns.ts'

export interface DebugPorts {
  readonly turns: Turns
  /** Made when somebody first asks: few nodes are ever asked to trace. */
  readonly tracedVm: () => Promise<TracedVm>
}

interface BlockTrace {
  readonly txHash: Hex
  readonly result: object
}

const NOBODY: Hex = `0x${'00'.repeat(20)}`

export function debugMethods(
  { chain }: RollupApplication,
  blocks: BlockReader,
  { turns, tracedVm }: DebugPorts,
): Methods {
  /** Traces the transactions that `isWanted`, and executes those before the last of them. */
  const traceBlock = (block: ShownBlock, create: CreateCollector, isWanted: (index: number) => boolean) =>
    turns.inTurn(async () => {
      const { header, transactions } = block
      if (header.number === 0) throw new RpcError(SERVER_ERROR, 'genesis is not traceable')
      const selector: BlockSelector = { by: 'number', number: header.number - 1 }
      const parent = blocks.state(selector)
      const site = beginBlock({ ...parent.block, state: parent.state }, header)
      const vm = await tracedVm()
      const traces: BlockTrace[] = []
      const budget = new TraceBudget()
      const last = transactions.findLastIndex((_, index) => isWanted(index))
      for (const [index, transaction] of transactions.slice(0, last + 1).entries()) {
        const collector = isWanted(index) ? create(recipientOf(transaction.to), budget) : NO_TRACE
        const result = await turns.execute(() => traceTransaction(vm, site, transaction, collector))
        if (isWanted(index)) traces.push({ txHash: transaction.hash, result })
      }
      return traces
    })

  const traceWhole = (selector: BlockSelector, options: unknown) => {
    const create = readTraceOptions(options)
    return answered(traceBlock(blocks.get(selector), create, () => true))
  }

  return {
    debug_traceTransaction: async ([hash, options]) => {
      const wanted = readHash(hash, 'transaction')
      const create = readTraceOptions(options)
      const location = chain.locate(wanted)
      if (location === null) throw unknownTransaction(wanted)
      const block = chain.blockAt(location.height)!
      const [trace] = await answered(traceBlock(block, create, (index) => index === location.index))
      return trace!.result
    },

    debug_traceBlockByNumber: ([number, options]) => traceWhole(readBlock(number), options),

    debug_traceBlockByHash: ([hash, options]) =>
      traceWhole({ by: 'hash', hash: readHash(hash, 'block'), requireCanonical: false }, options),

    debug_traceCall: async ([call, selector, options]) => {
      const request = readCallRequest(call)
      const create = readTraceOptions(options)
      const fields = optional(readObject)(options, 'options') ?? {}
      const pretended = readBlockOverrides(fields.blockOverrides, 'options.blockOverrides')
      if (fields.txIndex !== undefined && fields.txIndex !== null)
        throw invalidParams('options.txIndex', 'nothing: calls are traced at the end of a block only')
      const overrides = readOverrides(fields.stateOverrides, 'options.stateOverrides')
      const { state, block } = blocks.state(readBlock(selector))
      const header = overrideHeader(block.header, pretended)
      const gas = request.gas ?? header.gasLimit
      const prepared = prepareCall(request, { state, header }, overrides, gas)
      if ('reason' in prepared) throw refusedTransaction(prepared)
      const collector = create(recipientOf(request.to), new TraceBudget())
      const trace = turns.inTurn(async () => {
        const vm = await tracedVm()
        return turns.execute(() => traceTransaction(vm, prepared, prepared.call, collector))
      })
      return answered(trace)
    },
  }
}

/** Its results are thrown away. */
const NO_TRACE = { steps: null, result: () => ({}) }

function recipientOf(to: Hex | null): Hex {
  return to ?? NOBODY
}
