/** A committee loses its quorum: the rollup stands still until the Beacon Layer closes the instance and opens one for another committee. */

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Load, toQuantity } from './load.ts'
import { call, callOrNull, eventually, FaultyNetwork } from './network.ts'

interface Confirmation {
  readonly block: { readonly number: number; readonly epoch: number; readonly sub: number }
}

describe('a committee without a quorum', () => {
  const network = new FaultyNetwork()
  let load: Load
  let victims: number[]

  before(async () => {
    const { rollups, accounts } = await network.up(
      '--rollup',
      'app',
      '--validators',
      '9',
      '--epoch-blocks',
      '10',
    )
    const { rpcUrl, chainId } = rollups[0]!
    load = new Load(rpcUrl, chainId, [accounts[1]!.privateKey, accounts[2]!.privateKey])
    await load.more(40, 60_000)
  })
  after(async () => {
    await load?.stop()
    await network[Symbol.asyncDispose]()
  })

  const confirmationAt = (number: number) =>
    call<Confirmation>(network.rollup().rpcUrl, 'soft_getConfirmation', [toQuantity(number)])

  test('is replaced, and the chain goes on from its last recorded block', async () => {
    victims = network
      .rollup()
      .committee.slice(1, 3)
      .map(({ validator }) => validator)
    await network.kill(...victims.map((validator) => network.pidOf(validator)))
    const told = load.confirmed.length
    const waitedMs = await load.more(20, 120_000)
    console.log(`# two of five seats down: confirmations again after ${waitedMs} ms`)
    assert.ok(load.confirmed.length > told)
    await load.assertNothingLost()
    const { rpcUrl } = network.rollup()
    const head = Number(await call<string>(rpcUrl, 'eth_blockNumber'))
    const subs = new Set<number>()
    for (let number = 1; number <= head; number++) subs.add((await confirmationAt(number)).block.sub)
    assert.ok(subs.has(1), 'an instance was opened in place of a closed one')
  })

  test('those that come back find their way through it', async () => {
    await Promise.all(victims.map((validator) => network.restart(validator)))
    for (const validator of victims) {
      await eventually(async () => {
        const { rpcUrl, committee } = network.rollup()
        const own = committee.find((member) => member.validator === validator)?.rpcUrl ?? null
        const head = await call<string>(rpcUrl, 'eth_blockNumber')
        const params = [head, false]
        const theirs = await callOrNull<{ hash: string }>(own, 'eth_getBlockByNumber', params)
        const ours = await call<{ hash: string }>(rpcUrl, 'eth_getBlockByNumber', params)
        return theirs?.hash === ours.hash
      }, 90_000)
    }
    await load.more(20, 60_000)
    await load.assertNothingLost()
  })
})
