import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Fork, forksIn, identityAt, laterPosition, presentIdentity } from '../../src/primitives/forks.ts'
import { beaconInstance, epoch, rollupId, view } from '../../src/primitives/ids.ts'

const NETWORK = { chainId: 7_700_000, genesisHash: `0x${'11'.repeat(32)}` } as const
const position = (at: number, last: number) => ({ ...beaconInstance(at), view: view(last) })
const after = (id: number, ...positions: Fork['after']): Fork => ({ id, after: positions })

test('a network that was never restored has its genesis fork only', () => {
  const network = { ...NETWORK, forks: [] }
  assert.deepEqual(forksIn(network, beaconInstance(3)), [{ id: 0, after: 0 }])
  assert.equal(presentIdentity(network).forkId, 0)
})

test('a fork begins right after the last decided view of each chain', () => {
  const network = { ...NETWORK, forks: [after(2, position(3, 40))] }
  const forkAt = (of: number, at: number) => identityAt(network, beaconInstance(of), view(at)).forkId
  assert.deepEqual(
    [forkAt(2, 99), forkAt(3, 1), forkAt(3, 40), forkAt(3, 41), forkAt(4, 0), forkAt(4, 1)],
    [0, 0, 0, 2, 2, 2],
  )
  assert.equal(presentIdentity(network).forkId, 2)
})

test('a chain that did not exist yet lies in the fork as a whole', () => {
  const network = { ...NETWORK, forks: [after(1, position(0, 5))] }
  const rollup = { rollup: rollupId(4), epoch: epoch(0), sub: 0 }
  assert.deepEqual(forksIn(network, rollup), [{ id: 1, after: 0 }])
})

test('several forks of one instance each have their views', () => {
  const forks = [after(1, position(3, 40)), after(4, position(3, 40)), after(5, position(3, 90))]
  assert.deepEqual(forksIn({ ...NETWORK, forks }, beaconInstance(3)), [
    { id: 0, after: 0 },
    { id: 4, after: 40 },
    { id: 5, after: 90 },
  ])
  assert.deepEqual(forksIn({ ...NETWORK, forks }, beaconInstance(2)), [{ id: 0, after: 0 }])
  assert.deepEqual(forksIn({ ...NETWORK, forks }, beaconInstance(4)), [{ id: 5, after: 0 }])
})

test('of two positions the later is that of the later epoch, sub-epoch and view', () => {
  const later = { ...position(3, 2), sub: 1 }
  assert.equal(laterPosition(later, position(3, 50)), later)
  assert.equal(laterPosition(position(2, 50), later), later)
})
