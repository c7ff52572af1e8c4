/** Anyone may join: a further validator of the devnet itself, and a node on a folder of its own that knows one validator's address. */

import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { call, eventually } from '../faults/network.ts'
import { createHome, isAlive } from './beacon-cli.ts'
import { JoinProcess } from './join-process.ts'

interface Endpoints {
  readonly beacon: {
    readonly rpcUrl: string
    readonly validators: { index: number; peer: string | null; pid: number | null }[]
  }
  readonly accounts: { address: string; privateKey: string }[]
}

interface Validator {
  readonly index: number
  readonly status: string
  readonly isLocal: boolean
  readonly pid: number | null
}

const EPOCH_BLOCKS = 8
/** Several epochs, on a busy machine. */
const LONG_MS = 120_000

describe('a node that joins', { timeout: 5 * LONG_MS }, () => {
  const home = createHome()
  let network: Endpoints
  let joined: JoinProcess

  const validators = async () => (await home.ok<{ validators: Validator[] }>('validator', 'list')).validators
  const becomes = (index: number, status: string) =>
    eventually(async () => (await validators())[index]?.status === status, LONG_MS)
  const seatsOf = async (index: number) => {
    const { seats } = await call<{ seats: { validator: number }[] }>(
      network.beacon.rpcUrl,
      'beacon_getCommittee',
      ['app'],
    )
    return seats.filter(({ validator }) => validator === index).length
  }

  before(async () => {
    const size = ['--validators', '5', '--epoch-blocks', `${EPOCH_BLOCKS}`, '--rollup', 'app']
    network = await home.ok<Endpoints>('devnet', 'up', '--detach', '--ports', 'auto', ...size)
  })
  after(async () => {
    await joined?.stop()
    await home[Symbol.asyncDispose]()
  })

  test('by the address of one validator follows from the genesis, on keys that it makes for itself', async () => {
    const data = join(home.dir, 'joined')
    const { privateKey, address } = network.accounts[1]!
    joined = new JoinProcess(
      ['--peer', network.beacon.validators[0]!.peer!, '--data', data, '--stake', '40000'],
      { genesisFile: join(home.dir, 'default/genesis.json'), privateKey },
    )
    const { account, height, rpcUrl } = await joined.follows(LONG_MS)
    assert.equal(account, address)
    assert.ok(height > 0)
    assert.equal(statSync(join(data, 'keys.json')).mode & 0o777, 0o600)
    const digestAt = async (url: string) =>
      (await call<{ digest: string }>(url, 'beacon_getHeader', [height])).digest
    assert.equal(await digestAt(rpcUrl), await digestAt(network.beacon.rpcUrl))
  })

  test('registers, serves three epochs later and is elected', async () => {
    await joined.says(/is registered as validator 5, by Beacon block (\d+)/, LONG_MS)
    const [, registeredAt] = /by Beacon block (\d+)/.exec(joined.said)!
    const [, first] = await joined.says(/serves as validator 5 in epoch (\d+)/, LONG_MS)
    assert.equal(Number(first), Math.floor((Number(registeredAt) - 1) / EPOCH_BLOCKS) + 3)
    await joined.says(/has seat \d of rollup app/, LONG_MS)
    assert.equal((await validators())[5]!.isLocal, false)
  })

  test('is a validator like the others: its votes are in certificates', async () => {
    const hasVoted = async () => {
      const { rpcUrl } = network.beacon
      const member = await seatIn(rpcUrl, 5)
      const { bitmap } = await call<{ bitmap: string }>(rpcUrl, 'beacon_getCertificate', [])
      return ((Buffer.from(bitmap.slice(2), 'hex')[member >> 3]! >> (member & 7)) & 1) === 1
    }
    await eventually(hasVoted, LONG_MS)
  })

  test('comes back to where it was when it is started again', async () => {
    await joined.stop()
    joined = joined.again()
    const { validator } = await joined.follows(LONG_MS)
    assert.equal(validator, 5)
  })

  test('of the devnet itself is started, staked, listed, and elected', async () => {
    const added = await home.ok<{ index: number; process: string }>('validator', 'add')
    assert.deepEqual([added.index, added.process], [6, 'validator-6'])
    const { processes, endpoints } = await home.ok<{
      processes: { name: string; state: string }[]
      endpoints: Endpoints
    }>('devnet', 'status')
    assert.equal(processes.find(({ name }) => name === 'validator-6')?.state, 'running')
    assert.equal(endpoints.beacon.validators.length, 6)
    await becomes(6, 'active')
    await eventually(async () => (await seatsOf(6)) === 1, LONG_MS)
  })

  test('and survives a restart of the devnet', async () => {
    await home.ok('devnet', 'restart', 'validator-6')
    await home.ok('devnet', 'down')
    network = await home.ok<Endpoints>('devnet', 'up', '--detach')
    const six = network.beacon.validators.find(({ index }) => index === 6)!
    assert.ok(await isAlive(six.pid!))
    const config = JSON.parse(readFileSync(join(home.dir, 'default/config.json'), 'utf8'))
    assert.equal(config.added.length, 1)
    // The node that joined finds its peers again, where they were.
    const position = async () =>
      (await call<{ head: { height: number } }>(joined.rpcUrl, 'beacon_getStatus')).head.height
    const before = await position()
    await eventually(async () => (await position()) > before + 1, LONG_MS)
  })

  test('leaves when its account asks for it, and gets its stake back', async () => {
    const balance = async () => {
      const { address } = network.accounts[1]!
      return BigInt(
        (await call<{ balance: string }>(network.beacon.rpcUrl, 'beacon_getAccount', [address])).balance,
      )
    }
    await home.ok('validator', 'exit', '--from', '1')
    await becomes(5, 'gone')
    await home.ok('stake', 'undelegate', '5', 'all', '--from', '1')
    const before = await balance()
    const claim = async () => (await home.beacon('stake', 'claim', '5', '--from', '1')).exitCode === 0
    await eventually(
      async () => (await claim()) && (await balance()) > before + 39_000n * 10n ** 18n,
      LONG_MS,
    )
  })
})

/** The validator's place among the voters of the present epoch. */
async function seatIn(rpcUrl: string, index: number): Promise<number> {
  const set = await call<{ validators: { validator: number }[] }>(rpcUrl, 'beacon_getValidatorSet', [])
  return set.validators.findIndex(({ validator }) => validator === index)
}
