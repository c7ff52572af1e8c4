import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { extensionOf } from '../../../src/cli/gateway-extension.ts'
import { Gateway } from '../../../src/devnet/gateway/gateway.ts'
import type { RpcChain, RpcHooks } from '../../../src/plugin/hook-types.ts'
import { loadProject } from '../../../src/project.ts'
import { createRpcClient } from '../../../src/rpc/client.ts'
import { RpcError } from '../../../src/rpc/rpc-error.ts'
import { FakeNode } from './fake-node.ts'

/** A gateway of rollup `app`, with a plugin that has these hooks. */
async function gatewayWith(t: TestContext, handlers: Partial<RpcHooks>) {
  const hooks = { rpc: async () => ({ default: () => handlers }) }
  const project = await loadProject({ config: { plugins: [{ id: 'p', apiVersion: 1, hooks }] } })
  const warnings: string[] = []
  const extension = extensionOf(project, (line) => warnings.push(line))
  const node = await FakeNode.start('validator-0', 7)
  const options = { chain: 'rollup app', kind: 'rollup', name: 'app', host: '127.0.0.1', port: 0 } as const
  const gateway = await Gateway.listen({ ...options, extension })
  gateway.backends.set(node.backend)
  const rpc = createRpcClient(gateway.rpcUrl)
  t.after(async () => {
    rpc.close()
    await gateway.close()
    await node.kill()
  })
  return { rpc, node, warnings }
}

test("a plugin's method is answered at the gateway, and may ask the nodes behind it", async (t) => {
  const { rpc, node } = await gatewayWith(t, {
    methods: ({ chain, call }: RpcChain) => ({
      hello_height: async ([by]) => `${chain} ${Number(await call('eth_blockNumber', [])) + Number(by)}`,
      hello_nothing: () => undefined,
    }),
  })
  assert.equal(await rpc.request('hello_height', [3]), 'app 10')
  assert.equal(await rpc.request('hello_nothing'), null)
  assert.equal(Number(await rpc.request('eth_blockNumber')), 7)
  assert.ok(!node.calls.includes('hello_height'))
})

test('an error that it means for callers keeps its code; any other is one answer and no more', async (t) => {
  const { rpc } = await gatewayWith(t, {
    methods: () => ({
      hello_refuse: () => {
        // As thrown by a project, which has a copy of the class of its own.
        throw Object.assign(new Error('not today'), { name: 'RpcError', code: -32_042, data: 'x' })
      },
      hello_fail: () => {
        throw new Error('odd')
      },
    }),
  })
  await assert.rejects(rpc.request('hello_refuse'), new RpcError(-32_042, 'not today', 'x'))
  await assert.rejects(rpc.request('hello_fail'), { code: -32_603 })
  assert.equal(Number(await rpc.request('eth_blockNumber')), 7)
})

test('observers are told of every request, alone and in batches, and hold up none', async (t) => {
  const seen: string[] = []
  const { rpc, warnings } = await gatewayWith(t, {
    request: ({ chain, method, params }) => {
      seen.push(`${chain} ${method} ${params.length}`)
      throw new Error('odd')
    },
  })
  await rpc.request('eth_blockNumber')
  const batch = [
    { jsonrpc: '2.0', id: 1, method: 'eth_chainId' },
    { jsonrpc: '2.0', id: 2, method: 'eth_getBlockByNumber', params: ['latest', false] },
  ]
  await fetch(rpc.url, { method: 'POST', body: JSON.stringify(batch) })
  assert.deepEqual(seen, ['app eth_blockNumber 0', 'app eth_chainId 0', 'app eth_getBlockByNumber 2'])
  assert.equal(warnings.length, 1)
  assert.match(warnings[0]!, /'p'.*rpc\.request: odd/)
})

test('a project without such hooks adds nothing', async () => {
  assert.equal(
    extensionOf(await loadProject({ config: {} }), () => {}),
    null,
  )
})
