/**
 * Makes `import 'beaconlayer/command'` of a user-wide plugin mean the running beacon, wherever that is installed: a plugin needs no copy, and
 * its commands have the class that this one knows.
 */

import { realpathSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { installationRoot } from '../../devnet/installation.ts'

/** For modules in these folders. Node before 22.15 has no such hook: there a plugin finds what is installed beside it. */
export function shareBeaconlayer(folders: readonly string[]): void {
  const from = folders.flatMap((folder) => prefixOf(folder))
  // Its own name leads a module of a package back into it.
  const parentURL = pathToFileURL(join(installationRoot(), 'package.json')).href
  nodeModule.registerHooks?.({
    resolve(specifier, context, nextResolve) {
      const isOurs = specifier === 'beaconlayer' || specifier.startsWith('beaconlayer/')
      const isAsked = isOurs && from.some((prefix) => context.parentURL?.startsWith(prefix))
      return nextResolve(specifier, isAsked ? { ...context, parentURL } : context)
    },
  })
}

/** As Node names its modules: links are followed. None if it doesn't exist. */
function prefixOf(folder: string): string[] {
  try {
    return [pathToFileURL(realpathSync(folder) + sep).href]
  } catch {
    return []
  }
}
