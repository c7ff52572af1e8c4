import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { type TestContext, test } from 'node:test'
import { createRpcClient, type RpcClient } from '../../src/rpc/client.ts'
import { RpcError } from '../../src/rpc/rpc-error.ts'

test('an answer is given to the request with its id', async (t) => {
  const rpc = await serve(t, (request, response) => {
    request.on('data', (body) => response.end(JSON.stringify({ id: JSON.parse(body).id, result: ['0x1'] })))
  })
  assert.deepEqual(await rpc.request('a', []), ['0x1'])
  assert.deepEqual(await rpc.request('b', [1]), ['0x1'])
})

test('an error of the node keeps its code and words', async (t) => {
  const rpc = await serve(t, (_, response) => {
    response.end('{"id":1,"error":{"code":-32000,"message":"nonce too low"}}')
  })
  await assert.rejects(rpc.request('eth_sendRawTransaction', []), (error: RpcError) => {
    assert.ok(error instanceof RpcError)
    assert.equal(error.code, -32000)
    return error.message === 'nonce too low'
  })
})

test('an endless answer is cut off', async (t) => {
  const rpc = await serve(t, (_, response) => {
    const flood = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    }
    response.on('drain', flood)
    flood()
  })
  await assert.rejects(rpc.request('a', []), { code: 'N303' })
})

test('a silent node is given up at the deadline', async (t) => {
  const rpc = await serve(t, () => {})
  await assert.rejects(rpc.request('a', []), { code: 'N302' })
})

test('what is no JSON-RPC answer is refused', async (t) => {
  const bodies = ['<html>', '', 'null', '[]', '{"id":99,"result":"0x1"}']
  const rpc = await serve(t, (_, response) => response.end(bodies.pop()))
  while (bodies.length > 0) await assert.rejects(rpc.request('a', []), { code: 'N303' })
})

test('the key in a URL is in no error', async () => {
  const rpc = createRpcClient('http://127.0.0.1:1/v3/secret')
  await assert.rejects(rpc.request('a', []), ({ message }: Error) => !message.includes('secret'))
})

async function serve(t: TestContext, listener: RequestListener): Promise<RpcClient> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const rpc = createRpcClient(`http://127.0.0.1:${port}`, { timeoutMs: 300, answerBytesMax: 1_000_000 })
  t.after(() => {
    rpc.close()
    server.closeAllConnections()
    server.close()
  })
  return rpc
}
