/** L1, L2 and L4: what a run must achieve once its network is well. L3 and L5 need runs of their own; see outages.test.ts. */

import type { LeaderSchedule } from '../../../../src/consensus/leaders.ts'
import { type View, view } from '../../../../src/primitives/ids.ts'
import { isLawful, type Scenario } from '../scenario.ts'
import type { Breaches } from './breaches.ts'
import type { Watched } from './chain.ts'

/** Delays are at most 100 ms: a block that somebody has committed reaches everyone within this. */
export const LAG_MS_MAX = 1500
/** So long after the network has become well, or a node was started, views and commits are held to nothing. */
export const SETTLING_MS = 2500

/** So long a wrong body, or none, can keep a seat from the right one: on its way, until it is asked for again, and the way there and back. */
const REFUSAL_MS = 700
/** So long a seat waits for a chain of blocks before it asks another one for it. */
const CHAIN_REFUSAL_MS = 800
/** No view lasts longer in a good network, whoever leads it. */
const VIEW_MS_MAX = 2500
/** A node that was started again votes for a block within this many views. */
const REJOINING_VIEWS_MAX = 5

/** When the simulated time is, and from when to when the network is well. */
export interface Period {
  readonly stableAtMs: number
  readonly endMs: number
}

export class Liveness {
  /** By view: when the first honest node was seen in it. */
  readonly entered = new Map<View, number>()
  readonly #scenario: Scenario
  readonly #leaders: LeaderSchedule
  readonly #period: Period
  readonly #breaches: Breaches
  /** By height, when the first honest node committed it. */
  readonly #reachedAt = new Map<number, number>()
  readonly #startedAt = new Map<Watched, number>()
  /** The view of the others when a node was started again, until it votes in that one or a later one. */
  readonly #rejoining = new Map<Watched, number>()
  readonly #refusals: number[] = []
  readonly #chainRefusals: number[] = []
  #highestView = 0
  #leadMs = 0

  constructor(scenario: Scenario, leaders: LeaderSchedule, period: Period, breaches: Breaches) {
    this.#scenario = scenario
    this.#leaders = leaders
    this.#period = period
    this.#breaches = breaches
  }

  /** A chain whose blocks bear the time of a clock that was ahead goes on when everybody's clock has come there. */
  onClocksSetRight(leadMs: number): void {
    this.#leadMs = leadMs
  }

  /** How high the chain of any honest node was by then. */
  heightAt(ms: number): number {
    const reached = [...this.#reachedAt].filter(([, atMs]) => atMs <= ms)
    return Math.max(0, ...reached.map(([height]) => height))
  }

  onStart(node: Watched, nowMs: number): void {
    const isRestart = this.#startedAt.has(node)
    this.#startedAt.set(node, nowMs)
    // Slow execution may keep it busy for longer with what it missed; and if it asks a Byzantine seat for blocks, which doesn't answer, it
    // turns to another one after eight delays only.
    const { executionMs, styles } = this.#scenario
    const isQuick = executionMs <= 2 && styles.every((style) => isLawful(style) || style === 'silent')
    if (isRestart && isQuick && nowMs >= this.#period.stableAtMs) this.#rejoining.set(node, this.#highestView)
  }

  /** A Byzantine seat that was asked for a block's body gives none, or a wrong one. */
  onBodyRefused(nowMs: number): void {
    this.#refusals.push(nowMs)
  }

  /** A Byzantine seat that was asked for a chain of blocks gives none. */
  onChainRefused(nowMs: number): void {
    this.#chainRefusals.push(nowMs)
  }

  onView(at: View, nowMs: number): void {
    if (!this.entered.has(at)) this.entered.set(at, nowMs)
    if (at > this.#highestView) this.#highestView = at
  }

  /** L4: a node that was started again votes for a block. Votes of its former life, which it may repeat, are of earlier views. */
  onBlockVote(node: Watched, at: View): void {
    const since = this.#rejoining.get(node)
    if (since === undefined || at < since) return
    this.#rejoining.delete(node)
    if (at >= since + REJOINING_VIEWS_MAX)
      this.#breaches.report('L4', `${node.label}, started again in view ${since}, votes in view ${at} only`)
  }

  /** Whether a node that was started again has still to vote for a block. */
  isRejoining(node: Watched): boolean {
    return this.#rejoining.has(node)
  }

  /** `height` counts from genesis. */
  onCommit(node: Watched, height: number, nowMs: number): void {
    const reachedAt = this.#reachedAt.get(height)
    if (reachedAt === undefined) this.#reachedAt.set(height, nowMs)
    else if (this.#isHeldTo(node, reachedAt) && nowMs - reachedAt > this.#lagMax(reachedAt, nowMs))
      this.#breaches.report('L2', `${node.label} commits block ${height} ${nowMs - reachedAt} ms late`)
  }

  /** At the end of a run: nothing that others have had for long is missing, to who has been there for long. */
  checkL2(node: Watched, height: number): void {
    const startedAt = this.#startedAt.get(node) ?? 0
    for (const [reached, reachedAt] of this.#reachedAt) {
      if (reached <= height || !this.#isLongAgo(Math.max(reachedAt, startedAt))) continue
      this.#breaches.report('L2', `${node.label} is stuck at block ${height}, others had ${reached} long ago`)
    }
  }

  /** Whether somebody honest reached a height so long before the end that everyone must have it. */
  isDue(height: number): boolean {
    const reachedAt = this.#reachedAt.get(height)
    return reachedAt !== undefined && this.#isLongAgo(reachedAt)
  }

  #isLongAgo(ms: number): boolean {
    const { endMs } = this.#period
    return endMs - ms >= this.#lagMax(ms, endMs)
  }

  /**
   * Views that end with a final block: those of honest leaders after two more such. Two, because an equivocator's certified body may have
   * to be fetched first, which costs a round trip; longer, if a Byzantine seat was asked first, and answered with a wrong one or not at all. None are held to it where
   * building and executing a block may take as long as the timeouts allow for the whole view, where a seat joins late, where a directed
   * outage takes seats away, and where the views after the terminal block repeat it.
   */
  checkL1(finalViews: ReadonlySet<View>): void {
    const { executionMs, lateMs, length, styles, faults } = this.#scenario
    if (executionMs > 2 || lateMs > 0 || length !== null || faults.outages.length > 0) return
    const leadsWell = (at: number) => styles[this.#leaders.leaderOf(view(at))] === 'honest'
    const { endMs } = this.#period
    for (const [at, enteredMs] of this.entered) {
      if (enteredMs < this.#settledAtMs || enteredMs > endMs - LAG_MS_MAX) continue
      if (finalViews.has(at) || ![at, at - 1, at - 2].every(leadsWell)) continue
      if (this.#mayBeSkipped(view(at), finalViews)) continue
      if (this.#refusals.some((atMs) => Math.abs(enteredMs - atMs) < REFUSAL_MS)) continue
      this.#breaches.report('L1', `view ${at} came to nothing, though honest seats led it and the two before`)
    }
  }

  /**
   * Byzantine seats can't stop a good network; a seat that joins late may, as its absence leaves too few. Where execution sometimes takes
   * as long as a view waits, and all honest seats together are just a quorum, many views fail. Views that others than honest seats lead may
   * come to nothing, and take a second each with the timeouts that the bad times have left: a run ends before an honest seat's turn comes.
   */
  checkProgress(height: number): void {
    const { lateMs, length, executionMs, styles } = this.#scenario
    const { endMs } = this.#period
    const good = [...this.entered].filter(([, enteredMs]) => enteredMs >= this.#settledAtMs - SETTLING_MS)
    const isStuck = good.every(([, enteredMs]) => endMs - enteredMs > VIEW_MS_MAX)
    const led = good.filter(
      ([at, enteredMs]) => styles[this.#leaders.leaderOf(at)] === 'honest' && endMs - enteredMs > LAG_MS_MAX,
    )
    const usual = executionMs > 2 ? 1 : 3
    const possible = Math.min(length ?? Infinity, isStuck ? usual : led.length)
    const expected = lateMs > 0 ? 0 : Math.min(usual, possible)
    if (height < expected) this.#breaches.report('L1', `only ${height} blocks in a good network`)
  }

  /** A leader that failed when it last led, in bad times, may still count as silent; the next view that it leads is held to again. */
  #mayBeSkipped(at: View, finalViews: ReadonlySet<View>): boolean {
    const leader = this.#leaders.leaderOf(at)
    for (let before = at - 1; before > 0; before--) {
      if (this.#leaders.leaderOf(view(before)) !== leader) continue
      const enteredMs = this.entered.get(view(before)) ?? 0
      return !finalViews.has(view(before)) && enteredMs < this.#settledAtMs
    }
    return false
  }

  /** Who turns to each Byzantine seat first waits for each of them, and once: requests go round. It may be waiting when the time begins. */
  #lagMax(fromMs: number, toMs: number): number {
    const byzantine = this.#scenario.styles.filter((style) => !isLawful(style) && style !== 'silent').length
    const refusals = this.#chainRefusals.filter(
      (atMs) => atMs >= fromMs - CHAIN_REFUSAL_MS && atMs <= toMs,
    ).length
    return LAG_MS_MAX + Math.min(refusals, byzantine) * CHAIN_REFUSAL_MS
  }

  get #settledAtMs(): number {
    return this.#period.stableAtMs + this.#leadMs + SETTLING_MS
  }

  #isHeldTo(node: Watched, reachedAtMs: number): boolean {
    const since = Math.max(this.#period.stableAtMs + this.#leadMs, this.#startedAt.get(node) ?? 0)
    return reachedAtMs >= since + SETTLING_MS
  }
}
