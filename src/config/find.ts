/** Finds a project's configuration: the nearest one upwards. Asks the disk a few times and loads nothing, since every start does it. */

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const CONFIG_FILES = ['beacon.config.ts', 'beacon.config.mts', 'beacon.config.js', 'beacon.config.mjs']

/** Absolute; null if no folder from `folder` upwards has one. */
export function findConfigFile(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    const found = CONFIG_FILES.map((name) => join(at, name)).find((path) => existsSync(path))
    if (found !== undefined) return found
    if (dirname(at) === at) return null
  }
}
