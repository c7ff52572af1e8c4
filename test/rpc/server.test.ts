import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { after, test } from 'node:test'
import { WebSocket } from 'ws'
import { defineError } from '../../src/errors/beacon-error.ts'
import type { Logger } from '../../src/platform/ports.ts'
import { systemRandom } from '../../src/platform/system.ts'
import { createRpcClient, RPC_MALFORMED, RPC_TIMEOUT, RPC_UNREACHABLE } from '../../src/rpc/client.ts'
import { RpcError } from '../../src/rpc/rpc-error.ts'
import { type Methods, RPC_LISTEN_FAILED, type RpcServer, startRpcServer } from '../../src/rpc/server.ts'

const logged: string[] = []
const logger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error: (_fields, message) => logged.push(message),
  child: () => logger,
}

const MEANT_FOR_PEOPLE = defineError({
  code: 'N999',
  name: 'ONLY_IN_THIS_TEST',
  kind: 'user',
  message: () => 'told',
  hint: () => 'a way out',
})

/** What the methods of the test server do when told to. */
let notify: ((result: unknown) => void) | null = null
let release: () => void = () => {}
const stopped = new Set<string>()
const notified: unknown[] = []

const methods: Methods = {
  echo: (params) => params,
  later: async (params) => params[0],
  nothing: () => undefined,
  note: (params) => notified.push(params[0]),
  revert: () => {
    throw new RpcError(3, 'execution reverted', '0x08c379a0')
  },
  crash: () => {
    throw new TypeError('a secret of the implementation')
  },
  beaconError: () => {
    throw MEANT_FOR_PEOPLE()
  },
  bigint: () => ({ balance: 1n }),
  bigintInError: () => {
    throw new RpcError(3, 'reverted', 1n)
  },
  large: (params) => 'x'.repeat(params[0] as number),
  spin: () => {
    for (const end = performance.now() + 15; performance.now() < end; );
  },
  wait: () =>
    new Promise<string>((resolve) => {
      release = () => resolve('released')
    }),
  subscribe: (params, { subscriptions }) => {
    if (subscriptions === null) throw new RpcError(-32000, 'notifications not supported')
    return subscriptions.open('eth_subscription', (push) => {
      push('first')
      notify = push
      return () => stopped.add(params[0] as string)
    })
  },
  unsubscribe: (params, { subscriptions }) => subscriptions?.close(params[0]) ?? false,
}

const limits = { bodyBytesMax: 10_000, answerLengthMax: 20_000, batchEntriesMax: 100, callTimeoutMs: 2_000 }
const server = await startRpcServer({ methods, limits }, { logger, random: systemRandom })
after(() => server.close())

async function post(body: string, headers: Record<string, string> = {}, url = server.url) {
  const response = await fetch(url, { method: 'POST', body, headers })
  const text = await response.text()
  return { status: response.status, headers: response.headers, answer: text === '' ? null : JSON.parse(text) }
}

const call = (method: string, params?: unknown, id: unknown = 1) => ({ jsonrpc: '2.0', id, method, params })
const ask = async (request: unknown) => (await post(JSON.stringify(request))).answer
const errorOf = async (request: unknown) => (await ask(request)).error

async function openSocket(to: RpcServer = server, headers: Record<string, string> = {}) {
  const socket = new WebSocket(to.url.replace('http', 'ws'), { headers })
  const received: { id?: unknown; method?: string; result?: unknown; params?: { result: unknown } }[] = []
  socket.on('message', (data) => received.push(JSON.parse(data.toString())))
  await once(socket, 'open')
  const until = async (count: number) => {
    while (received.length < count) await once(socket, 'message')
    return received
  }
  return { socket, until, send: (request: unknown) => socket.send(JSON.stringify(request)) }
}

test('answers calls with their ids, whether methods are synchronous or not', async () => {
  assert.deepEqual(await ask(call('echo', [1, 'two'], 'a')), { jsonrpc: '2.0', id: 'a', result: [1, 'two'] })
  assert.deepEqual(await ask(call('later', ['x'], 0)), { jsonrpc: '2.0', id: 0, result: 'x' })
  assert.deepEqual(await ask(call('nothing', null, null)), { jsonrpc: '2.0', id: null, result: null })
})

test('answers malformed requests with the codes of the specification', async () => {
  assert.equal((await post('{"jsonrpc": "2.0", "method"')).answer.error.code, -32700)
  assert.equal((await post('')).answer.error.code, -32700)
  for (const request of [
    1,
    null,
    'echo',
    {},
    { ...call('echo'), jsonrpc: '1.0' },
    call(5 as never),
    { ...call('echo'), id: {} },
  ]) {
    const answer = await ask(request)
    assert.equal(answer.error.code, -32600)
  }
  assert.equal((await ask({ id: 7, method: 'echo' })).id, 7)
  assert.equal((await errorOf([])).code, -32600)
  assert.equal((await errorOf(call('echo', { named: 1 }))).code, -32602)
  for (const unknown of ['eth_none', 'toString', '__proto__', 'constructor']) {
    assert.equal((await errorOf(call(unknown))).code, -32601)
  }
})

test('refuses what is nested too deeply to be a request, and counts no brackets in strings', async () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
  const asking = (params: string) => `{"jsonrpc":"2.0","id":1,"method":"echo","params":${params}}`
  assert.equal((await post(asking(nested(4_000)))).answer.error.code, -32600)
  assert.equal((await post(`[${asking(nested(4_000))}]`)).answer.error.code, -32600)
  assert.equal((await post(asking(nested(63)))).answer.id, 1)
  const brackets = `${'['.repeat(100)}\\"{{{`
  assert.deepEqual((await ask(call('echo', [brackets]))).result, [brackets])
})

test('tells the height of the head along with an answer', async () => {
  let headHeight = 6
  const methods: Methods = { climb: () => ++headHeight }
  const climbing = await startRpcServer(
    { methods, headHeight: () => headHeight },
    { logger, random: systemRandom },
  )
  const { headers } = await post(JSON.stringify(call('climb')), {}, climbing.url)
  assert.equal(headers.get('x-chain-head'), '7')
  await climbing.close()
})

test('shows errors that are meant for callers, and hides all others', async () => {
  assert.deepEqual(await errorOf(call('revert')), {
    code: 3,
    message: 'execution reverted',
    data: '0x08c379a0',
  })
  assert.deepEqual(await errorOf(call('beaconError')), {
    code: -32000,
    message: 'told',
    data: { code: 'N999', hint: 'a way out' },
  })
  logged.length = 0
  assert.deepEqual(await errorOf(call('crash')), { code: -32603, message: 'internal error' })
  assert.equal(logged.length, 1)
})

test('a bigint never leaks into JSON, not even in an error', async () => {
  assert.equal((await errorOf(call('bigint'))).code, -32603)
  assert.equal((await errorOf(call('bigintInError'))).code, -32603)
})

test('a batch of mixed validity is answered entry by entry, in order, without its notifications', async () => {
  notified.length = 0
  const { jsonrpc, method } = call('note')
  const answers = await ask([
    call('echo', [1], 1),
    { jsonrpc, method, params: ['noted'] },
    42,
    call('missing', [], 2),
    call('later', ['x'], 3),
    call('bigint', [], 4),
  ])
  assert.deepEqual(
    answers.map(({ id, result, error }: { id: unknown; result: unknown; error?: { code: number } }) => [
      id,
      error?.code ?? result,
    ]),
    [
      [1, [1]],
      [null, -32600],
      [2, -32601],
      [3, 'x'],
      [4, -32603],
    ],
  )
  assert.deepEqual(notified, ['noted'])
})

test('notifications get no answer, whatever becomes of them', async () => {
  const notification = (method: string) => ({ jsonrpc: '2.0', method })
  for (const request of [
    notification('echo'),
    notification('crash'),
    notification('missing'),
    [notification('echo')],
  ]) {
    assert.deepEqual((await post(JSON.stringify(request))).status, 204)
  }
})

test('batches, bodies and answers have bounds', async () => {
  const batch = (length: number) => Array.from({ length }, (_, id) => call('nothing', [], id))
  assert.equal((await ask(batch(100))).length, 100)
  assert.equal((await errorOf(batch(101))).code, -32600)
  const { status, answer } = await post(JSON.stringify(call('echo', ['x'.repeat(10_000)])))
  assert.equal(status, 413)
  assert.equal(answer.error.code, -32600)
  assert.equal((await errorOf(call('large', [20_000]))).code, -32003)
  const large = await ask([12_000, 12_000, 1].map((length) => call('large', [length])))
  assert.deepEqual(
    large.map(({ error }: { error?: { code: number } }) => error?.code),
    [undefined, -32003, -32003],
  )
})

test('a batch of much work lets others have their turn', async () => {
  const [greedy, modest] = [await openSocket(), await openSocket()]
  const order: string[] = []
  greedy.socket.once('message', () => order.push('greedy'))
  modest.socket.once('message', () => order.push('modest'))
  greedy.send(Array.from({ length: 20 }, (_, id) => call('spin', [], id)))
  modest.send(call('echo'))
  await Promise.all([greedy.until(1), modest.until(1)])
  assert.deepEqual(order, ['modest', 'greedy'])
  for (const { socket } of [greedy, modest]) socket.close()
})

test('a body without an end is not read for ever', async () => {
  const request = httpRequest(server.url, { method: 'POST' })
  const over = new Promise<void>((resolve) => request.once('error', () => resolve()).once('close', resolve))
  let isOver = false
  void over.then(() => {
    isOver = true
  })
  const chunk = Buffer.alloc(1024 * 1024, 'x')
  for (let n = 0; !isOver; n++) {
    assert.ok(n < 500, 'the server reads on')
    if (!request.write(chunk)) await Promise.race([once(request, 'drain').catch(() => {}), over])
  }
})

test('at most so many calls run at one time', async () => {
  const tight = await startRpcServer(
    { methods, limits: { concurrentCallsMax: 1 } },
    { logger, random: systemRandom },
  )
  const waiting = post(JSON.stringify(call('wait')), {}, tight.url)
  const client = createRpcClient(tight.url)
  const isRefused = (error: unknown) => error instanceof RpcError && error.code === -32005
  const { promise, resolve } = Promise.withResolvers<void>()
  const poll = async () => {
    for (;;) {
      try {
        await client.request('echo')
      } catch (error) {
        return isRefused(error) ? resolve() : Promise.reject(error)
      }
    }
  }
  await Promise.all([promise, poll()])
  release()
  assert.equal((await waiting).answer.result, 'released')
  assert.deepEqual(await client.request('echo', [1]), [1])
  await tight.close()
})

test('a call that takes too long is answered with a timeout', async () => {
  const hasty = await startRpcServer(
    { methods, limits: { callTimeoutMs: 20 } },
    { logger, random: systemRandom },
  )
  assert.equal((await post(JSON.stringify(call('wait')), {}, hasty.url)).answer.error.code, -32002)
  await hasty.close()
})

test('pages of this machine and extensions may ask, others may not', async () => {
  for (const origin of [
    'http://localhost:5173',
    'https://app.localhost',
    'http://127.0.0.1:3000',
    'http://[::1]:80',
    'chrome-extension://abc',
  ]) {
    const { status, headers } = await post(JSON.stringify(call('echo')), { origin })
    assert.equal(status, 200)
    assert.equal(headers.get('access-control-allow-origin'), origin)
  }
  for (const origin of [
    'https://evil.example',
    'null',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
  ]) {
    const { status, headers } = await post(JSON.stringify(call('echo')), { origin })
    assert.equal(status, 403)
    assert.equal(headers.get('access-control-allow-origin'), null)
    const socket = new WebSocket(server.url.replace('http', 'ws'), { headers: { origin } })
    const [error] = await once(socket, 'error')
    assert.match(error.message, /403/)
  }
  const preflight = await fetch(server.url, {
    method: 'OPTIONS',
    headers: { origin: 'http://localhost:5173' },
  })
  assert.equal(preflight.status, 204)
  assert.equal(preflight.headers.get('access-control-allow-headers'), 'content-type')
  assert.equal((await fetch(server.url)).status, 405)
})

test('a page that resets its refused WebSocket harms nobody', async () => {
  for (let attempt = 0; attempt < 5; attempt++) {
    const socket = connect(server.port, server.host).on('error', () => {})
    await once(socket, 'connect')
    socket.write('GET / HTTP/1.1\r\nconnection: upgrade\r\nupgrade: websocket\r\norigin: null\r\n\r\n')
    socket.resetAndDestroy()
  }
  assert.deepEqual((await ask(call('echo', [1]))).result, [1])
})

test('WebSocket clients are answered, in batches too, and learn of malformed requests', async () => {
  const { socket, until, send } = await openSocket()
  send(call('echo', [1], 1))
  send([call('echo', [2], 2), call('missing', [], 3)])
  socket.send('not JSON')
  // Answers come as they are ready, not in the order of the requests.
  const received: unknown[] = await until(3)
  const batch = received.find((answer) => Array.isArray(answer))
  assert.deepEqual(
    (batch as { id: number }[]).map(({ id }) => id),
    [2, 3],
  )
  const single = received.filter((answer) => !Array.isArray(answer)) as { id: unknown }[]
  assert.deepEqual(single.map(({ id }) => id).sort(), [1, null])
  socket.terminate()
})

test('subscribers hear everything from the start, after the answer with the id, until they leave', async () => {
  const { socket, until, send } = await openSocket()
  send(call('subscribe', ['by unsubscribing'], 1))
  const [answer, first] = await until(2)
  const id = answer!.result
  assert.equal(answer!.id, 1)
  assert.deepEqual(first, {
    jsonrpc: '2.0',
    method: 'eth_subscription',
    params: { subscription: id, result: 'first' },
  })
  notify!('second')
  assert.equal((await until(3))[2]!.params!.result, 'second')
  send(call('unsubscribe', [id], 2))
  send(call('unsubscribe', [id], 3))
  const received = await until(5)
  assert.deepEqual([received[3]!.result, received[4]!.result], [true, false])
  assert.ok(stopped.has('by unsubscribing'))
  notify!('too late')
  send(call('subscribe', ['by leaving'], 4))
  assert.equal((await until(6))[5]!.id, 4)
  const left = once(socket, 'close')
  socket.close()
  await left
  while (!stopped.has('by leaving')) await new Promise(setImmediate)
  assert.equal((await errorOf(call('subscribe'))).code, -32000)
})

test('a subscriber that does not read is cut off', async () => {
  const slow = await startRpcServer(
    { methods, limits: { sendBufferBytesMax: 100_000 } },
    { logger, random: systemRandom },
  )
  const { socket, until, send } = await openSocket(slow)
  send(call('subscribe', ['by not reading'], 1))
  await until(2)
  socket.pause()
  for (let n = 0; !stopped.has('by not reading'); n++) {
    assert.ok(n < 1000, 'the buffer has no bound')
    notify!('x'.repeat(100_000))
    await new Promise(setImmediate)
  }
  socket.terminate()
  await slow.close()
})

test('closing drops clients that wait', async () => {
  const closing = await startRpcServer({ methods }, { logger, random: systemRandom })
  const { socket } = await openSocket(closing)
  const waiting = post(JSON.stringify(call('wait')), {}, closing.url)
  const rejected = assert.rejects(waiting)
  const dropped = once(socket, 'close')
  await createRpcClient(closing.url).request('echo')
  await closing.close()
  await Promise.all([rejected, dropped])
})

test('a server that is closed carries out no more of a batch, and blames nobody for what it closes', async () => {
  const entered = Promise.withResolvers<void>()
  const store = Promise.withResolvers<never>()
  let begun = 0
  const closed = await startRpcServer(
    {
      methods: {
        first: () => {
          entered.resolve()
          return store.promise
        },
        spin: () => {
          begun++
          methods.spin!([], { subscriptions: null })
        },
      },
    },
    { logger, random: systemRandom },
  )
  const { socket, send } = await openSocket(closed)
  const size = 100
  send([call('first'), ...Array.from({ length: size }, (_, id) => call('spin', [], id))])
  await entered.promise
  await closed.close()
  const [begunBefore, loggedBefore] = [begun, logged.length]
  store.reject(new Error('Database is not open'))
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
  assert.deepEqual([begun, logged.length], [begunBefore, loggedBefore])
  assert.ok(begun < size)
  socket.terminate()
})

test('a port that is taken is reported as such', async () => {
  const second = startRpcServer({ methods, port: server.port }, { logger, random: systemRandom })
  await assert.rejects(second, (error) => (error as { code: string }).code === RPC_LISTEN_FAILED.code)
})

test('the client gives results and typed errors', async () => {
  const client = createRpcClient(server.url)
  assert.deepEqual(await client.request('echo', ['a']), ['a'])
  assert.equal(await client.request('nothing'), null)
  await assert.rejects(client.request('revert'), (error) => {
    assert.ok(error instanceof RpcError)
    assert.deepEqual([error.code, error.message, error.data], [3, 'execution reverted', '0x08c379a0'])
    return true
  })
})

test('the client tells silence, absence and nonsense apart', async () => {
  const codeIs = (code: string) => (error: unknown) => (error as { code: string }).code === code
  const hasty = createRpcClient(server.url, { timeoutMs: 30 })
  await assert.rejects(hasty.request('wait'), codeIs(RPC_TIMEOUT.code))
  const small = createRpcClient(server.url, { answerBytesMax: 100 })
  await assert.rejects(small.request('large', [200]), codeIs(RPC_MALFORMED.code))
  const gone = await startRpcServer({ methods: {} }, { logger, random: systemRandom })
  await gone.close()
  await assert.rejects(createRpcClient(gone.url).request('echo'), codeIs(RPC_UNREACHABLE.code))
  assert.throws(() => createRpcClient('no URL'), TypeError)
})
