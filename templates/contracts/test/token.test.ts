import assert from 'node:assert/strict'
import { dirname } from 'node:path'
import { after, before, test } from 'node:test'
import { loadProject } from 'beaconlayer'
import { assertSoftConfirmed, createDevnet, type TestDevnet } from 'beaconlayer/testing'
import { Contract } from 'ethers'
import { deployToken } from '../tasks/deploy.ts'

const ABI = [
  'function transfer(address to, uint256 value) returns (bool)',
  'function balanceOf(address owner) view returns (uint256)',
  'error InsufficientBalance(address owner, uint256 balance, uint256 needed)',
]

let devnet: TestDevnet
let token: Contract

before(async () => {
  // The network of beacon.config.ts, for this file alone: on ports that are free, in a temporary folder.
  devnet = await createDevnet({ config: 'default' })
  const project = await loadProject()
  const network = { devnet: devnet.name, dir: dirname(devnet.dir) }
  const { address } = await project.run(deployToken, { supply: 1_000n }, network)
  token = new Contract(address, ABI, devnet.rollup('app').signer())
})

after(() => devnet?.stop())

test('a transfer is confirmed by two thirds of the elected sequencers', async () => {
  const bob = devnet.accounts[1].address
  const sent = await token.transfer(bob, 10n)

  const { latencyMs } = await assertSoftConfirmed(devnet, sent, { timeoutMs: 10_000 })

  assert.equal(await token.balanceOf(bob), 10n)
  const { signers } = await devnet.trace(sent)
  const signed = signers.filter((signer) => signer.signed)
  assert.ok(signed.length > (2 * signers.length) / 3)
  console.log(`${signed.length} of ${signers.length} seats signed, ${latencyMs} ms after the proposal`)
})

test('nobody can send more than there is', async () => {
  const bob = devnet.accounts[1].address
  await assert.rejects(token.transfer.staticCall(bob, 1_001n), /InsufficientBalance/)
})
