/** Any Ethereum RPC will do as the L1: here an endpoint that is no anvil, as far as anyone can tell, and whose gas has to be paid for. */

import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { JsonRpcProvider, Wallet } from 'ethers'
import { AnvilProcess } from '../settlement/anvil-process.ts'
import { createHome } from './beacon-cli.ts'

const PAYER = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80'

describe('a devnet on an L1 that runs elsewhere', () => {
  const home = createHome({ BEACON_L1_KEY: PAYER })
  const unpaid = createHome()
  let anvil: AnvilProcess
  let endpoint: Server
  let l1: string

  before(async () => {
    anvil = await AnvilProcess.start({ blockTimeSeconds: 1, slotsInAnEpoch: 1 })
    endpoint = disguise(anvil.rpcUrl)
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve))
    l1 = `http://127.0.0.1:${(endpoint.address() as { port: number }).port}`
  })
  after(async () => {
    await home[Symbol.asyncDispose]()
    await unpaid[Symbol.asyncDispose]()
    endpoint.closeAllConnections()
    endpoint.close()
    await anvil[Symbol.asyncDispose]()
  })

  test('needs an account that pays', async () => {
    const { exitCode, envelope } = await unpaid.beacon(
      'devnet',
      'up',
      '--detach',
      '--ports',
      'auto',
      '--l1',
      l1,
    )
    assert.equal(exitCode, 2)
    assert.equal(envelope.error?.code, 'D505')
  })

  test('posts its batches there', async () => {
    const { rollups } = await home.ok<{ rollups: { rpcUrl: string; chainId: number }[] }>(
      ...['devnet', 'up', '--detach', '--ports', 'auto', '--l1', l1, '--rollup', 'app'],
    )
    const { rpcUrl, chainId } = rollups[0]!
    const provider = new JsonRpcProvider(rpcUrl, chainId, { staticNetwork: true })
    try {
      const sent = await new Wallet(PAYER, provider).sendTransaction({
        to: `0x${'0b'.repeat(20)}`,
        value: 1n,
      })
      const trace = await home.ok<{ l1: { txHash: string } }>('trace', sent.hash, '--until', 'posted')
      const receipt = await anvil.rpc.request('eth_getTransactionReceipt', [trace.l1.txHash])
      assert.equal((receipt as { status: string }).status, '0x1')
    } finally {
      provider.destroy()
    }
  })
})

/** Passes everything on to anvil but what only anvil answers, and what tells its name. */
function disguise(rpcUrl: string): Server {
  return createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    const { id, method } = JSON.parse(body) as { id: number; method: string }
    response.setHeader('content-type', 'application/json')
    if (/^(anvil|hardhat|evm)_/.test(method)) {
      const error = { code: -32601, message: 'method not found' }
      response.end(JSON.stringify({ jsonrpc: '2.0', id, error }))
    } else if (method === 'web3_clientVersion') {
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result: 'elsewhere/v1' }))
    } else {
      const headers = { 'content-type': 'application/json' }
      response.end(await (await fetch(rpcUrl, { method: 'POST', headers, body })).text())
    }
  })
}
