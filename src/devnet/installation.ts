/** Where the parts of this installation are: next to its package.json, however the code was bundled. */

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ValidatorProgram } from './validator-node.ts'

/**
 * A network is eight processes and more, with several threads each. Left alone, V8 lets each thread's young generation grow to three times
 * 16 MiB, and glibc keeps up to eight arenas per core whose free parts it doesn't give back.
 */
const YOUNG_GENERATION_MB = 4
const ARENAS_MAX = 2

let root: string | undefined

export function installationRoot(): string {
  if (root !== undefined) return root
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error(`no package.json above ${import.meta.dirname}`)
    folder = parent
  }
  root = folder
  return folder
}

/** How a Node process of `role` is started. What `env` has set already stays. */
export function nodeProgram(
  role: 'validator' | 'positions' | 'supervisor',
  env: NodeJS.ProcessEnv = process.env,
): ValidatorProgram {
  const script = join(installationRoot(), 'bin', 'node.js')
  return {
    command: process.execPath,
    args: [`--max-semi-space-size=${YOUNG_GENERATION_MB}`, script, role],
    env: { MALLOC_ARENA_MAX: String(ARENAS_MAX), ...env },
  }
}
