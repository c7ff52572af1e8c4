/**
 * Where a new project gets beaconlayer from: the release that makes it; or, if that was installed from a packed file, from git or is a
 * checkout, just that, for then a registry may not have it.
 */

import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'

/** As package.json writes it under `devDependencies`. Paths in it are relative to `project`; both are absolute. */
export function beaconSource(project: string, installation: string): string {
  const modules = dirname(installation)
  if (basename(modules) !== 'node_modules') return fileSource(project, installation)
  const resolved = readResolved(modules)
  if (resolved.startsWith('file:')) {
    return fileSource(project, resolve(dirname(modules), resolved.slice('file:'.length)))
  }
  return resolved.startsWith('git') ? resolved : `^${beaconVersion(installation)}`
}

export function beaconVersion(installation: string): string {
  return JSON.parse(readFileSync(join(installation, 'package.json'), 'utf8')).version
}

function fileSource(project: string, path: string): string {
  return `file:${relative(project, path).replaceAll('\\', '/')}`
}

/** What npm noted down when it installed the package; empty if it was another tool, or globally. */
function readResolved(modules: string): string {
  const lock = join(modules, '.package-lock.json')
  if (!existsSync(lock)) return ''
  const { packages } = JSON.parse(readFileSync(lock, 'utf8')) as {
    packages?: Record<string, { resolved?: string } | undefined>
  }
  return packages?.['node_modules/beaconlayer']?.resolved ?? ''
}
