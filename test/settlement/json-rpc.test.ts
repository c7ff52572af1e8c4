import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { type TestContext, test } from 'node:test'
import { createL1Rpc, L1RequestError, type L1Rpc } from '../../src/settlement/json-rpc.ts'
import { refusalOf } from '../../src/settlement/l1-refusals.ts'

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
  await assert.rejects(rpc.request('eth_sendRawTransaction', []), (error: L1RequestError) => {
    assert.ok(error instanceof L1RequestError)
    assert.equal(error.code, -32000)
    return refusalOf(error) === 'nonce-used'
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
  await assert.rejects(rpc.request('a', []), { code: 'S101' })
})

test('a silent node is given up at the deadline', async (t) => {
  const rpc = await serve(t, () => {})
  await assert.rejects(rpc.request('a', []), { code: 'S101', message: /deadline/ })
})

test('what is no JSON-RPC answer is refused', async (t) => {
  const bodies = ['<html>', '', 'null', '[]', '{"id":99,"result":"0x1"}']
  const rpc = await serve(t, (_, response) => response.end(bodies.pop()))
  while (bodies.length > 0) await assert.rejects(rpc.request('a', []), { code: 'S101' })
})

test('the key in a URL is in no error', async () => {
  const rpc = createL1Rpc({ url: 'http://127.0.0.1:1/v3/secret' })
  await assert.rejects(rpc.request('a', []), ({ message }: Error) => !message.includes('secret'))
})

test('the words by which nodes refuse transactions are told apart', () => {
  const words = {
    'already known': 'known',
    'transaction already imported': 'known',
    'nonce too low: next nonce 5, tx nonce 4': 'nonce-used',
    'replacement transaction underpriced': 'underpriced',
    'max fee per gas less than block base fee': 'underpriced',
    'execution reverted: 0x1234': 'reverts',
    'insufficient funds for gas * price + value': 'unfunded',
    'out of cheese': 'other',
  } as const
  for (const [message, refusal] of Object.entries(words)) {
    assert.equal(refusalOf(new L1RequestError('m', -32000, message)), refusal, message)
  }
  assert.equal(refusalOf(new L1RequestError('m', 3, 'whatever')), 'reverts')
})

async function serve(t: TestContext, listener: RequestListener): Promise<L1Rpc> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const rpc = createL1Rpc({ url: `http://127.0.0.1:${port}`, deadlineMs: 300, answerBytesMax: 1_000_000 })
  t.after(() => {
    rpc.close()
    server.closeAllConnections()
    server.close()
  })
  return rpc
}
