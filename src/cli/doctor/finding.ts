/** What the doctor says about one thing that it looked at. */

import type { DevnetFolder } from '../../devnet/folder.ts'

export interface Finding {
  /** As in 'ports'. */
  readonly check: string
  /** `warning`: it works, but not as well or not for long. `broken`: something that people do will fail. */
  readonly state: 'ok' | 'warning' | 'broken'
  readonly message: string
  /** What to do about it; null if it is ok. */
  readonly wayOut: string | null
}

/** Whom the doctor looks at. */
export interface Patient {
  /** The folder of all devnets. */
  readonly root: string
  /** The devnet that is asked about. */
  readonly folder: DevnetFolder
}

export function ok(check: string, message: string): Finding {
  return { check, state: 'ok', message, wayOut: null }
}

export function warning(check: string, message: string, wayOut: string): Finding {
  return { check, state: 'warning', message, wayOut }
}

export function broken(check: string, message: string, wayOut: string): Finding {
  return { check, state: 'broken', message, wayOut }
}
