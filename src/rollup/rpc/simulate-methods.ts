/** eth_simulateV1: blocks of calls on a state that is kept, as execution-apis has it. */

import { toHex } from '../../primitives/bytes.ts'
import type { Methods } from '../../rpc/dispatch.ts'
import { readBlock } from '../../rpc/params.ts'
import type { RollupApplication } from '../application.ts'
import { revertReason } from '../revert-reason.ts'
import { TraceBudget } from '../trace/budget.ts'
import { haltReason } from '../trace/halt-reasons.ts'
import type { Vm } from '../vm/vm.ts'
import type { TracedVm } from '../vm/wasm/vm.ts'
import type { BlockReader } from './blocks.ts'
import { answered } from './errors.ts'
import { blockJson, logJson, quantity } from './format.ts'
import { type SimulatedBlock, type SimulatedResult, simulate } from './simulate.ts'
import { readSimulateRequest } from './simulate-request.ts'
import type { Turns } from './turns.ts'

export interface SimulatePorts {
  readonly turns: Turns
  readonly vm: Vm
  readonly tracedVm: () => Promise<TracedVm>
}

/** The opcode that Solidity fails by. */
const INVALID = 0xfe
const REVERTED = 3
const EXECUTION_ERROR = -32015

export function simulateMethods(
  { spec }: RollupApplication,
  blocks: BlockReader,
  { turns, vm, tracedVm }: SimulatePorts,
): Methods {
  return {
    eth_simulateV1: async ([payload, selector]) => {
      const request = readSimulateRequest(payload)
      const { state, block } = blocks.state(readBlock(selector))
      const budget = new TraceBudget()
      const running = turns.inTurn(async () => {
        const traced = request.traceTransfers ? await tracedVm() : null
        const base = { header: block.header, hash: block.hash, state }
        return simulate(base, request, { chainId: spec.chainId, vm, traced, turns, budget })
      })
      const simulated = await answered(running)
      return simulated.map((one) => ({
        ...blockJson(one, request.returnFullTransactions),
        calls: callsJson(one),
      }))
    },
  }
}

function callsJson(block: SimulatedBlock) {
  let logIndex = 0
  return block.results.map(({ outcome, logs }, index) => {
    const result = { returnData: toHex(outcome.output), gasUsed: quantity(outcome.gasUsed) }
    if (!outcome.succeeded) return { ...result, status: '0x0', error: errorOf(outcome) }
    return { ...result, status: '0x1', logs: logs.map((log) => logJson(block, index, log, logIndex++)) }
  })
}

function errorOf({ error, output }: SimulatedResult['outcome']) {
  if (error !== 'revert')
    return { code: EXECUTION_ERROR, message: `vm execution error: ${haltReason(error!, INVALID)}` }
  const reason = revertReason(output)
  const message = reason === null ? 'execution reverted' : `execution reverted: ${reason}`
  return { code: REVERTED, message, data: toHex(output) }
}
