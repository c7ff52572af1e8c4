import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { Block } from '../../src/consensus/block.ts'
import { openSeatChain } from '../../src/nodes/seat-chain.ts'
import type { Opening, SeatWorkerData } from '../../src/nodes/seat-messages.ts'
import { createSeatPlatform } from '../../src/nodes/system-platform.ts'
import { openLevelStore } from '../../src/platform/level-store.ts'
import { epoch } from '../../src/primitives/ids.ts'
import { DIST } from '../evm/shipped-evm.ts'
import {
  certify,
  committee,
  createLocalRollup,
  GENESIS_TIME_MS,
  INSTANCE,
  mine,
  NETWORK,
  signers,
  specWith,
} from '../rollup/local-rollup.ts'
import { silent } from './rig.ts'

describe("a seat's stored chain", () => {
  let dataDir: string
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'beacon-seat-'))
  })
  afterEach(() => rm(dataDir, { recursive: true }))

  /** Fails if somebody still has it open. */
  const stored = async () => ({ store: await openLevelStore(join(dataDir, 'chain')) })

  /** Three blocks on disk, as an earlier life of the seat left them. */
  async function storeThreeBlocks(): Promise<Block[]> {
    const local = await createLocalRollup(await stored())
    const blocks = [await mine(local), await mine(local), await mine(local)]
    await local.store.close()
    return blocks
  }

  async function reopen(openings: readonly Opening[]): Promise<{ head: Block; dropped: number }> {
    const described = { committee, networkKeys: [], followers: [] }
    const data = {
      network: NETWORK,
      epochLength: 1_000,
      rollupId: INSTANCE.rollup,
      spec: specWith(),
      genesisTimeMs: GENESIS_TIME_MS,
      firstInstance: INSTANCE,
      briefing: {
        committees: [described],
        openings,
        closed: null,
        heads: [],
        recorded: 0,
        connectedPeers: [],
      },
    } as unknown as SeatWorkerData
    const { application, store, dropped } = await openSeatChain(
      data,
      signers[0]!.publicKey,
      createSeatPlatform(dataDir, silent, DIST),
    )
    const { block: head } = application.chain.head
    await store.close()
    return { head, dropped: dropped.length }
  }

  test('is opened as it was if nothing of it is void', async () => {
    const blocks = await storeThreeBlocks()
    assert.equal((await reopen([])).head.digest, blocks[2]!.digest)
  })

  test('is cut back to where a later instance begins, and stays so', async () => {
    const [, second] = await storeThreeBlocks()
    const { height } = second!.header
    const genesis = { height, digest: second!.digest, certificate: certify(second!) }
    const opening: Opening = { instance: { ...INSTANCE, epoch: epoch(3), sub: 1 }, genesis }
    assert.equal((await reopen([opening])).head.digest, second!.digest)
    assert.equal((await reopen([opening])).head.digest, second!.digest)
    assert.equal((await reopen([])).head.digest, second!.digest)
  })

  test('is left alone if it contradicts what the Beacon Layer recorded', async () => {
    const [first, second, third] = await storeThreeBlocks()
    const genesis = { height: second!.header.height, digest: first!.digest, certificate: certify(first!) }
    const opening: Opening = { instance: { ...INSTANCE, epoch: epoch(3), sub: 1 }, genesis }
    await assert.rejects(reopen([opening]), { code: 'K102' })
    assert.equal((await reopen([])).head.digest, third!.digest)
  })

  test('is closed again when it could not be opened', async () => {
    const local = await createLocalRollup({ spec: { gasLimit: 1_000_000 }, ...(await stored()) })
    await local.store.close()
    await assert.rejects(reopen([]), { code: 'R002' })
    await (await stored()).store.close()
  })
})
