/** Loads a configuration file as a module; Node itself strips the types of a TypeScript one. */

import { pathToFileURL } from 'node:url'
import { defineError, isBeaconError } from '../errors/beacon-error.ts'

export const TYPES_NOT_STRIPPED = defineError<{ file: string; node: string }>({
  code: 'C201',
  name: 'TYPES_NOT_STRIPPED',
  kind: 'user',
  message: ({ file, node }) => `${file} is TypeScript, which this Node (${node}) doesn't run as it is`,
  hint: () =>
    'use Node 22.18 or newer, or set NODE_OPTIONS=--experimental-strip-types, or write the file as beacon.config.js',
})

export const CONFIG_UNLOADABLE = defineError<{ file: string; reason: string }>({
  code: 'C202',
  name: 'CONFIG_UNLOADABLE',
  kind: 'user',
  message: ({ file, reason }) => `${file} can't be loaded: ${reason}`,
  hint: () => 'it must be an ES module that exports `defineConfig({ ... })` by default',
})

/** What the file exports by default, unchecked. `stripsTypes`: whether this Node runs TypeScript. */
export async function loadConfigFile(
  file: string,
  stripsTypes = process.features.typescript !== false,
): Promise<unknown> {
  if (/\.m?ts$/.test(file) && !stripsTypes) {
    throw TYPES_NOT_STRIPPED({ file, node: process.version })
  }
  const module = await importFile(file)
  if (module.default === undefined) throw CONFIG_UNLOADABLE({ file, reason: 'it has no default export' })
  return module.default
}

async function importFile(file: string): Promise<{ default?: unknown }> {
  try {
    return await import(pathToFileURL(file).href)
  } catch (cause) {
    if (isBeaconError(cause)) throw cause
    throw CONFIG_UNLOADABLE({ file, reason: describeCause(cause) }, cause)
  }
}

/** With the place, which may be in another file: a plugin that the configuration imports, say. */
function describeCause(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const [, place] = /(?:file:\/\/)?(\/[^\s()]+\.[mc]?[jt]s:\d+)/.exec(cause.stack ?? '') ?? []
  return place === undefined ? cause.message : `${cause.message} (${place})`
}
