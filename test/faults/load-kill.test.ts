/** kill -9 of single processes under load: nobody who was given a soft confirmation may ever learn that it wasn't one. */

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { readCertificate, seatsOf } from '../../src/consensus/vote.ts'
import { fromHex, type Hex } from '../../src/primitives/bytes.ts'
import { decodeExactly } from '../../src/primitives/codec.ts'
import { isAlive } from '../devnet/beacon-cli.ts'
import { Load } from './load.ts'
import { call, callOrNull, eventually, FaultyNetwork } from './network.ts'

interface Confirmation {
  readonly block: { readonly epoch: number; readonly view: number }
  readonly certificate: Hex
}

describe('a rollup under load', () => {
  const network = new FaultyNetwork()
  let load: Load

  before(async () => {
    const { rollups, accounts } = await network.up('--rollup', 'app')
    const { rpcUrl, chainId } = rollups[0]!
    load = new Load(rpcUrl, chainId, [accounts[1]!.privateKey, accounts[2]!.privateKey])
    await load.more(50, 60_000)
  })
  after(async () => {
    await load?.stop()
    await network[Symbol.asyncDispose]()
  })

  /** The validator whose turn to lead comes next, as far as anyone outside can tell. */
  async function nextLeader(): Promise<number> {
    const { rpcUrl, committee } = network.rollup()
    const { block } = await call<Confirmation>(rpcUrl, 'soft_getConfirmation', ['latest'])
    const seat = (block.view + 1) % committee.length
    return committee.find((member) => member.seat === seat)!.validator
  }

  async function surviveDeathOf(validator: number): Promise<void> {
    const killedAt = Date.now()
    await network.kill(network.pidOf(validator))
    await load.more(60, 60_000)
    await load.assertNothingLost()
    console.log(`# validator ${validator} killed: longest pause ${load.longestPauseMs(killedAt)} ms`)
    await network.restart(validator)
    await load.more(20, 60_000)
    await hasCaughtUp(validator)
    await votesAgain(validator)
  }

  /** Shown by its own RPC, at one moment of a chain that goes on. */
  async function hasCaughtUp(validator: number): Promise<void> {
    const { rpcUrl } = network.rollup()
    await eventually(async () => {
      const own = network.rollup().committee.find((member) => member.validator === validator)
      if (own === undefined) return true
      const head = await call<{ number: string; hash: string }>(rpcUrl, 'eth_getBlockByNumber', [
        'latest',
        false,
      ])
      const same = await callOrNull<{ hash: string }>(own.rpcUrl, 'eth_getBlockByNumber', [
        head.number,
        false,
      ])
      return same?.hash === head.hash
    }, 30_000)
  }

  /** As soon as it has a seat, which it may have lost with the epoch. */
  async function votesAgain(validator: number): Promise<void> {
    const { rpcUrl } = network.rollup()
    await eventually(async () => {
      const { block, certificate } = await call<Confirmation>(rpcUrl, 'soft_getConfirmation', ['latest'])
      const committee = await call<{ seats: { seat: number; validator: number }[] }>(
        rpcUrl,
        'soft_getCommittee',
        [block.epoch],
      )
      const seat = committee.seats.find((member) => member.validator === validator)?.seat
      const { bitmap } = decodeExactly(fromHex(certificate), readCertificate)
      return seat !== undefined && seatsOf(bitmap, committee.seats.length)!.includes(seat)
    }, 60_000)
  }

  test('keeps every soft confirmation when its leader is killed, and takes the leader back', async () => {
    await surviveDeathOf(await nextLeader())
  })

  test('and when another seat is', async () => {
    const { committee } = network.rollup()
    await surviveDeathOf(committee[Math.floor(committee.length / 2)]!.validator)
  })

  test('leaves nothing running when the supervisor is killed', async () => {
    await load.stop()
    const { pid, processes } = await network.status()
    const pids = processes.flatMap((process) => process.pid ?? [])
    assert.equal(pids.length, 8)
    await network.kill(pid)
    await eventually(async () => (await Promise.all(pids.map(isAlive))).every((alive) => !alive), 5_000)
  })
})
