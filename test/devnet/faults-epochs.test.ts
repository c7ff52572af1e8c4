/** Committees come and go under load, and the chain doesn't notice: no gap, nothing lost, newcomers in sync before their time. */

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { readCertificate, seatsOf } from '../../src/consensus/vote.ts'
import { fromHex, type Hex } from '../../src/primitives/bytes.ts'
import { decodeExactly } from '../../src/primitives/codec.ts'
import { Load, toQuantity } from './faults-load.ts'
import { call, callOrNull, eventually, FaultyNetwork } from './faults-network.ts'

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

describe('hand-over under load', () => {
  const network = new FaultyNetwork()
  let load: Load

  before(async () => {
    const { rollups, accounts } = await network.up(
      ...['--rollup', 'app', '--validators', `${VALIDATORS}`, '--epoch-blocks', `${EPOCH_BLOCKS}`],
    )
    const { rpcUrl, chainId } = rollups[0]!
    load = new Load(rpcUrl, chainId, [accounts[1]!.privateKey, accounts[2]!.privateKey])
    await load.more(1, 60_000)
  })
  after(async () => {
    await load?.stop()
    await network[Symbol.asyncDispose]()
  })

  const epochReached = (epoch: number, limitMs: number) =>
    eventually(async () => network.rollup().epoch >= epoch, limitMs)

  const elected = async (epoch: number) => {
    const committee = await call<Committee>(network.endpoints.beacon.rpcUrl, 'beacon_getCommittee', [
      'app',
      epoch,
    ])
    return committee.seats.map(({ validator }) => validator)
  }

  const blockAt = (url: string | null, number: number) =>
    callOrNull<Block>(url, 'eth_getBlockByNumber', [toQuantity(number), false])

  const confirmationAt = (number: number) =>
    call<Confirmation>(network.rollup().rpcUrl, 'soft_getConfirmation', [toQuantity(number)])

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

  const headOf = async (url: string) => Number(await call<string>(url, 'eth_blockNumber'))

  test('committees change as the Beacon Layer says, without a gap, and nothing is lost', async () => {
    const begun = network.rollup().epoch
    await epochReached(begun + 3, 8 * EPOCH_MS)
    await load.more(20, 30_000)
    const { rpcUrl } = network.rollup()
    const head = await headOf(rpcUrl)
    let parent = (await blockAt(rpcUrl, 0))!
    let epoch = 0
    const committees = new Set<string>()
    for (let number = 1; number <= head; number++) {
      const [block, { block: described, certificate }] = [
        await blockAt(rpcUrl, number),
        await confirmationAt(number),
      ]
      assert.equal(block!.parentHash, parent.hash, `block ${number}`)
      assert.ok(
        described.epoch === epoch || described.epoch === epoch + 1,
        `block ${number}: epoch ${described.epoch}`,
      )
      assert.equal(described.sub, 0, 'no hand-over was missed')
      if (described.epoch !== epoch || number === 1) {
        const seats = await elected(described.epoch)
        assert.deepEqual(await answeredCommittee(described.epoch), seats)
        committees.add(seats.join())
      }
      assert.ok(seatsOf(decodeExactly(fromHex(certificate), readCertificate).bitmap, 5)!.length >= 4)
      parent = block!
      epoch = described.epoch
    }
    assert.ok(committees.size >= 3, [...committees].join(' | '))
    await load.assertNothingLost()
    await reportPauses()
  })

  async function answeredCommittee(epoch: number): Promise<number[]> {
    const committee = await call<Committee>(network.rollup().rpcUrl, 'soft_getCommittee', [epoch])
    return committee.seats.map(({ validator }) => validator)
  }

  /** Between the last confirmation in one epoch and the first in the next, beside the median between any two blocks. */
  async function reportPauses(): Promise<void> {
    const byBlock = new Map<number, number>()
    for (const { block, at } of load.confirmed) if (!byBlock.has(block.number)) byBlock.set(block.number, at)
    const blocks = [...byBlock].sort(([a], [b]) => a - b)
    const pauses: number[] = []
    const usual: number[] = []
    let before = await confirmationAt(blocks[0]![0])
    for (const [i, [number, at]] of blocks.entries()) {
      if (i === 0) continue
      const { block } = await confirmationAt(number)
      const list = block.epoch === before.block.epoch ? usual : pauses
      list.push(at - blocks[i - 1]![1])
      before = { ...before, block }
    }
    usual.sort((a, b) => a - b)
    console.log(
      `# pauses at hand-overs: ${pauses.join(', ')} ms; median between blocks: ${usual[usual.length >> 1]} ms`,
    )
    for (const pause of pauses) assert.ok(pause < 4_000, `${pause} ms`)
  }

  test('a validator that never had a seat comes from nothing, and is in sync when it has one', async () => {
    const validators = Array.from({ length: VALIDATORS }, (_, validator) => validator)
    const newcomer = validators.find((validator) => !hasFollowed(validator))
    // With nine validators all may have had a turn by now; then one of them forgets everything about the rollup.
    console.log(
      `# ${newcomer === undefined ? 'everyone has followed already' : `validator ${newcomer} has never followed`}`,
    )
    if (newcomer !== undefined) await isInSyncWhenSeated(newcomer)
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
