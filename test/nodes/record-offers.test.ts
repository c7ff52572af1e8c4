import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  composeOffer,
  OFFER_INTERVAL_MS,
  PATIENCE_MS,
  type RecordOffer,
  RecordOffers,
} from '../../src/nodes/record-offers.ts'
import { SimulatedTime } from '../../src/platform/simulated/time.ts'
import { certify, createLocalRollup, type LocalRollup, mine, propose } from '../rollup/local-rollup.ts'

async function createOffers() {
  const local = await createLocalRollup()
  const time = new SimulatedTime()
  const offered: RecordOffer[] = []
  let isOurTurn = true
  const offers = new RecordOffers({
    application: local.application,
    isOurTurn: () => isOurTurn,
    clock: time,
    timers: time,
    offer: (offer) => offered.push(offer),
  })
  local.application.onFinal(() => offers.wake())
  const pass = (ms: number) => time.run(time.now() + ms)
  const takeTurn = (value: boolean) => {
    isOurTurn = value
  }
  return { local, offers, offered, pass, takeTurn }
}

const heightsOf = (offers: readonly RecordOffer[]) =>
  offers.map(({ headers }) => headers.map(({ height }) => height))

/** Several blocks with one certificate, as they come when a node catches up. */
async function mineTogether(local: LocalRollup, count: number): Promise<void> {
  const { application } = local
  const blocks = [await propose(local, application.chain.head.block)]
  while (blocks.length < count) blocks.push(await propose(local, blocks.at(-1)!))
  await application.commit(blocks, certify(blocks.at(-1)!))
}

describe('offers for recording', () => {
  test('come at once and then repeatedly, until the blocks are recorded', async () => {
    const { local, offers, offered, pass } = await createOffers()
    await mine(local)
    assert.deepEqual(heightsOf(offered), [[1]])
    await mine(local)
    await pass(2 * OFFER_INTERVAL_MS)
    assert.deepEqual(heightsOf(offered), [[1], [1, 2], [1, 2]])
    offers.recorded(1)
    await pass(OFFER_INTERVAL_MS)
    assert.deepEqual(heightsOf(offered).at(-1), [2])
    const { length } = offered
    offers.recorded(2)
    await pass(10 * OFFER_INTERVAL_MS)
    assert.equal(offered.length, length)
  })

  test('are left to the seat whose turn it is, as long as something gets recorded', async () => {
    const { local, offers, offered, pass, takeTurn } = await createOffers()
    takeTurn(false)
    await mine(local)
    await pass(PATIENCE_MS - OFFER_INTERVAL_MS)
    assert.deepEqual(offered, [])
    await pass(2 * OFFER_INTERVAL_MS)
    assert.equal(offered.length, 1)
    await mine(local)
    offers.recorded(1)
    await pass(PATIENCE_MS - OFFER_INTERVAL_MS)
    assert.equal(offered.length, 1)
  })

  test('stop with the seat', async () => {
    const { local, offers, offered, pass } = await createOffers()
    await mine(local)
    offers.stop()
    await pass(10 * PATIENCE_MS)
    await mine(local)
    assert.equal(offered.length, 1)
  })

  test('hold at most 64 headers, up to a block that has a certificate of its own', async () => {
    const local = await createLocalRollup()
    assert.equal(composeOffer(local.application, 0), null)
    await mineTogether(local, 3)
    assert.deepEqual(heightsOf([composeOffer(local.application, 0)!]), [[1, 2, 3]])
    for (let i = 0; i < 70; i++) await mine(local)
    const first = composeOffer(local.application, 0)!
    assert.equal(first.headers.length, 64)
    assert.equal(first.certificate.digest, local.application.chain.blockAt(64)!.block.digest)
    assert.deepEqual(heightsOf([composeOffer(local.application, 64)!]), [
      [65, 66, 67, 68, 69, 70, 71, 72, 73],
    ])
  })
})
