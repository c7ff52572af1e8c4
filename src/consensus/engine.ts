/**
 * The engine's host: turns events from the outside into steps, and their effects into I/O. Whatever one turn of the event loop brings
 * is stepped at once; then the records are made durable by one sync, and only after it does any message leave (RULE P).
 */

import { type BeaconError, defineError } from '../errors/beacon-error.ts'
import { DecodeError } from '../primitives/codec.ts'
import type { Block } from './block.ts'
import { ChainServer } from './chain-server.ts'
import type { Engine, EngineOptions, EngineStatus } from './engine-options.ts'
import { type Audience, decodeMessage, encodeMessage, type Message, type PeerKey } from './message.ts'
import { replay } from './recovery.ts'
import { createState, decidedView, type State } from './state.ts'
import { step } from './step.ts'
import { CLOCK_TIME, DEFAULT_TIMING } from './timing.ts'
import type { Effect, Event, Rules } from './turn.ts'
import type { Certificate } from './vote.ts'
import type { WalRecord } from './wal.ts'
import { WalFile } from './wal-file.ts'

/** This file is what nodes import to run an instance. */
export type { Engine, EngineOptions, EngineStatus } from './engine-options.ts'

export const CONSENSUS_BROKEN = defineError<{ instance: string; reason: string }>({
  code: 'E101',
  name: 'CONSENSUS_BROKEN',
  kind: 'environment',
  message: ({ instance, reason }) => `instance ${instance} has stopped: ${reason}`,
  hint: () =>
    'a third of the committee has signed contradicting blocks: keep the logs, they hold the evidence',
})

export const ENGINE_FAILED = defineError<{ instance: string; what: string; reason: string }>({
  code: 'E102',
  name: 'ENGINE_FAILED',
  kind: 'environment',
  message: ({ instance, what, reason }) => `instance ${instance} has stopped: ${what}: ${reason}`,
  hint: () => 'see the cause in the log; the node takes up where it stopped when it is started again',
})

export function createEngine(options: EngineOptions): Engine {
  return new EngineHost(options)
}

class EngineHost implements Engine {
  readonly #options: EngineOptions
  readonly #rules: Rules
  readonly #wal: WalFile | null
  readonly #chains: ChainServer
  #state: State
  #phase: 'new' | 'running' | 'stopped' = 'new'
  /** What came before `start` was through, messages excepted. */
  #early: Event[] = []
  #records: WalRecord[] = []
  #effects: Effect[] = []
  #isTurnOpen = false
  #wakeAt = Infinity
  #cancelWake: () => void = () => {}
  #commits: Promise<void> = Promise.resolve()

  constructor(options: EngineOptions) {
    const signer = options.mayVote === false || options.seat < 0 ? null : options.signer
    if (signer !== null && options.log === null) throw new RangeError('a voting node needs a log')
    this.#options = options
    this.#rules = {
      committee: options.committee,
      seat: options.seat,
      signer,
      scheme: options.scheme,
      genesis: options.genesis,
      isTerminal: options.isTerminal ?? (() => false),
      countsVoters: options.countsVoters ?? false,
      leaders: options.leaders,
      pacing: options.pacing,
      timing: options.timing ?? DEFAULT_TIMING,
    }
    this.#wal = options.log === null ? null : new WalFile(options.log, options.walLimits)
    this.#chains = new ChainServer(options.blocks, (to, response) => this.#send(to, encodeMessage(response)))
    this.#state = createState(options.genesis, null)
  }

  async start(): Promise<void> {
    this.#state = createState(this.#options.genesis, await this.#options.blocks.head())
    if (this.#phase !== 'new') return
    this.#replayLog()
    this.#phase = 'running'
    this.#dispatch({ type: 'start' })
    for (const event of this.#early.splice(0)) this.#dispatch(event)
  }

  #replayLog(): void {
    try {
      replay(this.#state, this.#wal?.recovered() ?? [])
    } catch (cause) {
      throw ENGINE_FAILED({ instance: this.#name, what: 'the log', reason: String(cause) }, cause)
    }
  }

  receive(from: PeerKey, bytes: Uint8Array): void {
    if (this.#phase !== 'running' || !this.#listensTo(from)) return
    try {
      this.#dispatch({ type: 'message', from, message: decodeMessage(bytes) })
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      this.#options.logger.warn({ peer: from, reason: error.message }, 'a peer sent garbage')
      this.#dispatch({ type: 'garbage', from })
    }
  }

  /** The step would ignore the message; here it costs neither its decoding nor, if it is garbage once more, a line in the log. */
  #listensTo(from: PeerKey): boolean {
    const peer = this.#state.peers.get(from)
    return peer !== undefined && !peer.muted
  }

  peerConnected(peer: PeerKey, seat: number): void {
    this.#dispatch({ type: 'peerConnected', peer, seat })
  }

  peerDisconnected(peer: PeerKey): void {
    this.#dispatch({ type: 'peerDisconnected', peer })
  }

  work(since: number | null): void {
    this.#dispatch({ type: 'work', since })
  }

  status(): EngineStatus {
    const state = this.#state
    return {
      view: state.view,
      leader: this.#rules.leaders.leaderOf(state.view),
      finalHeight: state.final.block.header.height,
      finalView: state.final.view,
      decidedView: decidedView(state),
      failedViews: state.failures,
      connectedSeats: [...state.peers.values()].filter((peer) => peer.seat >= 0).length,
      isFinished: state.finished,
      isRunning: this.#phase === 'running',
    }
  }

  async stop(): Promise<void> {
    this.#phase = 'stopped'
    this.#cancelWake()
    await this.#commits
  }

  #dispatch(event: Event): void {
    if (this.#phase === 'new') this.#early.push(event)
    if (this.#phase !== 'running') return
    try {
      const { clock, chainTime = CLOCK_TIME } = this.#options
      const context = { rules: this.#rules, now: clock.now(), chainTime }
      for (const effect of step(this.#state, event, context)) this.#collect(effect)
    } catch (cause) {
      this.#fail('the protocol step', cause)
    }
  }

  #collect(effect: Effect): void {
    if (effect.type === 'persist') this.#records.push(effect.record)
    else this.#effects.push(effect)
    if (this.#isTurnOpen) return
    this.#isTurnOpen = true
    const { endOfTurn, timers } = this.#options
    if (endOfTurn === undefined) timers.schedule(0, () => this.#endTurn())
    else endOfTurn(() => this.#endTurn())
  }

  #endTurn(): void {
    this.#isTurnOpen = false
    const effects = this.#effects.splice(0)
    const records = this.#records.splice(0)
    if (this.#phase !== 'running') return
    try {
      this.#wal?.write(records, this.#state)
    } catch (cause) {
      this.#fail('the log', cause)
      return
    }
    const encoded = new Map<Message, Uint8Array>()
    for (const effect of effects) this.#perform(effect, encoded)
    this.#armWake()
  }

  #perform(effect: Effect, encoded: Map<Message, Uint8Array>): void {
    const { application, onMilestone, onEvidence } = this.#options
    switch (effect.type) {
      case 'send':
        this.#send(effect.to, encodeOnce(effect.message, encoded))
        break
      case 'build':
        void this.#attempt('build', () => application.build(effect.request), null).then((payload) =>
          this.#dispatch({ type: 'built', view: effect.request.view, payload }),
        )
        break
      case 'verify': {
        const { block, parent, certified } = effect
        void this.#attempt('verify', () => application.verify(block, parent, certified), false).then(
          (valid) => this.#dispatch({ type: 'verified', block, valid }),
        )
        break
      }
      case 'commit':
        this.#inOrder(() => this.#commit(effect.blocks, effect.certificate))
        break
      case 'serveChain':
        void this.#attempt(
          'read blocks',
          () => this.#chains.serve(effect.to, effect.fromHeight, effect.max),
          undefined,
        )
        break
      case 'evidence':
        onEvidence?.(effect.evidence)
        break
      case 'milestone':
        onMilestone?.(effect.milestone)
        break
      case 'finished':
        this.#inOrder(async () => this.#options.onFinished?.(effect.terminal, effect.certificate))
        break
      case 'wake':
        this.#wakeAt = effect.at
        break
      case 'halt':
        this.#halt(CONSENSUS_BROKEN({ instance: this.#name, reason: effect.reason }))
    }
  }

  async #commit(blocks: readonly Block[], certificate: Certificate): Promise<void> {
    await this.#options.application.commit(blocks, certificate)
    this.#dispatch({ type: 'committed', height: blocks[blocks.length - 1]!.header.height })
  }

  /** After a failed commit nothing later may be committed: the engine stops. */
  #inOrder(task: () => Promise<void>): void {
    this.#commits = this.#commits
      .then(() => (this.#phase === 'running' ? task() : undefined))
      .catch((cause) => this.#fail('commit', cause))
  }

  /** What the application could not do counts as its refusal; an error in there must not stop the chain. */
  async #attempt<Result>(what: string, task: () => Promise<Result>, otherwise: Result): Promise<Result> {
    try {
      return await task()
    } catch (error) {
      this.#options.logger.error({ error, instance: this.#name }, `the application could not ${what}`)
      return otherwise
    }
  }

  #send(to: Audience, bytes: Uint8Array): void {
    if (this.#phase === 'running') this.#options.send(to, bytes)
  }

  #armWake(): void {
    this.#cancelWake()
    if (this.#wakeAt === Infinity || this.#phase !== 'running') return
    const delayMs = Math.max(0, this.#wakeAt - this.#options.clock.now())
    this.#cancelWake = this.#options.timers.schedule(delayMs, () => this.#dispatch({ type: 'wake' }))
  }

  #fail(what: string, cause: unknown): void {
    this.#halt(ENGINE_FAILED({ instance: this.#name, what, reason: String(cause) }, cause))
  }

  #halt(error: BeaconError): void {
    if (this.#phase === 'stopped') return
    this.#phase = 'stopped'
    this.#cancelWake()
    this.#options.logger.error({ code: error.code, cause: error.cause }, error.message)
    this.#options.onFailure(error)
  }

  get #name(): string {
    const { rollup, epoch, sub } = this.#options.committee.instance
    return `${rollup}-${epoch}-${sub}`
  }
}

function encodeOnce(message: Message, encoded: Map<Message, Uint8Array>): Uint8Array {
  const known = encoded.get(message)
  if (known !== undefined) return known
  const bytes = encodeMessage(message)
  encoded.set(message, bytes)
  return bytes
}
