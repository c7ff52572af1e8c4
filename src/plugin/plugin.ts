/**
 * Plugins: plain data that says what a plugin brings, with every part of it behind a lazy import, so that a plugin costs nothing until
 * it is used.
 */

import type { PluginSection, ResolvedConfig } from '../config/config.ts'
import type { StandardSchema } from '../config/standard-schema.ts'
import type { HookCategory, HookFactory } from './hook-types.ts'
import type { Problem } from './problem.ts'
import type { TaskDefinition } from './task-definition.ts'

/** Of the interfaces in this folder. It rises when a plugin that was written for the last one would break. */
export const PLUGIN_API_VERSION = 1

type Lazy<Value> = () => Promise<{ readonly default: Value }>

/** A section that nobody has added to the interfaces has no type that a schema could fit. */
type SectionLoaders = [PluginSection] extends [never]
  ? { readonly [Key in string]: Problem<'add the section to UserConfig and ResolvedConfig first'> }
  : { readonly [Key in PluginSection]?: Lazy<StandardSchema<unknown, ResolvedConfig[Key]>> }

export interface Plugin {
  /** Unique; by convention the name of its package. */
  readonly id: string
  /** Of the plugin, for people. */
  readonly version?: string
  /** The version of these interfaces that it was written for: 1. */
  readonly apiVersion: number
  /** Ids of plugins that come before it: their hooks run around its own, and it may override their tasks. */
  readonly dependencies?: readonly string[]
  /** Schemas of the sections that it adds to the configuration, by key; see UserConfig for their types. */
  readonly config?: SectionLoaders
  readonly tasks?: readonly TaskDefinition[]
  readonly hooks?: { readonly [Category in HookCategory]?: Lazy<HookFactory<Category>> }
  /** By the words that they are run by, as in 'hello world' for `beacon hello world`. */
  readonly commands?: Readonly<Record<string, PluginCommand>>
}

export interface PluginCommand {
  /** One line, for the list of commands. */
  readonly summary: string
  /** A class that extends `BeaconCommand` of 'beaconlayer/command'. */
  readonly load: Lazy<CommandClass>
}

/** As much of a command class as can be said without loading what commands are made of. */
export interface CommandClass {
  readonly summary?: string | undefined
  run(argv?: string[], options?: never): Promise<unknown>
}

/** Of the sections that it adds, by key; without the types that only their authors need. */
export function schemaLoaders({ config = {} }: Plugin): readonly (readonly [string, Lazy<StandardSchema>])[] {
  return Object.entries(config as unknown as Readonly<Record<string, Lazy<StandardSchema>>>)
}

/**
 * Types a plugin, and does nothing else.
 * @example
 * export default definePlugin({
 *   id: 'beacon-hello',
 *   apiVersion: 1,
 *   tasks: [greet],
 *   hooks: { rollup: () => import('./rollup-hooks.ts') },
 * })
 */
export function definePlugin(plugin: Plugin): Plugin {
  return plugin
}
