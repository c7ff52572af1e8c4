/** Committees come and go under load, and the chain doesn't notice: no gap, nothing lost, newcomers in sync before their time. */

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { readCertificate, seatsOf } from '../../src/consensus/vote.ts'
import { fromHex, type Hex } from '../../src/primitives/bytes.ts'
import { decodeExactly } from '../../src/primitives/codec.ts'
import { Load, toQuantity } from './load.ts'
import { call, callMany, callOrNull, eventually, FaultyNetwork } from './network.ts'

interface Confirmation {
  readonly block: { readonly number: number; readonly epoch: number; readonly sub: number }
  readonly certificate: Hex
}

interface Committee {
  readonly epoch: number
  readonly seats: readonly { readonly seat: number; readonly validator: number }[]
}

interface Block {
  readonly number: string
  readonly hash: string
  readonly parentHash: string
}

const VALIDATORS = 9
const EPOCH_BLOCKS = 12
const EPOCH_MS = EPOCH_BLOCKS * 500

const seatsIn = ({ seats }: Committee) => seats.map(({ validator }) => validator)

describe('hand-over under load', () => {
  const network = new FaultyNetwork()
  let load: Load
  /** Neither in the first committee nor in the second, which the seed decides. */
  let newcomer: number

  before(async () => {
    const { rollups, accounts } = await network.up(
      ...['--rollup', 'app', '--validators', `${VALIDATORS}`, '--epoch-blocks', `${EPOCH_BLOCKS}`],
    )
    const { rpcUrl, chainId } = rollups[0]!
    load = new Load(rpcUrl, chainId, [accounts[1]!.privateKey, accounts[2]!.privateKey])
    const seated = (await Promise.all([0, 1].map(elected))).flat()
    newcomer = Array.from({ length: VALIDATORS }, (_, i) => i).find(
      (validator) => !seated.includes(validator),
    )!
    assert.ok(newcomer !== undefined && !hasFollowed(newcomer))
    await load.more(1, 60_000)
  })
  after(async () => {
    await load?.stop()
    await network[Symbol.asyncDispose]()
  })

  const elected = async (epoch: number) => {
    const { rpcUrl } = network.endpoints.beacon
    return seatsIn(await call<Committee>(rpcUrl, 'beacon_getCommittee', ['app', epoch]))
  }

  const answeredCommittee = async (epoch: number) =>
    seatsIn(await call<Committee>(network.rollup().rpcUrl, 'soft_getCommittee', [epoch]))

  /** Between the last confirmation in one epoch and the first in the next, beside the median between any two blocks. */
  function checkPauses(epochs: ReadonlyMap<number, number>): void {
    const confirmedAt = new Map<number, number>()
    for (const { block, at } of load.confirmed) {
      if (epochs.has(block.number) && !confirmedAt.has(block.number)) confirmedAt.set(block.number, at)
    }
    const blocks = [...confirmedAt].sort(([a], [b]) => a - b)
    const steps = blocks.slice(1).map(([number, at], i) => {
      const [before, beforeAt] = blocks[i]!
      return { isHandOver: epochs.get(number) !== epochs.get(before), ms: at - beforeAt }
    })
    const pauses = steps.filter(({ isHandOver }) => isHandOver).map(({ ms }) => ms)
    const usual = steps.map(({ ms }) => ms).sort((a, b) => a - b)
    console.log(
      `# pauses at hand-overs: ${pauses.join(', ')} ms; median between blocks: ${usual[usual.length >> 1]} ms`,
    )
    assert.ok(pauses.length >= 3)
    for (const pause of pauses) assert.ok(pause < 5_000, `${pause} ms`)
  }

  const hasFollowed = (validator: number) =>
    existsSync(join(network.home.dir, 'default', 'nodes', `validator-${validator}`, 'data', 'rollup-1'))

  test('committees change as the Beacon Layer says, without a gap, and nothing is lost', async () => {
    await epochsPass(network, 'app', 3)
    await load.more(20, 30_000)
    const blocks = await chainSoFar(network.rollup().rpcUrl)
    checkLinks(blocks)
    for (const { signers } of blocks) assert.ok(signers >= 4)
    const epochs = [...new Set(blocks.map(({ epoch }) => epoch))]
    const committees = await Promise.all(epochs.map(elected))
    assert.ok(new Set(committees.map(String)).size >= 3, committees.join(' | '))
    for (const [i, epoch] of epochs.entries()) assert.deepEqual(await answeredCommittee(epoch), committees[i])
    await load.assertNothingLost()
    checkPauses(new Map(blocks.map(({ number, epoch }) => [number, epoch])))
  })

  test('a validator that had no seat before comes from nothing, and is in sync when it has one', async () => {
    await isInSyncWhenSeated(network, 'app', newcomer)
  })

  test('a validator that was down across whole epochs comes back in sync', async () => {
    const { validator } = network.rollup().committee[2]!
    await network.kill(network.pidOf(validator))
    await epochsPass(network, 'app', 3)
    await network.restart(validator)
    await isInSyncWhenSeated(network, 'app', validator)
    await load.more(20, 30_000)
    await load.assertNothingLost()
  })
})

describe('hand-over of rollups that have little to hand over', () => {
  const network = new FaultyNetwork()
  before(() => network.up('--epoch-blocks', `${EPOCH_BLOCKS}`, '--l1', 'none'))
  after(() => network[Symbol.asyncDispose]())

  test('a block time longer than an epoch holds up no hand-over', async () => {
    const blockTimeMs = EPOCH_MS + 2_000
    await network.home.ok('rollup', 'create', 'slow', '--block-time', `${blockTimeMs}`)
    await epochsPass(network, 'slow', 3)
    const blocks = await chainSoFar(network.rollup('slow').rpcUrl)
    checkLinks(blocks)
    assert.ok(new Set(blocks.map(({ epoch }) => epoch)).size >= 3)
  })

  test('a rollup created while a validator is down is handed over without it, and has it when it is back', async () => {
    const validator = 2
    await network.kill(network.pidOf(validator))
    // Whoever is down is in a committee of all.
    await network.home.ok('rollup', 'create', 'late', '--sequencers', '7')
    await epochsPass(network, 'late', 2)
    const blocks = await chainSoFar(network.rollup('late').rpcUrl, 7)
    checkLinks(blocks)
    assert.ok(new Set(blocks.map(({ epoch }) => epoch)).size >= 2)
    await network.restart(validator)
    await isInSyncWhenSeated(network, 'late', validator)
  })
})

function epochsPass(network: FaultyNetwork, rollup: string, epochs: number): Promise<number> {
  const target = network.rollup(rollup).epoch + epochs
  return eventually(async () => network.rollup(rollup).epoch >= target, (epochs + 5) * EPOCH_MS)
}

async function chainSoFar(rpcUrl: string, seats = 5) {
  const numbers = Array.from({ length: await headOf(rpcUrl) }, (_, i) => toQuantity(i + 1))
  const asked = numbers.map((number) => [number, false])
  const blocks = await callMany<Block>(rpcUrl, 'eth_getBlockByNumber', asked)
  const confirmations = await callMany<Confirmation>(
    rpcUrl,
    'soft_getConfirmation',
    numbers.map((number) => [number]),
  )
  return confirmations.map(({ block: { number, epoch, sub }, certificate }, i) => {
    const { bitmap } = decodeExactly(fromHex(certificate), readCertificate)
    const { hash, parentHash } = blocks[i]!
    return { number, epoch, sub, hash, parentHash, signers: seatsOf(bitmap, seats)!.length }
  })
}

/** No block is missing, and no epoch; nor had any to be opened anew because the one before missed its hand-over. */
function checkLinks(blocks: Awaited<ReturnType<typeof chainSoFar>>): void {
  for (const [i, { number, parentHash, epoch, sub }] of blocks.entries()) {
    assert.equal(number, i + 1)
    assert.equal(sub, 0, 'no hand-over was missed')
    if (i === 0) continue
    const before = blocks[i - 1]!
    assert.equal(parentHash, before.hash, `block ${number}`)
    assert.ok(epoch === before.epoch || epoch === before.epoch + 1, `block ${number}: epoch ${epoch}`)
  }
}

/** Once the validator has a seat, its own RPC shows the chain's head and its first block. */
async function isInSyncWhenSeated(network: FaultyNetwork, rollup: string, validator: number): Promise<void> {
  const { rpcUrl } = network.rollup(rollup)
  await eventually(async () => {
    const { committee } = network.rollup(rollup)
    const own = committee.find((member) => member.validator === validator)?.rpcUrl ?? null
    const [head, first] = [await blockAt(rpcUrl, await headOf(rpcUrl)), await blockAt(rpcUrl, 1)]
    const [ownHead, ownFirst] = [await blockAt(own, Number(head!.number)), await blockAt(own, 1)]
    return ownHead?.hash === head!.hash && ownFirst?.hash === first!.hash
  }, 12 * EPOCH_MS)
}

function blockAt(url: string | null, number: number): Promise<Block | null> {
  return callOrNull<Block>(url, 'eth_getBlockByNumber', [toQuantity(number), false])
}

async function headOf(url: string): Promise<number> {
  return Number(await call<string>(url, 'eth_blockNumber'))
}
