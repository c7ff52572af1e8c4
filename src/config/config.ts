/**
 * The configuration of a project before and after it is resolved. A plugin that has a section of its own adds it to both interfaces, by
 * declaration merging:
 *
 *     declare module 'beaconlayer' {
 *       interface UserConfig { gas?: { budget?: number } }
 *       interface ResolvedConfig { readonly gas: { readonly budget: number } }
 *     }
 */

import type { DevnetUserConfig, ResolvedDevnet } from './devnet.ts'

/** What a person writes: nearly everything can be left out. */
export interface UserConfig {
  /** By name. `beacon devnet up` starts the one called `default` unless `--name` says another. */
  devnets?: Readonly<Record<string, DevnetUserConfig>>
}

/** Complete, frozen, with absolute paths. */
export interface ResolvedConfig {
  /** By name; `default` is always among them. */
  readonly devnets: Readonly<Record<string, ResolvedDevnet>> & { readonly default: ResolvedDevnet }
}

/** The sections that plugins have added. */
export type PluginSection = Exclude<keyof ResolvedConfig, 'devnets'>
