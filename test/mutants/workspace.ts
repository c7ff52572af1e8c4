/**
 * The sources as they were at the start, in a temporary folder, and from there copies with one mutant each: what others do in the checkout
 * meanwhile changes no result.
 */

import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applyEdits } from './apply.ts'
import type { Mutant } from './mutant.ts'

const ROOT = join(import.meta.dirname, '../..')
const COPIED = ['src', 'test', 'package.json']
const SHARED = 'node_modules'

export class Workspaces implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'beacon-mutants-'))
  /** The sources unchanged. */
  readonly original = this.#copy(ROOT, 'original')

  create(mutant: Mutant): string {
    const folder = this.#copy(this.original, mutant.name)
    for (const [file, text] of applyEdits(mutant, (path) => readFileSync(join(folder, path), 'utf8'))) {
      writeFileSync(join(folder, file), text)
    }
    return folder
  }

  remove(folder: string): void {
    rmSync(folder, { recursive: true, force: true })
  }

  [Symbol.dispose](): void {
    this.remove(this.#folder)
  }

  #copy(from: string, name: string): string {
    const folder = join(this.#folder, name)
    for (const part of COPIED) cpSync(join(from, part), join(folder, part), { recursive: true })
    symlinkSync(join(ROOT, SHARED), join(folder, SHARED))
    return folder
  }
}
