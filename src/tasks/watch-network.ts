/**
 * Follows a running network and tells what happens: rollups that appear, blocks, the rungs that they climb, committees, validators. It asks,
 * again and again, and trusts that gateways never take a head back. Ends when the network does, or when it is aborted.
 */

import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type {
  CommitteeAnswer,
  EvidenceAnswer,
  ValidatorAnswer,
  ValidatorSetAnswer,
} from '../cli/beacon-answers.ts'
import type { Network } from '../cli/network.ts'
import { NOT_RUNNING } from '../devnet/control-client.ts'
import type { Endpoints, RollupEndpoint } from '../devnet/endpoints.ts'
import { BeaconError } from '../errors/beacon-error.ts'
import type {
  CommitteeDrawn,
  RollupBlock,
  RollupConfirmation,
  Slashing,
  ValidatorSetChange,
  WatchedNetwork,
} from '../plugin/hook-types.ts'
import type { RpcClient } from '../rpc/client.ts'
import { RpcError } from '../rpc/rpc-error.ts'
import { RollupProgress } from './rollup-progress.ts'
import { newsOfRegistry, newsOfSet, type ValidatorNews } from './validator-changes.ts'

export type NetworkEvent =
  /** The first. */
  | { readonly type: 'watching'; readonly endpoints: Endpoints }
  /** The last; the network may be gone. */
  | { readonly type: 'watched'; readonly network: WatchedNetwork }
  | { readonly type: 'created'; readonly rollup: RollupEndpoint }
  | { readonly type: 'block'; readonly block: RollupBlock }
  | { readonly type: 'confirmation'; readonly confirmation: RollupConfirmation }
  | { readonly type: 'committee'; readonly committee: CommitteeDrawn }
  | { readonly type: 'set'; readonly set: ValidatorSetChange }
  | { readonly type: 'slashed'; readonly slashing: Slashing }
  | { readonly type: 'validator'; readonly news: ValidatorNews }

export interface WatchOptions {
  readonly openNetwork: () => Promise<Network>
  /** Unix ms: what was there before is not told. */
  readonly since: number
  readonly signal: AbortSignal
  /** The next event waits until it is done. */
  readonly onEvent: (event: NetworkEvent) => Promise<void>
}

const POLL_MS = 200
/** Of the newest evidence so much is looked at. */
const EVIDENCE_MAX = 100

export async function watchNetwork(options: WatchOptions): Promise<void> {
  const watch = new Watch(options)
  try {
    await watchUntilTheEnd(watch, options.signal)
  } finally {
    await watch.end()
  }
}

async function watchUntilTheEnd(watch: Watch, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await watch.look()
    } catch (cause) {
      if (cause instanceof BeaconError && cause.code === NOT_RUNNING.code) return
      // A node that is just dying: the next look finds another.
      if (!(cause instanceof BeaconError || cause instanceof RpcError)) throw cause
    }
    await delay(POLL_MS, undefined, { signal }).catch(() => {})
  }
}

class Watch {
  readonly #options: WatchOptions
  readonly #rollups = new Map<string, RollupProgress>()
  readonly #committees = new Map<string, string>()
  #isFirst = true
  /** Null before the network was seen. */
  #network: WatchedNetwork | null = null
  /** Null before they were seen. */
  #registry: readonly ValidatorAnswer[] | null = null
  #set: ValidatorSetAnswer | null = null
  readonly #evidence = new Set<string>()
  /** Kept, for its connection. */
  #beacon: RpcClient | null = null

  constructor(options: WatchOptions) {
    this.#options = options
  }

  async look(): Promise<void> {
    const network = await this.#options.openNetwork()
    await this.#begin(network.endpoints)
    this.#beacon ??= network.beacon
    await this.#lookAtEvidence()
    await this.#lookAtValidators()
    for (const endpoint of network.endpoints.rollups) {
      await this.#lookAtRollup(network, endpoint)
    }
    this.#isFirst = false
  }

  async end(): Promise<void> {
    if (this.#network !== null) await this.#options.onEvent({ type: 'watched', network: this.#network })
  }

  async #begin(endpoints: Endpoints): Promise<void> {
    if (this.#network !== null) return
    const { name, dir } = endpoints
    this.#network = { name, dir }
    await this.#options.onEvent({ type: 'watching', endpoints })
  }

  async #lookAtRollup(network: Network, endpoint: RollupEndpoint): Promise<void> {
    const { onEvent, since, signal } = this.#options
    const { name } = endpoint
    let progress = this.#rollups.get(name)
    if (progress === undefined) {
      progress = await RollupProgress.begin(name, network.rollup(name).rpc, since)
      this.#rollups.set(name, progress)
      if (!this.#isFirst) await onEvent({ type: 'created', rollup: endpoint })
    }
    await this.#lookAtCommittee(name)
    for await (const climbed of progress.climb()) {
      if (signal.aborted) return
      await onEvent(climbed)
    }
  }

  async #lookAtEvidence(): Promise<void> {
    const answers = (await this.#beacon!.request('beacon_getEvidence', [EVIDENCE_MAX])) as EvidenceAnswer[]
    for (const { height, index, offence, validator, account, slashed, instance } of answers) {
      const key = `${height}-${index}`
      const isNew = !this.#evidence.has(key)
      this.#evidence.add(key)
      if (!isNew || this.#isFirst) continue
      const slashedWei = BigInt(slashed)
      const slashing = { validator, account, offence, ...instance, beaconBlock: height, slashedWei }
      await this.#options.onEvent({ type: 'slashed', slashing })
    }
  }

  async #lookAtCommittee(rollup: string): Promise<void> {
    const answer = (await this.#beacon!.request('beacon_getCommittee', [rollup])) as CommitteeAnswer | null
    if (answer === null) return
    const { epoch, sub, seed } = answer
    const key = `${epoch}-${sub}`
    if (this.#committees.get(rollup) === key) return
    this.#committees.set(rollup, key)
    const seats = answer.seats.map(({ validator }) => validator)
    const standby = answer.standby.map(({ validator }) => validator)
    await this.#options.onEvent({
      type: 'committee',
      committee: { rollup, epoch, sub, seed, seats, standby },
    })
  }

  async #lookAtValidators(): Promise<void> {
    const registry = (await this.#beacon!.request('beacon_getValidators')) as ValidatorAnswer[]
    const before = this.#registry
    this.#registry = registry
    if (before !== null) await this.#tellNews(newsOfRegistry(before, registry))
    await this.#lookAtSet(registry)
  }

  async #lookAtSet(registry: readonly ValidatorAnswer[]): Promise<void> {
    const set = (await this.#beacon!.request('beacon_getValidatorSet')) as ValidatorSetAnswer
    const before = this.#set
    this.#set = set
    if (before === null || isDeepStrictEqual(before.validators, set.validators)) return
    const validators = set.validators.map(({ validator, stake, weight }) => ({
      validator,
      stakeWei: BigInt(stake),
      weightWei: BigInt(weight),
    }))
    await this.#options.onEvent({ type: 'set', set: { epoch: set.epoch, validators } })
    await this.#tellNews(newsOfSet(before, set, registry))
  }

  async #tellNews(all: readonly ValidatorNews[]): Promise<void> {
    for (const news of all) await this.#options.onEvent({ type: 'validator', news })
  }
}
