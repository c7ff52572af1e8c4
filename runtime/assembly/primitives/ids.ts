/** Numbers of the protocol: heights, views, epochs and ids are i64, and below 2^53. */

/** Stands for the twin's null among numbers, none of which is negative. */
export const NONE: i64 = -1
/** The Beacon Layer itself, among the rollups. */
export const BEACON: i64 = 0

/** One run of the consensus engine with one fixed committee. `sub` counts the committee's replacements within the epoch. */
export class Instance {
  constructor(
    readonly rollup: i64,
    readonly epoch: i64,
    readonly sub: i64,
  ) {}
}

/** The Beacon Layer's own, of an epoch. */
export function beaconInstance(epoch: i64): Instance {
  return new Instance(BEACON, epoch, 0)
}

/** Text form, for map keys: "rollup-epoch-sub". */
export function instanceKey(instance: Instance): string {
  return instance.rollup.toString() + '-' + instance.epoch.toString() + '-' + instance.sub.toString()
}

export function isSameInstance(a: Instance, b: Instance): bool {
  return a.rollup == b.rollup && a.epoch == b.epoch && a.sub == b.sub
}

/** What every signature is bound to besides its message. */
export class NetworkIdentity {
  constructor(
    readonly chainId: i64,
    readonly genesisHash: string,
    readonly forkId: i64,
  ) {}
}
