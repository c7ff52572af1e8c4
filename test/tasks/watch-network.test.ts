import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Network } from '../../src/cli/network.ts'
import { NOT_RUNNING } from '../../src/devnet/control-client.ts'
import type { RpcClient } from '../../src/rpc/client.ts'
import { RpcError } from '../../src/rpc/rpc-error.ts'
import { type NetworkEvent, watchNetwork } from '../../src/tasks/watch-network.ts'

const START_MS = 1_000_000_000

function registered(index: number) {
  const stake = '7'
  return {
    index,
    account: `0x${index}`,
    stake,
    isJailed: false,
    jailedIn: null as number | null,
    gone: null as number | null,
  }
}

/** A network whose heads and committees are set by hand. */
class FakeNetwork {
  readonly heads = new Map<string, Record<string, number>>()
  epoch = 3
  stake = '7'
  evidence: object[] = []
  registry = [registered(0)]
  serving = [0]
  isRunning = true
  /** What the heads of `app` are the next times that they are asked for. */
  comingHeads: Record<string, number>[] = []
  /** Of the next requests so many fail. */
  failures = 0

  open = async (): Promise<Network> => {
    if (!this.isRunning) throw NOT_RUNNING({ path: '/' })
    const rollups = [...this.heads.keys()].map((name) => ({ name, rpcUrl: 'http://x' }))
    return {
      endpoints: { rollups } as unknown as Network['endpoints'],
      beacon: this.#client('beacon'),
      rollup: (name) => ({ endpoint: rollups[0] as never, rpc: this.#client(name) }),
    }
  }

  #client(chain: string): RpcClient {
    const request = async (method: string, params: readonly unknown[] = []) => {
      if (this.failures > 0) {
        this.failures -= 1
        throw new RpcError(-32_000, 'odd')
      }
      return this.#answer(chain, method, params)
    }
    return { url: 'http://x', request, close: () => {} }
  }

  #answer(chain: string, method: string, [param]: readonly unknown[]): unknown {
    if (method === 'beacon_getCommittee') {
      return { epoch: this.epoch, sub: 0, seed: '0x5eed', seats: [{ validator: 4 }], standby: [] }
    }
    if (method === 'beacon_getValidatorSet') {
      return {
        epoch: this.epoch,
        validators: this.serving.map((validator) => ({ validator, stake: this.stake, weight: '5' })),
      }
    }
    if (method === 'beacon_getValidators') return this.registry
    if (method === 'beacon_getEvidence') return this.evidence
    if (method === 'soft_getHeads') {
      const coming = this.comingHeads.shift()
      if (coming !== undefined) this.heads.set('app', coming)
      return Object.fromEntries(
        Object.entries(this.heads.get(chain)!).map(([rung, number]) => [rung, { number }]),
      )
    }
    const number = Number(param)
    // One block a second, block 10 at the start.
    const timestamp = `0x${(START_MS / 1_000 + number - 10).toString(16)}`
    return { hash: `0x${number}`, timestamp, transactions: [], gasUsed: '0x5208' }
  }
}

/** What it tells until the network ends, which `onEvent` sees to. */
async function watch(network: FakeNetwork, onEvent: (events: string[]) => void): Promise<string[]> {
  const events: string[] = []
  const bounds: string[] = []
  const abort = new AbortController()
  const deadline = setTimeout(() => abort.abort(), 5_000)
  await watchNetwork({
    openNetwork: network.open,
    since: START_MS,
    signal: abort.signal,
    onEvent: async (event) => {
      if (event.type === 'watching' || event.type === 'watched') bounds.push(event.type)
      else {
        events.push(describe(event))
        onEvent(events)
      }
    },
  })
  clearTimeout(deadline)
  assert.deepEqual(bounds, ['watching', 'watched'])
  return events
}

function describe(event: Exclude<NetworkEvent, { type: 'watching' | 'watched' }>): string {
  switch (event.type) {
    case 'created':
      return `created ${event.rollup.name}`
    case 'block':
      return `block ${event.block.number}`
    case 'confirmation':
      return `${event.confirmation.rung} ${event.confirmation.number}`
    case 'committee':
      return `committee ${event.committee.epoch}`
    case 'slashed':
      return `slashed ${event.slashing.validator} by ${event.slashing.slashedWei} in ${event.slashing.beaconBlock}`
    case 'validator': {
      const { name, change } = event.news
      return [name, ...Object.values(change)].join(' ')
    }
    case 'set':
      return `stake ${event.set.validators[0]!.stakeWei}`
  }
}

test('tells every block once per rung, in the order of the chain, from where it began', async () => {
  const network = new FakeNetwork()
  network.heads.set('app', { soft: 11, beacon: 10, posted: 8, final: 8 })
  const events = await watch(network, (seen) => {
    if (seen.at(-1) === 'posted 9') network.isRunning = false
    else if (seen.at(-1) === 'beacon 10') network.heads.get('app')!.posted = 9
  })
  // Whole seconds: block 9 may be of the second in which the watch began.
  assert.deepEqual(events, [
    'committee 3',
    'block 9',
    'soft 9',
    'block 10',
    'soft 10',
    'block 11',
    'soft 11',
    'beacon 9',
    'beacon 10',
    'posted 9',
  ])
})

test('tells of new committees and changed stakes, and goes on after a node fails', async () => {
  const network = new FakeNetwork()
  network.heads.set('app', { soft: 8 })
  const events = await watch(network, (seen) => {
    if (seen.at(-1) === 'committee 3') {
      network.failures = 3
      network.epoch = 4
    } else if (seen.at(-1) === 'committee 4') network.stake = '8'
    else if (seen.at(-1) === 'stake 8') network.isRunning = false
  })
  assert.deepEqual(events, ['committee 3', 'committee 4', 'stake 8'])
})

test('tells of who is slashed while it looks, once', async () => {
  const instance = { rollup: 1, epoch: 3, sub: 0 }
  const old = { height: 5, index: 0, offence: 'NN', validator: 2, account: '0x', slashed: '50', instance }
  const network = new FakeNetwork()
  network.heads.set('app', { soft: 8 })
  network.evidence = [old]
  const events = await watch(network, (seen) => {
    if (seen.at(-1) === 'committee 3') network.evidence = [{ ...old, height: 9, validator: 4 }, old]
    else if (seen.at(-1)?.startsWith('slashed')) network.epoch = 4
    else network.isRunning = false
  })
  assert.deepEqual(events, ['committee 3', 'slashed 4 by 50 in 9', 'committee 4'])
})

test('tells of validators that come, are jailed and taken back, and leave', async () => {
  const network = new FakeNetwork()
  network.heads.set('app', { soft: 8 })
  const events = await watch(network, (seen) => {
    if (seen.at(-1) === 'committee 3') network.registry = [registered(0), registered(1)]
    else if (seen.at(-1) === 'registered 1 0x1 7') network.serving = [0, 1]
    else if (seen.at(-1) === 'joined 1 0x1 3') {
      network.registry = [registered(0), { ...registered(1), isJailed: true, jailedIn: 3 }]
    } else if (seen.at(-1) === 'jailed 1 0x1 3') {
      network.registry = [registered(0), { ...registered(1), jailedIn: 3 }]
    } else if (seen.at(-1) === 'unjailed 1 0x1') {
      network.registry = [registered(0), { ...registered(1), jailedIn: 3, gone: 6 }]
    } else if (seen.at(-1) === 'left 1 0x1 6') network.isRunning = false
  })
  assert.deepEqual(events, [
    'committee 3',
    'registered 1 0x1 7',
    'stake 7',
    'joined 1 0x1 3',
    'jailed 1 0x1 3',
    'unjailed 1 0x1',
    'left 1 0x1 6',
  ])
})

test('tells of a rollup that appears, from its first block', async () => {
  const network = new FakeNetwork()
  network.heads.set('app', { soft: 5 })
  const events = await watch(network, (seen) => {
    if (seen.length === 1) network.heads.set('game', { soft: 12 })
    if (seen.at(-1) === 'soft 12') network.isRunning = false
  })
  assert.deepEqual(events.slice(0, 3), ['committee 3', 'created game', 'committee 3'])
  assert.equal(events.at(-1), 'soft 12')
})

test('tells of the blocks that come after the network was taken back', async () => {
  const network = new FakeNetwork()
  network.heads.set('app', { soft: 12, beacon: 11 })
  const events = await watch(network, (seen) => {
    if (seen.at(-1) === 'beacon 11')
      network.comingHeads = [
        { soft: 9, beacon: 9 },
        { soft: 10, beacon: 9 },
      ]
    if (seen.filter((event) => event === 'soft 10').length === 2) network.isRunning = false
  })
  assert.deepEqual(events.slice(-2), ['block 10', 'soft 10'])
  assert.equal(events.filter((event) => event === 'block 9').length, 1, 'what stayed is not told again')
})
