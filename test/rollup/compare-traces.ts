/** A transaction's traces by anvil and here: what they show must be the same, where anvil shows what geth does. */

import assert from 'node:assert/strict'
import type { JsonRpcProvider } from 'ethers'
import type { Methods } from '../../src/rpc/dispatch.ts'

type Json = Record<string, unknown>

const NO_ADDRESS = `0x${'00'.repeat(20)}`

export async function compareTraces(anvil: JsonRpcProvider, ours: Methods, hash: string): Promise<void> {
  const traces = async (options: Json) => {
    const params = [hash, options]
    const mine = await ours.debug_traceTransaction!(params, {} as never)
    return [await anvil.send('debug_traceTransaction', params), mine] as [Json, Json]
  }
  const [theirLogs, ourLogs] = await traces({})
  assert.deepEqual(withoutWords(ourLogs), withoutWords(theirLogs))

  const [theirCalls, ourCalls] = await traces({ tracer: 'callTracer', tracerConfig: { withLog: true } })
  // The top call's gas is what the transaction has, as geth shows it; anvil takes off what it costs before it runs.
  assert.deepEqual(ourCalls, { ...theirCalls, ...geths(theirCalls), gas: ourCalls.gas })

  const [theirSelectors, ourSelectors] = await traces({ tracer: '4byteTracer' })
  assert.deepEqual(ourSelectors, theirSelectors)

  const [theirState, ourState] = await traces({ tracer: 'prestateTracer' })
  for (const [address, account] of Object.entries(theirState)) {
    // Fees go to nobody there, and to the proposer here; and geth leaves out what doesn't exist.
    if (address === NO_ADDRESS || !(address in ourState)) continue
    assert.deepEqual(ourState[address], account, `${address} before`)
  }
}

/** What anvil has words of its own for. */
function geths({ error }: Json): Json {
  return error === 'CreateContractStartingWithEF' ? { error: 'invalid code: must not begin with 0xef' } : {}
}

/** Errors have words of anvil's own there; as by geth, refunds of zero are left out here, and what is given to a creation is no cost of its opcode. */
function withoutWords(trace: Json): Json {
  const logs = (trace.structLogs as Json[]).map(({ refund, error, ...log }) => ({
    ...log,
    refund: refund ?? 0,
    isFault: error !== undefined,
    gasCost: String(log.op).startsWith('CREATE') ? null : log.gasCost,
  }))
  return { ...trace, structLogs: logs }
}
