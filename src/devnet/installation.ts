/** Where the parts of this installation are: next to its package.json, however the code was bundled. */

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ValidatorProgram } from './validator-node.ts'

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

/** How a Node process of `role` is started. */
export function nodeProgram(role: 'validator' | 'positions' | 'supervisor'): ValidatorProgram {
  return { command: process.execPath, args: [join(installationRoot(), 'bin', 'node.js'), role] }
}
