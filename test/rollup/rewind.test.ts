import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Wallet } from 'ethers'
import { openLevelStore } from '../../src/platform/level-store.ts'
import { MemoryStore } from '../../src/platform/memory-store.ts'
import { systemTimers } from '../../src/platform/system.ts'
import { fromHex, type Hex } from '../../src/primitives/bytes.ts'
import { height } from '../../src/primitives/ids.ts'
import { rewindRollup } from '../../src/rollup/rewind.ts'
import { vms } from '../evm/shipped-evm.ts'
import {
  CHAIN_ID,
  certify,
  committee,
  createLocalRollup,
  DEV_MNEMONIC,
  GENESIS_TIME_MS,
  INSTANCE,
  type LocalRollup,
  mine,
  propose,
  silentLogger,
  specWith,
} from './local-rollup.ts'

const wallet = Wallet.fromPhrase(DEV_MNEMONIC)

async function transfer({ application }: LocalRollup, nonce: number): Promise<Hex> {
  const fields = { to: `0x${'b0'.repeat(20)}`, value: 1n, gasLimit: 21_000, chainId: CHAIN_ID, type: 2 }
  const raw = await wallet.signTransaction({
    ...fields,
    nonce,
    maxFeePerGas: 10n ** 10n,
    maxPriorityFeePerGas: 1n,
  })
  const { hash, refusal } = application.submit(fromHex(raw as Hex))
  assert.equal(refusal, null)
  return hash!
}

function rewind({ store, clock, beacon }: LocalRollup, target: Parameters<typeof rewindRollup>[2]) {
  return rewindRollup(
    { spec: specWith(), rollup: INSTANCE.rollup, genesisTimeMs: GENESIS_TIME_MS },
    {
      store,
      clock,
      beacon,
      timers: systemTimers,
      committeeOf: () => committee,
      logger: silentLogger,
      vms,
    },
    target,
  )
}

test('a rollup taken back to a block is what it was there, on disk too, and goes on from there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'beacon-rewind-'))
  try {
    const path = join(folder, 'chain')
    const first = await createLocalRollup({ store: await openLevelStore(path) })
    await transfer(first, 0)
    await mine(first)
    await transfer(first, 1)
    const kept = await mine(first)
    const { root } = first.application.chain.head.state
    const lost = [await transfer(first, 2), await transfer(first, 3)]
    await mine(first)
    await mine(first)
    const dropped = await rewind(first, { height: height(2), certificate: certify(kept) })
    assert.equal(dropped.length, 2)
    await first.store.close()

    const resumed = await createLocalRollup({ store: await openLevelStore(path) })
    const { chain } = resumed.application
    assert.equal(chain.head.block.digest, kept.digest)
    assert.equal(chain.head.state.root, root)
    for (const hash of lost) assert.equal(chain.locate(hash), null)
    assert.equal(chain.store.blockAt(3), null)
    assert.equal(chain.store.certifiedFrom(3), null)
    for (const raw of dropped) assert.equal(resumed.application.submit(raw).refusal, null)
    const next = await mine(resumed)
    assert.equal(next.header.height, 3)
    assert.equal(chain.head.transactions.length, 2)
    await resumed.store.close()
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a block within a commit of several gets the certificate that the Beacon Layer recorded', async () => {
  const local = await createLocalRollup({ store: new MemoryStore() })
  const one = await propose(local, local.application.genesis)
  const two = await propose(local, one)
  const three = await propose(local, two)
  await local.application.commit([one, two, three], certify(three))
  const recorded = certify(two)
  await rewind(local, { height: height(2), certificate: recorded })
  const { chain } = (await createLocalRollup(local)).application
  assert.equal(chain.head.block.digest, two.digest)
  assert.deepEqual(chain.store.certifiedFrom(1), { block: two, certificate: recorded })
})

test('everything may be void, down to the genesis', async () => {
  const local = await createLocalRollup({ store: new MemoryStore() })
  await transfer(local, 0)
  await mine(local)
  assert.equal((await rewind(local, { height: height(0), certificate: null })).length, 1)
  const { application } = await createLocalRollup(local)
  assert.equal(application.chain.head.header.number, 0)
})
