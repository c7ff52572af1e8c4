/**
 * What plugins can hook into, by category. Two forms: a handler in a chain gets a value and `next`, and gives the value on, changed or not;
 * an observer is told of an event and changes nothing. Handlers of one plugin are made once per project, so their closures may hold state.
 */

import type { TraceStep } from '../cli/trace.ts'
import type { ResolvedConfig, UserConfig } from '../config/config.ts'
import type { ConfigProblem } from '../config/problems.ts'
import type { Endpoints, RollupEndpoint } from '../devnet/endpoints.ts'
import type { Hex } from '../primitives/bytes.ts'
import type { Rung } from '../primitives/ladder.ts'

/** Gives on what `next` gives, for what it gives `next`. */
export type Chained<Value, Event = undefined> = (
  value: Value,
  next: (value: Value) => Promise<Value>,
  event: Event,
) => Value | Promise<Value>

export type Observer<Event, Result = void> = (event: Event) => Result | Promise<Result>

/** Before there is a resolved configuration. */
export interface ConfigHooks {
  /** Adds to what was written, before anything is checked. */
  readonly extend: Chained<UserConfig>
  /** Finds what no schema can say; `config` has been extended. */
  readonly validate: Observer<{ readonly config: UserConfig }, readonly ConfigProblem[]>
  /** The last word on the resolved configuration, before it is frozen. */
  readonly resolve: Chained<ResolvedConfig>
}

/** Told by the commands that start and stop networks, and by those that watch one. */
export interface DevnetHooks {
  /** Before any process starts; one that throws keeps the network from starting. */
  readonly planned: Observer<DevnetPlanned>
  /** The network is up. */
  readonly started: Observer<Endpoints>
  /** The network is still up. */
  readonly stopping: Observer<WatchedNetwork>
  /** The hooks of `rollup`, `election` and `staking` are told about this network from now on. */
  readonly watching: Observer<Endpoints>
  /** They have been told everything. Unless `stopping` was told before, the network is still up. */
  readonly watched: Observer<WatchedNetwork>
}

export interface WatchedNetwork {
  readonly name: string
  readonly dir: string
}

export interface DevnetPlanned {
  readonly name: string
  readonly dir: string
  /** What was said, by flags, environment or configuration; of a devnet that is resumed, what is stored stands above. */
  readonly options: Readonly<Record<string, unknown>>
}

/** Told by a watcher of the network: `beacon devnet up` in the foreground, and the task `watch`. */
export interface RollupHooks {
  /** A rollup answers that did not before. */
  readonly created: Observer<RollupEndpoint>
  /** A block is confirmed (rung `soft`): told once, in the order of the chain. */
  readonly block: Observer<RollupBlock>
  /** A block has climbed to a rung, from `soft` upwards: told once per block and rung, in the order of the chain. */
  readonly confirmation: Observer<RollupConfirmation>
}

export interface RollupBlock {
  readonly rollup: string
  readonly number: number
  readonly hash: Hex
  /** Unix s. */
  readonly timestamp: number
  readonly transactions: readonly Hex[]
  readonly gasUsed: bigint
}

export interface RollupConfirmation {
  readonly rollup: string
  readonly number: number
  readonly rung: Rung
  /** Unix ms: when the watcher saw it. */
  readonly seenAt: number
}

/** Told by a watcher, as `rollup`. */
export interface StakingHooks {
  /** The validators of a new epoch, whose stakes or members differ from the last one's. */
  readonly setChanged: Observer<ValidatorSetChange>
  /** A validator was found guilty, lost a part of its stake, and was expelled. */
  readonly slashed: Observer<Slashing>
  /** A validator has put down a stake; it serves some epochs later. */
  readonly registered: Observer<ValidatorRegistration>
  /** A validator serves from `epoch` on: for the first time, or again. */
  readonly joined: Observer<ValidatorTurn>
  /** A validator was away for too long, in `epoch`: it doesn't serve until its account has it taken back. */
  readonly jailed: Observer<ValidatorTurn>
  readonly unjailed: Observer<ValidatorChange>
  /** A validator whose exit was asked for doesn't serve from `epoch` on. */
  readonly left: Observer<ValidatorTurn>
}

export interface ValidatorChange {
  /** Index in the registry. */
  readonly validator: number
  readonly account: Hex
}

export interface ValidatorTurn extends ValidatorChange {
  readonly epoch: number
}

export interface ValidatorRegistration extends ValidatorChange {
  /** In wei of the Beacon token. */
  readonly stakeWei: bigint
}

export interface ValidatorSetChange {
  readonly epoch: number
  readonly validators: readonly {
    readonly validator: number
    readonly stakeWei: bigint
    /** In votes and draws: the stake, capped. */
    readonly weightWei: bigint
  }[]
}

export interface Slashing {
  readonly validator: number
  readonly account: Hex
  /** Kinds of two votes in one view that no honest validator casts both: notarized (N), finalized (F), nullified (X). */
  readonly offence: 'NN' | 'FF' | 'XF' | 'FN'
  /** Where it voted: id of the rollup, 0 for the Beacon Layer. */
  readonly rollup: number
  readonly epoch: number
  readonly sub: number
  /** Height of the Beacon block with the evidence. */
  readonly beaconBlock: number
  /** What it cost, in wei of the Beacon token. */
  readonly slashedWei: bigint
}

/** Told by a watcher, as `rollup`. */
export interface ElectionHooks {
  /** A rollup is sequenced by a committee that was not seen before. */
  readonly committeeDrawn: Observer<CommitteeDrawn>
}

export interface CommitteeDrawn {
  readonly rollup: string
  readonly epoch: number
  readonly sub: number
  readonly seed: Hex
  /** Validators in elected order. */
  readonly seats: readonly number[]
  /** The ordered reserves. */
  readonly standby: readonly number[]
}

/** Called by `beacon trace`. */
export interface TraceHooks {
  /** Each step of the ladder, to add to its details. */
  readonly step: Chained<TraceStep, TracedTransaction>
  /** The lines that people get to see. */
  readonly render: Chained<readonly string[], TracedTransaction>
}

export interface TracedTransaction {
  readonly tx: Hex
  readonly rollup: string
}

/** Called where the gateways of a network run, for requests at the Beacon Layer's URL and at those of rollups. */
export interface RpcHooks {
  /** Adds methods, each under a name that nodes don't serve; asked once per chain. */
  readonly methods: Observer<RpcChain, Readonly<Record<string, RpcMethod>>>
  /** Every request for a method, before it is answered. */
  readonly request: Observer<RpcRequest>
}

export interface RpcChain {
  /** 'beacon', or the name of a rollup. */
  readonly chain: string
  /** Asks the nodes behind the gateway. */
  readonly call: (method: string, params: readonly unknown[]) => Promise<unknown>
}

export type RpcMethod = (params: readonly unknown[]) => Promise<unknown> | unknown

export interface RpcRequest {
  readonly chain: string
  readonly method: string
  readonly params: readonly unknown[]
}

export interface HookTypes {
  readonly config: ConfigHooks
  readonly devnet: DevnetHooks
  readonly rollup: RollupHooks
  readonly staking: StakingHooks
  readonly election: ElectionHooks
  readonly trace: TraceHooks
  readonly rpc: RpcHooks
}

export type HookCategory = keyof HookTypes

export const HOOKS: { readonly [Category in HookCategory]: readonly (keyof HookTypes[Category])[] } = {
  config: ['extend', 'validate', 'resolve'],
  devnet: ['planned', 'started', 'stopping', 'watching', 'watched'],
  rollup: ['created', 'block', 'confirmation'],
  staking: ['setChanged', 'slashed', 'registered', 'joined', 'jailed', 'unjailed', 'left'],
  election: ['committeeDrawn'],
  trace: ['step', 'render'],
  rpc: ['methods', 'request'],
}

/** What handlers are made with. */
export interface HookContext {
  /** Absolute: the folder of the project. */
  readonly root: string
  readonly config: ResolvedConfig
  /** A line for the person who looks on. */
  note(line: string): void
}

/** Handlers of `config` exist before a configuration does. */
export type HookContextOf<Category extends HookCategory> = Category extends 'config'
  ? Omit<HookContext, 'config'>
  : HookContext

export type HookFactory<Category extends HookCategory> = (
  context: HookContextOf<Category>,
) => Partial<HookTypes[Category]> | Promise<Partial<HookTypes[Category]>>

/**
 * Types the handlers of one category; the default export of a plugin's hook module.
 * @example
 * export default defineHooks('rollup', ({ note }) => ({
 *   confirmation: ({ rollup, number, rung }) => note(`${rollup} ${number} is ${rung}`),
 * }))
 */
export function defineHooks<Category extends HookCategory>(
  _category: Category,
  factory: HookFactory<Category>,
): HookFactory<Category> {
  return factory
}

/** An observer takes one parameter, so that what can't be called with one is in a chain. */
export type ChainName<Category extends HookCategory> = {
  [Name in keyof HookTypes[Category]]: HookTypes[Category][Name] extends (event: never) => unknown
    ? never
    : Name
}[keyof HookTypes[Category]]

export type ObserverName<Category extends HookCategory> = Exclude<
  keyof HookTypes[Category],
  ChainName<Category>
>
