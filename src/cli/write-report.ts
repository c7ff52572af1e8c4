/** Files that commands write what they found to: whole or not at all, in folders that are made if there are none. */

import { accessSync, constants, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { diskError, writeTextFile } from '../devnet/folder.ts'

/** Says that it can't be written before there is anything to write. */
export function prepareFolderOf(file: string): void {
  const path = resolve(file)
  try {
    mkdirSync(dirname(path), { recursive: true })
    accessSync(dirname(path), constants.W_OK)
  } catch (cause) {
    throw diskError(path, cause)
  }
}

export function writeReport(file: string, text: string): void {
  writeTextFile(resolve(file), text)
}
