/** What happens in a devnet, told to whoever started it. */

import type { Fault } from '../config/fault.ts'
import type { ProcessDeath } from './process-table.ts'

export type DevnetEvent =
  /** The first. */
  | { readonly type: 'starting'; readonly validators: number; readonly rollups: number }
  | { readonly type: 'l1-ready'; readonly rpcUrl: string; readonly chainId: number }
  | { readonly type: 'validator-ready'; readonly process: string; readonly pid: number }
  | { readonly type: 'rollup-appeared'; readonly name: string; readonly rpcUrl: string }
  | ({ readonly type: 'process-died' } & ProcessDeath)
  /** A fault was carried out, or undone. */
  | { readonly type: 'fault'; readonly fault: Fault }
  /** Something that people should know and that stops nothing. */
  | { readonly type: 'warning'; readonly message: string }
