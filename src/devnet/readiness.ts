/** A network is up when its chains move: each is asked for its head until one block has come. Never by waiting a while. */

import { setTimeout as delay } from 'node:timers/promises'
import { defineError } from '../errors/beacon-error.ts'

export interface MovingChain {
  /** As in "the Beacon Layer". */
  readonly chain: string
  /** Height of its head; rejects while nobody answers. */
  head(): Promise<number>
}

export const CHAIN_NOT_MOVING = defineError<{ chain: string; timeoutMs: number; head: number | null }>({
  code: 'D104',
  name: 'CHAIN_NOT_MOVING',
  kind: 'environment',
  message: ({ chain, timeoutMs, head }) =>
    head === null
      ? `nobody answered for ${chain} within ${timeoutMs} ms`
      : `${chain} made no block after ${head} within ${timeoutMs} ms`,
  hint: () =>
    'look at the logs of the validators; a busy machine may need a longer --timeout or fewer --validators',
})

const POLL_MS = 20

/** Resolves once the chain has made a block: its first one if it is `fresh`, else one more than the first answer shows. */
export async function waitForBlock(moving: MovingChain, fresh: boolean, timeoutMs: number): Promise<void> {
  let first: number | null = null
  await poll(moving, timeoutMs, (height) => {
    first ??= fresh ? 0 : height
    return height > first
  })
}

/** Resolves once somebody answers for the chain. */
export function waitForAnswer(moving: MovingChain, timeoutMs: number): Promise<void> {
  return poll(moving, timeoutMs, () => true)
}

async function poll(
  moving: MovingChain,
  timeoutMs: number,
  isEnough: (height: number) => boolean,
): Promise<void> {
  const deadline = Date.now() + timeoutMs
  let head: number | null = null
  while (Date.now() < deadline) {
    const height = await moving.head().catch(() => null)
    if (height !== null && isEnough(height)) return
    head = height ?? head
    await delay(POLL_MS)
  }
  throw CHAIN_NOT_MOVING({ chain: moving.chain, timeoutMs, head })
}
