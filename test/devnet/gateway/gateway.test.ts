import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { WebSocket } from 'ws'
import { Gateway, type GatewayOptions } from '../../../src/devnet/gateway/gateway.ts'
import { FakeNode } from './fake-node.ts'

// Answers are whatever JSON says; each test asserts the part that it is about.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Json = any

interface Answer {
  id: unknown
  result?: Json
  error?: { code: number; message: string; data?: { code: string } }
}

async function network(t: TestContext, heights: number[], limits: Partial<GatewayOptions> = {}) {
  const nodes = await Promise.all(heights.map((height, i) => FakeNode.start(`validator-${i}`, height)))
  const gateway = await Gateway.listen({
    chain: 'rollup app',
    kind: 'rollup',
    name: 'app',
    host: '127.0.0.1',
    port: 0,
    ...limits,
  })
  for (const node of nodes) gateway.backends.set(node.backend)
  t.after(async () => {
    await gateway.close()
    await Promise.all(nodes.map((node) => node.kill()))
  })
  return { gateway, nodes }
}

async function post(gateway: Gateway, body: unknown): Promise<Json> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(gateway.rpcUrl, { method: 'POST', body: text })
  return response.json()
}

async function call(gateway: Gateway, method: string, params: unknown[] = []): Promise<Answer> {
  return post(gateway, { jsonrpc: '2.0', id: 7, method, params })
}

/** The node that serves, and one that doesn't. */
async function roles(gateway: Gateway, nodes: FakeNode[]) {
  const { result } = await call(gateway, 'test_name')
  const serving = nodes.find(({ name }) => name === result)!
  return { serving, other: nodes.find((node) => node !== serving)! }
}

test('hands a request on unchanged and its answer back', async (t) => {
  const { gateway } = await network(t, [5])
  assert.deepEqual(await call(gateway, 'eth_blockNumber'), { jsonrpc: '2.0', id: 7, result: '0x5' })
  assert.equal((await call(gateway, 'eth_unheardOf')).error?.code, -32601)
})

test('serves all connections from one node', async (t) => {
  const { gateway } = await network(t, [5, 5, 5])
  const answers = await Promise.all(Array.from({ length: 12 }, () => call(gateway, 'test_name')))
  assert.equal(new Set(answers.map(({ result }) => result)).size, 1)
})

test('answers a batch in the order of its calls, whoever answers each', async (t) => {
  const { gateway } = await network(t, [5])
  const filter = (await call(gateway, 'eth_newBlockFilter')).result
  const answers: Answer[] = await post(gateway, [
    { jsonrpc: '2.0', id: 1, method: 'eth_blockNumber', params: [] },
    { jsonrpc: '2.0', id: 1, method: 'eth_getFilterChanges', params: [filter] },
    17,
    { jsonrpc: '2.0', id: 'c', method: 'test_name', params: [] },
  ])
  assert.deepEqual(
    answers.map(({ id, result, error }) => [id, result ?? error?.code]),
    [
      [1, '0x5'],
      [1, []],
      [null, -32600],
      ['c', 'validator-0'],
    ],
  )
})

test('refuses what is not JSON-RPC, and what is no POST', async (t) => {
  const { gateway } = await network(t, [5])
  assert.equal((await post(gateway, '{')).error.code, -32700)
  assert.equal((await post(gateway, [])).error.code, -32600)
  assert.equal(
    (
      await post(
        gateway,
        Array.from({ length: 1_001 }, () => 1),
      )
    ).error.code,
    -32600,
  )
  assert.equal((await post(gateway, { id: 7, method: 'eth_newBlockFilter' })).error.code, -32600)
  assert.equal((await post(gateway, `[${'['.repeat(10_000)}${']'.repeat(10_000)}]`)).error.code, -32600)
  assert.equal((await fetch(gateway.rpcUrl)).status, 405)
})

test('answers no notifications, in batches or alone', async (t) => {
  const { gateway, nodes } = await network(t, [5])
  const notification = { jsonrpc: '2.0', method: 'test_name' }
  for (const body of [notification, [notification]]) {
    const response = await fetch(gateway.rpcUrl, { method: 'POST', body: JSON.stringify(body) })
    assert.equal(response.status, 204)
  }
  const called = { ...notification, id: 1 }
  assert.deepEqual(
    (await post(gateway, [notification, called])).map(({ id }: Answer) => id),
    [1],
  )
  assert.equal(nodes[0]!.calls.filter((method) => method === 'test_name').length, 4)
})

test('tells of each call in a batch when the node answers with one error for all', async (t) => {
  const { gateway, nodes } = await network(t, [5])
  nodes[0]!.batchError = { code: -32005, message: 'too much' }
  const called = { jsonrpc: '2.0', method: 'test_name' }
  const answers: Answer[] = await post(gateway, [
    { ...called, id: 1 },
    { ...called, id: 2 },
  ])
  assert.deepEqual(
    answers.map(({ id, error }) => [id, error?.code]),
    [
      [1, -32005],
      [2, -32005],
    ],
  )
})

test('goes on with another node when the serving one dies', async (t) => {
  const { gateway, nodes } = await network(t, [5, 5])
  const { serving, other } = await roles(gateway, nodes)
  await serving.kill()
  assert.equal((await call(gateway, 'test_name')).result, other.name)
})

test('sends a signed transaction again when its node dies before the answer', async (t) => {
  const { gateway, nodes } = await network(t, [5, 5])
  const { serving, other } = await roles(gateway, nodes)
  serving.handlers.eth_sendRawTransaction = () => void serving.kill()
  assert.equal((await call(gateway, 'eth_sendRawTransaction', ['0x00'])).result, '0xhash')
  assert.ok(other.calls.includes('eth_sendRawTransaction'))
})

test('sends what a node accepted to the next one when it dies', async (t) => {
  const { gateway, nodes } = await network(t, [5, 5])
  const { serving, other } = await roles(gateway, nodes)
  await call(gateway, 'eth_sendRawTransaction', ['0x01'])
  await post(gateway, [{ jsonrpc: '2.0', id: 1, method: 'eth_sendRawTransaction', params: ['0x02'] }])
  const received: unknown[] = []
  const all = Promise.withResolvers<void>()
  other.handlers.eth_sendRawTransaction = ([raw]) => {
    if (received.push(raw) === 2) all.resolve()
    throw Object.assign(new Error('already known'), { code: -32000 })
  }
  await serving.kill()
  await call(gateway, 'eth_blockNumber')
  await all.promise
  assert.deepEqual(received, ['0x02', '0x01'])
})

test('sends a new chain nothing that was sent to the one before', async (t) => {
  const { gateway, nodes } = await network(t, [5, 5])
  const { serving, other } = await roles(gateway, nodes)
  gateway.backends.remove(other.name)
  await call(gateway, 'eth_sendRawTransaction', ['0x01'])
  // From here on it waits for a node to send it to.
  gateway.backends.remove(serving.name)
  gateway.forgetChain()
  gateway.backends.set(other.backend)
  await call(gateway, 'eth_sendRawTransaction', ['0x02'])
  await call(gateway, 'eth_blockNumber')
  assert.equal(other.calls.filter((method) => method === 'eth_sendRawTransaction').length, 1)
})

test('tells that the outcome is unknown when a node dies with a request that must not be repeated', async (t) => {
  const { gateway, nodes } = await network(t, [5, 5])
  const { serving, other } = await roles(gateway, nodes)
  serving.handlers.eth_sendTransaction = () => void serving.kill()
  other.handlers.eth_sendTransaction = () => '0xhash'
  assert.equal((await call(gateway, 'eth_sendTransaction', [{}])).error?.data?.code, 'D402')
  assert.ok(!other.calls.includes('eth_sendTransaction'))
})

test('leaves a node that hangs', async (t) => {
  const { gateway, nodes } = await network(t, [5, 5], { proofOfLifeMs: 50 })
  const { serving, other } = await roles(gateway, nodes)
  serving.hanging = true
  assert.equal((await call(gateway, 'test_name')).result, other.name)
})

test('waits for a slow answer of a node that lives', async (t) => {
  const { gateway, nodes } = await network(t, [5])
  nodes[0]!.handlers.soft_waitFor = () => new Promise((resolve) => setTimeout(resolve, 1_200, 'soft'))
  assert.equal((await call(gateway, 'soft_waitFor')).result, 'soft')
})

test('never shows a client an older chain than before', async (t) => {
  const { gateway, nodes } = await network(t, [9, 8, 9])
  const lagging = nodes[1]!
  assert.equal((await call(gateway, 'eth_blockNumber')).result !== undefined, true)
  gateway.backends.saw(9)
  await nodes[0]!.kill()
  await nodes[2]!.kill()
  const answer = call(gateway, 'eth_blockNumber')
  await nextCall(lagging, 'eth_blockNumber')
  lagging.advance(10)
  assert.equal((await answer).result, '0xa')
})

test('remembers how far the chain was with every answer, whatever it shows', async (t) => {
  const { gateway, nodes } = await network(t, [9])
  await call(gateway, 'test_name')
  assert.equal(gateway.backends.highest, 9)
  nodes[0]!.height = 11
  await post(gateway, [{ jsonrpc: '2.0', id: 1, method: 'eth_unheardOf', params: [] }])
  assert.equal(gateway.backends.highest, 11)
})

test('takes a chain that went back for what it is', async (t) => {
  const { gateway, nodes } = await network(t, [9])
  const client = await subscribed(t, gateway, ['newHeads'])
  const filter = (await call(gateway, 'eth_newBlockFilter')).result
  nodes[0]!.advance(10)
  assert.deepEqual(await client.numbers(1), [10])
  nodes[0]!.height = 4
  gateway.backends.forgetHighest()
  nodes[0]!.advance(5)
  assert.deepEqual(await client.numbers(1), [5])
  assert.deepEqual((await call(gateway, 'eth_getFilterChanges', [filter])).result, [])
  nodes[0]!.advance(6)
  assert.deepEqual((await call(gateway, 'eth_getFilterChanges', [filter])).result, ['0xb6'])
})

test('serves from the newest of several that come back together', async (t) => {
  const { gateway, nodes } = await network(t, [7, 9, 8])
  await gateway.backends.serveNewest()
  assert.equal((await call(gateway, 'test_name')).result, nodes[1]!.name)
})

test('leaves a node that stands still, or is silent, while another goes on, if asked to look', async (t) => {
  const { gateway, nodes } = await network(t, [5, 5])
  const { serving, other } = await roles(gateway, nodes)
  const look = () => gateway.backends.leaveIfLeftBehind(100)
  const nameOfServing = async () => (await call(gateway, 'test_name')).result
  await look()
  await look()
  assert.equal(await nameOfServing(), serving.name, 'both stand still')
  serving.advance(6)
  other.advance(7)
  await look()
  assert.equal(await nameOfServing(), serving.name, 'it is behind, and goes on')
  await look()
  assert.equal(await nameOfServing(), other.name)
  serving.advance(8)
  other.hanging = true
  await look()
  await look()
  assert.equal(await nameOfServing(), serving.name)
  other.hanging = false
})

test('gives up on a request that brings down one node after another', async (t) => {
  const { gateway, nodes } = await network(t, [5, 5, 5, 5])
  for (const node of nodes) node.handlers.eth_call = () => void node.kill()
  assert.equal((await call(gateway, 'eth_call', [{}])).error?.data?.code, 'D403')
  assert.equal((await call(gateway, 'eth_blockNumber')).result, '0x5')
})

test('a node that hangs keeps nobody from one that catches up', async (t) => {
  const { gateway, nodes } = await network(t, [5, 5])
  gateway.backends.saw(6)
  nodes[0]!.hanging = true
  const answer = call(gateway, 'test_name')
  await nextCall(nodes[1]!, 'eth_blockNumber')
  nodes[1]!.advance(6)
  assert.equal((await answer).result, nodes[1]!.name)
})

test('holds a request until a node appears', async (t) => {
  const { gateway } = await network(t, [])
  const answer = call(gateway, 'eth_blockNumber')
  const node = await FakeNode.start('validator-9', 3)
  t.after(() => node.kill())
  gateway.backends.set(node.backend)
  assert.equal((await answer).result, '0x3')
})

test('answers an error with a code when nobody appears in time', async (t) => {
  const { gateway } = await network(t, [], { holdMs: 60 })
  const { error } = await call(gateway, 'eth_blockNumber')
  assert.deepEqual([error?.code, error?.data?.code], [-32002, 'D401'])
})

test('a log filter survives its node and misses nothing', async (t) => {
  const { gateway, nodes } = await network(t, [5, 5])
  const id = (await call(gateway, 'eth_newFilter', [{ address: '0xaa' }])).result
  for (const node of nodes) node.height = 7
  assert.deepEqual(await changes(gateway, id), [6, 7])
  const { serving, other } = await roles(gateway, nodes)
  other.height = 9
  await serving.kill()
  assert.deepEqual(await changes(gateway, id), [8, 9])
  assert.deepEqual(await changes(gateway, id), [])
})

test('a filter ends at its upper height and starts at its lower', async (t) => {
  const { gateway, nodes } = await network(t, [5])
  const id = (await call(gateway, 'eth_newFilter', [{ fromBlock: '0x7', toBlock: '0x8' }])).result
  nodes[0]!.height = 20
  assert.deepEqual(await changes(gateway, id), [7, 8])
})

test('a filter that was left alone for long is given its logs bit by bit', async (t) => {
  const { gateway, nodes } = await network(t, [5])
  const id = (await call(gateway, 'eth_newFilter', [{}])).result
  const logs = nodes[0]!.logs
  nodes[0]!.handlers.eth_getLogs = ([criteria]) => {
    const { fromBlock, toBlock } = criteria as { fromBlock: string; toBlock: string }
    if (Number(toBlock) - Number(fromBlock) < 300) return logs(criteria)
    throw Object.assign(new Error('query returned more than 10000 results'), { code: -32005 })
  }
  nodes[0]!.height = 2_000
  const heights: number[] = []
  while (heights.at(-1) !== 2_000) heights.push(...(await changes(gateway, id)))
  assert.deepEqual(
    heights,
    Array.from({ length: 1_995 }, (_, i) => i + 6),
  )
})

test('a filter of pending transactions goes on over a change of node', async (t) => {
  const { gateway, nodes } = await network(t, [5, 5])
  const id = (await call(gateway, 'eth_newPendingTransactionFilter')).result
  const { serving, other } = await roles(gateway, nodes)
  const pending = async (count: number) => {
    const hashes: string[] = []
    while (hashes.length < count) hashes.push(...(await call(gateway, 'eth_getFilterChanges', [id])).result)
    return hashes
  }
  serving.push('0xaa')
  assert.deepEqual(await pending(1), ['0xaa'])
  const subscribed = once(other.events, 'subscribed')
  await serving.kill()
  await subscribed
  other.push('0xbb')
  assert.deepEqual(await pending(1), ['0xbb'])
})

test('refuses a filter whose criteria are malformed', async (t) => {
  const { gateway } = await network(t, [5])
  for (const criteria of [7, [], { fromBlock: 'soon' }, { blockHash: '0x00' }]) {
    assert.equal((await call(gateway, 'eth_newFilter', [criteria])).error?.code, -32602)
  }
})

test('a block filter gives every hash once', async (t) => {
  const { gateway, nodes } = await network(t, [5])
  const id = (await call(gateway, 'eth_newBlockFilter')).result
  nodes[0]!.height = 8
  assert.deepEqual((await call(gateway, 'eth_getFilterChanges', [id])).result, ['0xb6', '0xb7', '0xb8'])
  assert.deepEqual((await call(gateway, 'eth_getFilterChanges', [id])).result, [])
})

test('an uninstalled filter is unknown', async (t) => {
  const { gateway } = await network(t, [5])
  const id = (await call(gateway, 'eth_newBlockFilter')).result
  assert.equal((await call(gateway, 'eth_uninstallFilter', [id])).result, true)
  assert.equal((await call(gateway, 'eth_getFilterChanges', [id])).error?.code, -32000)
})

test('a subscription to heads goes on over a change of node, without gap or repetition', async (t) => {
  const { gateway, nodes } = await network(t, [5, 5])
  const client = await subscribed(t, gateway, ['newHeads'])
  const { serving, other } = await roles(gateway, nodes)
  serving.advance(6)
  assert.deepEqual(await client.numbers(1), [6])
  other.height = 8
  await serving.kill()
  assert.deepEqual(await client.numbers(2), [7, 8])
  other.advance(9)
  assert.deepEqual(await client.numbers(1), [9])
})

test('a subscription to logs tells the logs of each new block', async (t) => {
  const { gateway, nodes } = await network(t, [5])
  const client = await subscribed(t, gateway, ['logs', { address: '0xaa' }])
  nodes[0]!.advance(7)
  assert.deepEqual(await client.numbers(2), [6, 7])
})

test('a flood is refused, and over when it is answered', async (t) => {
  const { gateway, nodes } = await network(t, [5], { messagesMax: 16 })
  const client = await connect(t, gateway)
  const released = Promise.withResolvers<void>()
  nodes[0]!.handlers.eth_call = () => released.promise.then(() => '0x')
  for (let id = 0; id < 20; id++) {
    client.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'eth_call', params: [] }))
  }
  for (let refused = 0; refused < 4; refused++) assert.equal((await client.next()).error.code, -32005)
  released.resolve()
  for (let answered = 0; answered < 16; answered++) assert.equal((await client.next()).result, '0x')
  assert.equal((await call(gateway, 'eth_blockNumber')).result, '0x5')
})

test('requests over a WebSocket are answered as over HTTP', async (t) => {
  const { gateway } = await network(t, [5])
  const client = await connect(t, gateway)
  client.socket.send('{"jsonrpc":"2.0","id":3,"method":"eth_blockNumber"}')
  assert.deepEqual(await client.next(), { jsonrpc: '2.0', id: 3, result: '0x5' })
})

async function changes(gateway: Gateway, id: string): Promise<number[]> {
  const { result } = await call(gateway, 'eth_getFilterChanges', [id])
  return result.map((log: { blockNumber: string }) => Number(log.blockNumber))
}

async function nextCall(node: FakeNode, method: string): Promise<void> {
  const before = node.calls.length
  while (!node.calls.slice(before).includes(method)) await once(node.events, 'called')
}

async function connect(t: TestContext, gateway: Gateway) {
  const socket = new WebSocket(gateway.wsUrl)
  t.after(() => socket.terminate())
  const received: Json[] = []
  let wake = () => {}
  socket.on('message', (data) => {
    received.push(JSON.parse(String(data)))
    wake()
  })
  await once(socket, 'open')
  const next = async () => {
    while (received.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    return received.shift()
  }
  return { socket, next }
}

async function subscribed(t: TestContext, gateway: Gateway, params: unknown[]) {
  const { socket, next } = await connect(t, gateway)
  socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_subscribe', params }))
  const { result: id } = await next()
  const numbers = async (count: number) => {
    const seen: number[] = []
    while (seen.length < count) {
      const { params } = await next()
      assert.equal(params.subscription, id)
      seen.push(Number(params.result.number ?? params.result.blockNumber))
    }
    return seen
  }
  return { numbers }
}
