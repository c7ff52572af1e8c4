import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { createPublicClient, createWalletClient, http, parseEther } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { createDevnet } from '../../src/testing/index.ts'

/** Some life on a simulated network; what is returned says when each thing happened, and how it hung together. */
async function live(seed: string): Promise<unknown[]> {
  await using devnet = await createDevnet({ simulated: true, seed, validators: 5 })
  const app = devnet.rollup()
  const pay = async () => {
    const sent = await app.signer().sendTransaction({ to: devnet.accounts[1]!.address, value: 5n })
    await devnet.waitFor(sent, 'posted')
    return devnet.trace(sent)
  }
  const first = await pay()
  await devnet.kill('validator-2')
  const second = await pay()
  await devnet.fault.heal()
  const { number, hash } = (await app.provider().getBlock('latest'))!
  return [first, second, number, hash, app.committee.map(({ seat, validator }) => [seat, validator])]
}

test('the same seed and the same questions give the same answers, to the millisecond', async () => {
  const once = await live('one')
  assert.deepEqual(await live('one'), once)
  assert.notDeepEqual(await live('two'), once)
})

test('a simulated network is used as a real one is', async () => {
  const devnet = await createDevnet({ simulated: true, seed: 'days', validators: 6, epochBlocks: 16 })
  const app = devnet.rollup()
  const [alice, bob] = devnet.accounts
  const transport = http(app.rpcUrl)
  const client = createPublicClient({ chain: app.viemChain, transport, pollingInterval: 10 })
  const wallet = createWalletClient({
    account: privateKeyToAccount(alice!.privateKey),
    chain: app.viemChain,
    transport,
  })

  const hash = await wallet.sendTransaction({ to: bob!.address, value: parseEther('1') })
  assert.equal((await client.waitForTransactionReceipt({ hash })).status, 'success')
  await devnet.waitFor(hash, 'final')

  const { timestamp } = await client.getBlock()
  const { time } = await devnet.warp({ seconds: 30 * 86_400 })
  const later = await client.getBlock()
  assert.ok(later.timestamp - timestamp >= 30n * 86_400n - 1n)
  assert.ok(
    Math.abs(Number((await devnet.l1.provider().getBlock('latest'))!.timestamp) * 1_000 - time) < 5_000,
  )
  const { epoch } = await devnet.warp({ epochs: 2 })
  assert.ok(epoch >= 2)

  const other = await devnet.createRollup({ name: 'other' })
  assert.equal(other.committee.length, 5)
  await devnet.fault.partition([['validator-0', 'validator-1', 'validator-2']])
  const cut = await other.signer().sendTransaction({ to: bob!.address, value: 1n })
  const statuses = await devnet.fault.active()
  assert.deepEqual(
    statuses.map(({ kind }) => kind),
    ['partition'],
  )
  await devnet.fault.heal()
  await devnet.waitFor(cut, 'beacon')

  const paid = await devnet.l1.signer(3).sendTransaction({ to: bob!.address, value: 1n })
  assert.equal((await paid.wait())!.status, 1)
  await assert.rejects(devnet.snapshot(), { code: 'K201' })
  await assert.rejects(createDevnet({ simulated: true, from: 'network.tgz' }), { code: 'T106' })

  await devnet.stop()
  assert.equal(existsSync(devnet.dir), false)
  await assert.rejects(fetch(app.rpcUrl))
})
