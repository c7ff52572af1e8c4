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

  const epochReached = (epoch: number, limitMs: number) =>
    eventually(async () => network.rollup().epoch >= epoch, limitMs)

  const elected = async (epoch: number) => {
    const { rpcUrl } = network.endpoints.beacon
    return seatsIn(await call<Committee>(rpcUrl, 'beacon_getCommittee', ['app', epoch]))
  }

  const answeredCommittee = async (epoch: number) =>
    seatsIn(await call<Committee>(network.rollup().rpcUrl, 'soft_getCommittee', [epoch]))

  const blockAt = (url: string | null, number: number) =>
    callOrNull<Block>(url, 'eth_getBlockByNumber', [toQuantity(number), false])

  const headOf = async (url: string) => Number(await call<string>(url, 'eth_blockNumber'))

  async function chainSoFar() {
    const { rpcUrl } = network.rollup()
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
      return { number, epoch, sub, hash, parentHash, signers: seatsOf(bitmap, 5)!.length }
    })
  }

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

  /** Once the validator has a seat, its own RPC shows the chain's head and its first block. */
  async function isInSyncWhenSeated(validator: number): Promise<void> {
    const { rpcUrl } = network.rollup()
    await eventually(async () => {
      const own = network.rollup().committee.find((member) => member.validator === validator)?.rpcUrl ?? null
      const [head, first] = [await blockAt(rpcUrl, await headOf(rpcUrl)), await blockAt(rpcUrl, 1)]
      const [ownHead, ownFirst] = [await blockAt(own, Number(head!.number)), await blockAt(own, 1)]
      return ownHead?.hash === head!.hash && ownFirst?.hash === first!.hash
    }, 12 * EPOCH_MS)
  }

  test('committees change as the Beacon Layer says, without a gap, and nothing is lost', async () => {
    await epochReached(network.rollup().epoch + 3, 8 * EPOCH_MS)
    await load.more(20, 30_000)
    const blocks = await chainSoFar()
    for (const [i, { number, parentHash, epoch, sub, signers }] of blocks.entries()) {
      assert.equal(number, i + 1)
      assert.equal(sub, 0, 'no hand-over was missed')
      assert.ok(signers >= 4)
      if (i === 0) continue
      const before = blocks[i - 1]!
      assert.equal(parentHash, before.hash, `block ${number}`)
      assert.ok(epoch === before.epoch || epoch === before.epoch + 1, `block ${number}: epoch ${epoch}`)
    }
    const epochs = [...new Set(blocks.map(({ epoch }) => epoch))]
    const committees = await Promise.all(epochs.map(elected))
    assert.ok(new Set(committees.map(String)).size >= 3, committees.join(' | '))
    for (const [i, epoch] of epochs.entries()) assert.deepEqual(await answeredCommittee(epoch), committees[i])
    await load.assertNothingLost()
    checkPauses(new Map(blocks.map(({ number, epoch }) => [number, epoch])))
  })

  test('a validator that had no seat before comes from nothing, and is in sync when it has one', async () => {
    await isInSyncWhenSeated(newcomer)
  })

  test('a validator that was down across whole epochs comes back in sync', async () => {
    const { epoch, committee } = network.rollup()
    const { validator } = committee[2]!
    await network.kill(network.pidOf(validator))
    await epochReached(epoch + 3, 8 * EPOCH_MS)
    await network.restart(validator)
    await isInSyncWhenSeated(validator)
    await load.more(20, 30_000)
    await load.assertNothingLost()
  })
})
