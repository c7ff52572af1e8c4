/** Numbers that must not be swapped for one another carry a brand. All are below 2^53; on the wire they are fixed-width big-endian. */

declare const brand: unique symbol
type Branded<Name extends string> = number & { readonly [brand]: Name }

/** Position of a block in its chain; genesis is 0. */
export type Height = Branded<'Height'>
/** Number of a consensus attempt within one instance; the instance's genesis is view 0. */
export type View = Branded<'View'>
/** Number of a span of Beacon blocks within which sets and committees are fixed. */
export type Epoch = Branded<'Epoch'>
/** A rollup's number in the Beacon Layer's registry, from 1; {@link BEACON} is the Beacon Layer itself. */
export type RollupId = Branded<'RollupId'>

export const height = (value: number): Height => value as Height
export const view = (value: number): View => value as View
export const epoch = (value: number): Epoch => value as Epoch
export const rollupId = (value: number): RollupId => value as RollupId

export const BEACON = rollupId(0)

/** One run of the consensus engine with one fixed committee. `sub` counts the committee's replacements within the epoch. */
export interface Instance {
  readonly rollup: RollupId
  readonly epoch: Epoch
  readonly sub: number
}

/** The Beacon Layer's own, of an epoch. */
export function beaconInstance(of: number): Instance {
  return { rollup: BEACON, epoch: epoch(of), sub: 0 }
}

/** Text form, for map keys, folders and logs: "rollup-epoch-sub". */
export function instanceKey(instance: Instance): string {
  return `${instance.rollup}-${instance.epoch}-${instance.sub}`
}

/** What every signature is bound to besides its message: no vote or action is valid on another network or in another fork of it. */
export interface NetworkIdentity {
  /** The Beacon Layer's chain id. */
  readonly chainId: number
  readonly genesisHash: `0x${string}`
  /** See forks.ts. */
  readonly forkId: number
}
