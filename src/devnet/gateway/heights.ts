/** Which height an answer shows to a client: what the gateway must not fall behind after a change of backend. Pure. */

import type { Call } from './messages.ts'

/** How one kind of chain is asked for its head, and where its answers show heights. */
export interface HeightRules {
  readonly head: { readonly method: string; readonly params: readonly unknown[] }
  /** Paths in a result by method; a path of no steps is the result itself. */
  readonly shown: Readonly<Record<string, readonly (readonly string[])[]>>
}

export const ROLLUP_HEIGHTS: HeightRules = {
  head: { method: 'eth_blockNumber', params: [] },
  shown: {
    eth_blockNumber: [[]],
    eth_getBlockByNumber: [['number']],
    eth_getBlockByHash: [['number']],
    eth_getTransactionByHash: [['blockNumber']],
    eth_getTransactionReceipt: [['blockNumber']],
    eth_sendRawTransactionSync: [['blockNumber']],
    soft_getHeads: [['soft', 'number']],
  },
}

export const BEACON_HEIGHTS: HeightRules = {
  head: { method: 'eth_blockNumber', params: [] },
  shown: {
    eth_blockNumber: [[]],
    beacon_getStatus: [['head', 'height']],
    beacon_getHeader: [['height']],
    beacon_getBlock: [['height']],
    beacon_getActionReceipt: [['height']],
    beacon_getRecord: [['beacon', 'height']],
  },
}

/** The height that `result` shows, or 0. Heights of pending blocks don't count: those blocks may vanish. */
export function heightShown(
  rules: HeightRules,
  call: Pick<Call, 'method' | 'params'>,
  result: unknown,
): number {
  const paths = Object.hasOwn(rules.shown, call.method) ? rules.shown[call.method]! : []
  if (call.params[0] === 'pending') return 0
  for (const path of paths) {
    const height = toHeight(
      path.reduce<unknown>((value, step) => (value as Record<string, unknown>)?.[step], result),
    )
    if (height !== null) return height
  }
  return 0
}

export function showsHeight(rules: HeightRules, call: Pick<Call, 'method'>): boolean {
  return Object.hasOwn(rules.shown, call.method)
}

function toHeight(value: unknown): number | null {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  if (typeof value === 'string' && /^0x[0-9a-f]{1,13}$/.test(value)) return Number(value)
  return null
}
