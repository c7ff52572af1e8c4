import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { computeGenesisState } from '../../../src/beacon/genesis-state.ts'
import { TWIN_CODE } from '../../../src/beacon/runtime/twin.ts'
import { BeaconStateView } from '../../../src/beacon/state.ts'
import { planDevnet } from '../../../src/devnet/plan.ts'
import { epoch, rollupId } from '../../../src/primitives/ids.ts'
import { withSimulatedKeys } from '../../../src/simulation/network.ts'
import type { NetworkScenario, Trouble } from './scenario.ts'
import { devnetOf, simulate } from './simulate.ts'

const SEED = 5
const VALIDATORS = 15
const EPOCH_BLOCKS = 16
const COMMITTEE = firstCommittee(VALIDATORS, EPOCH_BLOCKS)

/** The first one that is drawn for the rollup, from the genesis of this seed. */
function firstCommittee(validators: number, epochBlocks: number, seed = SEED): readonly number[] {
  const { genesis } = planDevnet(devnetOf(seed, { validators, rollups: ['app'], epochBlocks }), {
    runtime: TWIN_CODE,
    forks: [],
  })
  const { draft } = computeGenesisState(withSimulatedKeys(genesis))
  return new BeaconStateView(draft).committee({ rollup: rollupId(1), epoch: epoch(0), sub: 0 })!.seats
}

/** Nothing goes wrong but this, for longer than an epoch. */
function runUnder(
  trouble: Pick<Trouble, 'kind' | 'machines'>,
  { seed = SEED, ...other }: Partial<NetworkScenario> & { readonly seed?: number } = {},
) {
  const overrides: NetworkScenario = {
    validators: VALIDATORS,
    rollups: ['app'],
    registersAtMs: null,
    hasStakers: false,
    hasUpgrades: false,
    epochBlocks: EPOCH_BLOCKS,
    delayMs: 20,
    clockDrifts: [],
    l1: { blockMs: 1_000, finalityBlocks: 2 },
    stableAtMs: 26_000,
    troubles: [{ ...trouble, atMs: 2_000, lastsMs: 22_000, degree: 0.5 }],
    ...other,
  }
  return simulate(seed, { overrides })
}

describe('a committee that misses its hand-over', () => {
  test('because two of five are down is opened anew, and nothing that was confirmed is lost', async () => {
    const { counts } = await runUnder({ kind: 'outage', machines: COMMITTEE.slice(0, 2) })
    assert.ok(counts.reopenings! >= 1)
    assert.equal(counts.voided, 0)
  })

  test('because it is cut off from the Beacon Layer loses what it confirmed there, and no more', async () => {
    let voided = 0
    // Whether its records or its successors' OPEN come first once it is back is chance, and a change of the genesis draws anew.
    for (let seed = SEED; voided === 0 && seed < SEED + 4; seed++) {
      const machines = firstCommittee(VALIDATORS, EPOCH_BLOCKS, seed).slice(0, 4)
      const { counts } = await runUnder({ kind: 'minority', machines }, { seed })
      assert.ok(counts.reopenings! >= 1)
      voided = counts.voided!
    }
    assert.ok(voided > 0, 'the blocks that were never recorded')
  })
})

test('a rollup goes on while the Beacon Layer stands still, and loses nothing', async () => {
  // With more than a third of the stake apart, the others are no quorum.
  const another = Array.from({ length: VALIDATORS }, (_, index) => index).find(
    (index) => !COMMITTEE.includes(index),
  )!
  const { counts } = await runUnder({ kind: 'minority', machines: [...COMMITTEE, another] })
  assert.ok(counts.rollupBlocks! > 2 * counts.beaconBlocks!)
  assert.equal(counts.voided, 0)
})

test('a sequencer that votes twice makes way for a reserve in the same epoch, and nothing that was confirmed is lost', async () => {
  const [offender] = firstCommittee(7, 32)
  const { counts } = await runUnder(
    { kind: 'equivocate', machines: [offender!] },
    { validators: 7, epochBlocks: 32, stableAtMs: 14_000 },
  )
  assert.deepEqual([counts.evidence, counts.reopenings, counts.voided], [1, 1, 0])
})
