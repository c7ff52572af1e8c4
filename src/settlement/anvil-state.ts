/**
 * Anvil's state file across crashes. Anvil writes it in place: on SIGTERM, and every few seconds. So a SIGKILL loses the blocks since the last
 * write, which to us is an L1 reorg (seats post again), and one that hits the writing tears the file, with which anvil refuses to start.
 * Therefore each start keeps a copy of a whole file, and goes back to that copy if the file is torn.
 */

import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs'

/** `none`: a fresh L1. `lost`: torn, and without a copy: a fresh L1 too. */
export type StateFileCondition = 'none' | 'whole' | 'restored' | 'lost'

/** Call it before each spawn, while no anvil runs on the file. Afterwards the file is absent or loads. */
export function mendStateFile(stateFile: string): StateFileCondition {
  const copy = `${stateFile}.bak`
  if (!existsSync(stateFile)) return 'none'
  if (isWholeJson(stateFile)) {
    copyFileSync(stateFile, copy)
    return 'whole'
  }
  rmSync(stateFile)
  if (!existsSync(copy) || !isWholeJson(copy)) return 'lost'
  copyFileSync(copy, stateFile)
  return 'restored'
}

function isWholeJson(file: string): boolean {
  try {
    JSON.parse(readFileSync(file, 'utf8'))
    return true
  } catch {
    return false
  }
}
