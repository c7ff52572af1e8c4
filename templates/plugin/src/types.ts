/** The plugin's section of the configuration: as people write it, and as tasks and hooks get it. */

export interface LagUserConfig {
  /** A rollup may be so many confirmed blocks ahead of the Beacon Layer's records; 20 if left out. */
  readonly blocksMax?: number
}

export interface LagConfig {
  readonly blocksMax: number
}

declare module 'beaconlayer' {
  interface UserConfig {
    lag?: LagUserConfig
  }
  interface ResolvedConfig {
    readonly lag: LagConfig
  }
}
