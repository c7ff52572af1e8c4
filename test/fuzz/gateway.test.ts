/** The gateway between clients and nodes: clients send anything, and a node answers anything. Every client gets an answer; the gateway goes on. */

import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after } from 'node:test'
import fc from 'fast-check'
import { WebSocket, WebSocketServer } from 'ws'
import { Gateway } from '../../src/devnet/gateway/gateway.ts'
import { anyJson, deepText, type Json, jsonText } from './json.ts'
import { fuzz } from './support.ts'

/** Emits "said" when the node has said something over a WebSocket. */
const pushes = new EventEmitter()
const GOOD = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}'
/** What the node says to whatever it is asked; null: what a good one would. */
let lie: string | null = null
const node = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk) => {
    body += chunk
  })
  request.on('end', () => {
    response.setHeader('x-chain-head', 1)
    response.end(lie ?? answerTo(JSON.parse(body)))
  })
})
const webSockets = new WebSocketServer({ noServer: true })
node.on('upgrade', (request, socket, head) =>
  webSockets.handleUpgrade(request, socket, head, (client) =>
    client.on('message', (data) => {
      client.send(lie ?? answerTo(JSON.parse(String(data))))
      pushes.emit('said')
    }),
  ),
)
await new Promise<void>((resolve) => node.listen(0, '127.0.0.1', resolve))
const options = {
  chain: 'rollup app',
  kind: 'rollup',
  name: 'app',
  host: '127.0.0.1',
  port: 0,
  holdMs: 50,
} as const
const gateway = await Gateway.listen(options)
const url = `http://127.0.0.1:${(node.address() as AddressInfo).port}`
after(async () => {
  await gateway.close()
  for (const client of webSockets.clients) client.terminate()
  node.closeAllConnections()
  node.close()
})

function answerTo(message: unknown): string {
  const one = (entry: unknown) => ({
    jsonrpc: '2.0',
    id: (entry as { id?: unknown }).id ?? null,
    result: '0x1',
  })
  return JSON.stringify(Array.isArray(message) ? message.map(one) : one(message))
}

const METHODS = [
  'eth_newFilter',
  'eth_newBlockFilter',
  'eth_getFilterChanges',
  'eth_getFilterLogs',
  'eth_uninstallFilter',
  'eth_subscribe',
  'eth_unsubscribe',
  'soft_subscribe',
  'eth_blockNumber',
  'eth_sendRawTransaction',
  'evm_mine',
]
const awkward: Json = JSON.parse('{"toString":null,"valueOf":null}')
const request = fc
  .tuple(
    fc.constantFrom(...METHODS),
    fc.array(fc.oneof(anyJson, fc.constantFrom<Json>('newHeads', 'logs', {}, awkward)), { maxLength: 3 }),
    fc.oneof(fc.integer(), anyJson),
  )
  .map(([method, params, id]): Json => ({ jsonrpc: '2.0', method, params, id }))
const body = fc.oneof(
  { arbitrary: request.map((one) => JSON.stringify(one)), weight: 4 },
  {
    arbitrary: fc.array(fc.oneof(request, anyJson), { maxLength: 5 }).map((all) => JSON.stringify(all)),
    weight: 2,
  },
  jsonText,
  deepText,
)
const lies = fc.oneof(
  fc.constant(null),
  jsonText,
  deepText,
  fc.string({ unit: 'binary' }),
  anyJson.map((error) => JSON.stringify({ jsonrpc: '2.0', id: 1, error })),
  fc.array(anyJson, { maxLength: 3 }).map((all) => JSON.stringify(all)),
)

fuzz(
  'whatever is asked and whatever a node answers, a client over HTTP is answered',
  250,
  fc.asyncProperty(body, lies, async (text, says) => {
    lie = says
    gateway.backends.set({ id: 'validator-0', url })
    const response = await fetch(gateway.rpcUrl, { method: 'POST', body: text })
    assert.ok([200, 204].includes(response.status))
    const answer = await response.text()
    // A single request's answer is the node's, unchanged.
    if (says !== null || response.status === 204) return
    for (const one of [JSON.parse(answer)].flat()) {
      assert.equal(one.jsonrpc, '2.0')
      assert.notEqual(one.error?.code, -32603, answer)
    }
  }),
)

fuzz(
  'whatever a node pushes over a WebSocket, the gateway goes on',
  60,
  fc.asyncProperty(
    fc.constantFrom('newHeads', 'logs', 'newPendingTransactions'),
    lies,
    async (kind, says) => {
      lie = says
      gateway.backends.set({ id: 'validator-0', url })
      const client = new WebSocket(gateway.wsUrl)
      await once(client, 'open')
      client.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_subscribe', params: [kind] }))
      // Of a node that says nothing to the point the client hears seconds later, when it has been tried thrice.
      const told = once(pushes, 'said')
      await Promise.race([once(client, 'message'), told])
      client.terminate()
      lie = null
      gateway.backends.set({ id: 'validator-0', url })
      const response = await fetch(gateway.rpcUrl, { method: 'POST', body: GOOD })
      assert.equal(((await response.json()) as { result: unknown }).result, '0x1')
    },
  ),
)
