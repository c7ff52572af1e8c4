/** What all machines of a run share: time, chance, network, committee, keys, and those who watch. */

import type { Block } from '../../../src/consensus/block.ts'
import type { Committee } from '../../../src/consensus/committee.ts'
import { type LeaderSchedule, roundRobin, weightedRoundRobin } from '../../../src/consensus/leaders.ts'
import { timingFor } from '../../../src/consensus/timing.ts'
import { createBlsScheme, createVoteSigner } from '../../../src/platform/bls.ts'
import type { SeededRandom } from '../../../src/platform/simulated/random.ts'
import { simulatedScheme, simulatedSigner } from '../../../src/platform/simulated/signatures.ts'
import { SimulatedTime } from '../../../src/platform/simulated/time.ts'
import { keccak256 } from '../../../src/primitives/hash.ts'
import type { SignatureScheme, VoteSigner } from '../../../src/primitives/signatures.ts'
import { committeeOf, genesisBlock } from '../../consensus/fixtures.ts'
import { SignatureRegistry } from './invariants/certificates.ts'
import { Referee } from './invariants/referee.ts'
import { Journal } from './journal.ts'
import { SimulatedNetwork } from './network.ts'
import type { Scenario } from './scenario.ts'

/** What a message takes at most, once the network is well. */
export const DELAY_MS = 100
export const TIMING = { ...timingFor(DELAY_MS), backoffMax: 4 }
/** How long the network is well before the simulation ends. */
export const STABLE_MS = 5000
/** When simulations begin, in Unix ms. */
const START_MS = 1_000_000

export interface World {
  readonly scenario: Scenario
  readonly random: SeededRandom
  readonly time: SimulatedTime
  readonly startMs: number
  readonly stableAtMs: number
  readonly endMs: number
  readonly genesis: Block
  readonly committee: Committee
  readonly leaders: LeaderSchedule
  readonly scheme: SignatureScheme
  /** By seat; whatever they sign is known to the referee. */
  readonly signers: readonly VoteSigner[]
  /** By seat, for signing in the name of other instances: the referee takes no notice. */
  readonly strangers: readonly VoteSigner[]
  readonly network: SimulatedNetwork
  readonly referee: Referee
  readonly journal: Journal
  /** The simulation itself was broken: by an engine that gave up, or an application that was called wrongly. */
  fail(why: string): void
}

export interface WorldOptions {
  readonly trace?: ((line: string) => void) | undefined
  /** By default round-robin, weighted if seats differ. */
  readonly leaders?: LeaderSchedule | undefined
  /** How long the network is well before the simulation ends. */
  readonly stableMs?: number
}

export function createWorld(random: SeededRandom, scenario: Scenario, options: WorldOptions): World {
  const time = new SimulatedTime(START_MS)
  const startMs = time.now()
  const stableAtMs = startMs + scenario.stableAtMs
  const endMs = stableAtMs + (options.stableMs ?? STABLE_MS)
  const registry = new SignatureRegistry()
  const strangers = scenario.weights.map((_, seat) => signerOf(seat, scenario.bls))
  const keys = strangers.map(({ publicKey }) => publicKey)
  const committee = committeeOf(scenario.weights, keys)
  const leaders = options.leaders ?? leadersOf(committee)
  const scheme = scenario.bls ? createBlsScheme() : simulatedScheme
  const genesis = genesisBlock(startMs)
  const period = { stableAtMs, endMs }
  const referee = new Referee({ time, scenario, committee, scheme, registry, genesis, leaders, period })
  return {
    scenario,
    random,
    time,
    startMs,
    stableAtMs,
    endMs,
    genesis,
    committee,
    leaders,
    scheme,
    signers: strangers.map((signer, seat) => registry.watch(seat, signer)),
    strangers,
    network: new SimulatedNetwork(time, random, namesOf(scenario), {
      stableAtMs,
      delayMs: DELAY_MS,
      faults: scenario.faults,
    }),
    referee,
    journal: new Journal(time, options.trace ?? null),
    fail: (why) => referee.breaches.report(null, why),
  }
}

/** Seats first. */
function namesOf({ weights, observers }: Scenario): string[] {
  const seats = weights.map((_, seat) => `seat${seat}`)
  return [...seats, ...Array.from({ length: observers }, (_, index) => `observer${index}`)]
}

function signerOf(seat: number, bls: boolean): VoteSigner {
  return bls ? createVoteSigner(keccak256(new Uint8Array([seat]))) : simulatedSigner(seat)
}

function leadersOf({ members }: Committee): LeaderSchedule {
  const weights = members.map((member) => member.weight)
  const areEqual = weights.every((weight) => weight === weights[0])
  return areEqual ? roundRobin(weights.length) : weightedRoundRobin(weights, new Uint8Array(32))
}
