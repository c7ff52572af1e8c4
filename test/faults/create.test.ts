/** A rollup is created while one of its sequencers is down: dead, or alive and saying nothing. */

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { call, FaultyNetwork } from './network.ts'

interface Created {
  readonly rpcUrl: string
  readonly height: number
  readonly committee: readonly { seat: number; validator: number }[]
  readonly absent: readonly { seat: number; validator: number }[]
}

/** All of them, so that the one that is down is drawn. */
const VALIDATORS = 7
const LIMIT_MS = 30_000

describe('a rollup whose committee is not complete', () => {
  const network = new FaultyNetwork()
  before(() => network.up('--validators', `${VALIDATORS}`))
  after(() => network[Symbol.asyncDispose]())

  async function createsWithout(validator: number, name: string): Promise<void> {
    const started = Date.now()
    const args = [name, '--sequencers', `${VALIDATORS}`, '--timeout', `${LIMIT_MS}`]
    const { exitCode, envelope, stderr } = await network.home.beacon<Created>('rollup', 'create', ...args)
    console.log(`# created without validator ${validator} after ${Date.now() - started} ms`)
    assert.deepEqual([exitCode, envelope.ok, stderr], [0, true, ''], JSON.stringify(envelope.error))
    const { rpcUrl, height, committee, absent } = envelope.result
    assert.equal(committee.length, VALIDATORS)
    const { seat } = committee.find((member) => member.validator === validator)!
    assert.deepEqual(absent, [{ seat, validator }])
    assert.ok(height >= 1)
    assert.ok(Number(await call(rpcUrl, 'eth_blockNumber')) >= height)
  }

  test('is created all the same if one of them is dead', async () => {
    const validator = 3
    await network.kill(network.pidOf(validator))
    await createsWithout(validator, 'one')
    await network.restart(validator)
  })

  test('is created all the same if one of them hangs', async () => {
    const validator = 5
    const pid = network.pidOf(validator)
    process.kill(pid, 'SIGSTOP')
    try {
      await createsWithout(validator, 'two')
    } finally {
      process.kill(pid, 'SIGCONT')
    }
  })
})
