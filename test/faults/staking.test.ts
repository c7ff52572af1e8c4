/** Stakes on a real network: what people put in, what absence costs, who comes back, who leaves. */

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { call, eventually, FaultyNetwork } from './network.ts'

interface Validator {
  readonly index: number
  readonly status: string
  readonly stake: string
  readonly slashed: string
  readonly weight: string
}

interface Holding {
  readonly validator: number
  readonly stake: string
  readonly rewards: string
}

const TOKEN = 10n ** 18n
const EPOCH_BLOCKS = 8
/** A hundred blocks to be counted, eight epochs in jail, three to be back. */
const LONG_MS = 180_000

describe('stakes', { timeout: 6 * LONG_MS }, () => {
  const network = new FaultyNetwork()
  before(async () => {
    await network.up('--validators', '7', '--epoch-blocks', `${EPOCH_BLOCKS}`, '--rollup', 'app')
  })
  after(() => network[Symbol.asyncDispose]())

  const validator = async (index: number) => {
    const { validators } = await network.home.ok<{ validators: Validator[] }>('validator', 'list')
    return validators[index]!
  }
  const becomes = (index: number, status: string) =>
    eventually(async () => (await validator(index)).status === status, LONG_MS)
  const holdings = async () => (await network.home.ok<{ holdings: Holding[] }>('stake', 'show')).holdings

  test('that are delegated count three epochs later, earn, and can be moved', async () => {
    const before = BigInt((await validator(3)).weight)
    await network.home.ok('stake', 'delegate', '3', '500')
    await eventually(async () => BigInt((await validator(3)).weight) === before + 500n * TOKEN, LONG_MS)
    await network.home.ok('stake', 'redelegate', '3', '4', '100')
    const [three, four] = await holdings()
    assert.equal(three!.stake, String(400n * TOKEN))
    assert.equal(four!.stake, String(100n * TOKEN))
    await eventually(async () => BigInt((await holdings())[1]!.rewards) > 0n, LONG_MS)
    await network.home.ok('stake', 'claim', '4')
  })

  test('of a validator that is down lose a ten-thousandth; it is jailed, and serves again when it is asked back', async () => {
    await network.home.ok('devnet', 'fault', 'kill', 'validator-2')
    await becomes(2, 'jailed')
    const { stake, slashed } = await validator(2)
    assert.equal(BigInt(slashed), (BigInt(stake) + BigInt(slashed)) / 10_000n)
    await network.home.ok('devnet', 'fault', 'heal')
    const unjail = async () =>
      (await network.home.beacon('validator', 'unjail', '--from', 'validator-2')).exitCode === 0
    await eventually(unjail, LONG_MS)
    await becomes(2, 'active')
  })

  test('leave with their validator', async () => {
    await network.home.ok('validator', 'exit', '--from', 'validator-6')
    await becomes(6, 'gone')
    await network.home.ok('stake', 'undelegate', '6', 'all', '--from', 'validator-6')
    assert.equal((await validator(6)).stake, '0')
    const committee = await call<{ seats: { validator: number }[] }>(
      network.endpoints.beacon.rpcUrl,
      'beacon_getCommittee',
      ['app'],
    )
    assert.ok(committee.seats.every((seat) => seat.validator !== 6))
  })
})
