/** Sends load to a rollup, and keeps what the rollup has promised. */

import type { TestDevnet, TestRollup } from 'beaconlayer/testing'

/** A transaction that two thirds of a rollup's committee have signed into a block. */
export interface Confirmed {
  readonly hash: string
  readonly blockHash: string
  /** From sending it to its confirmation. */
  readonly tookMs: number
}

export interface LoadOptions {
  readonly count: number
  /** Each confirmation must be there within this time. */
  readonly timeoutMs: number
}

/** Sends `count` transfers, none waiting for the confirmation of another; resolves when all are confirmed. */
export async function sendTransfers(
  devnet: TestDevnet,
  rollup: TestRollup,
  { count, timeoutMs }: LoadOptions,
): Promise<Confirmed[]> {
  const signer = rollup.signer()
  const to = devnet.accounts[1].address
  const sent: { hash: string; sentAt: number }[] = []
  for (let i = 0; i < count; i++) {
    const sentAt = Date.now()
    const { hash } = await signer.sendTransaction({ to, value: 1n })
    sent.push({ hash, sentAt })
  }
  const confirmed: Confirmed[] = []
  for (const { hash, sentAt } of sent) {
    // When that happened, which may be long before it is asked for.
    const { at } = await devnet.waitFor(hash, 'soft', { timeoutMs })
    const blockHash = await fetchBlockHash(rollup, hash)
    confirmed.push({ hash, blockHash: blockHash ?? 'none', tookMs: (at ?? Date.now()) - sentAt })
  }
  return confirmed
}

/** Those that are not where they were confirmed: there must be none, ever. */
export async function findLost(rollup: TestRollup, confirmed: readonly Confirmed[]): Promise<Confirmed[]> {
  const blocks = await Promise.all(confirmed.map(({ hash }) => fetchBlockHash(rollup, hash)))
  return confirmed.filter(({ blockHash }, i) => blockHash !== blocks[i])
}

async function fetchBlockHash(rollup: TestRollup, hash: string): Promise<string | null> {
  const receipt = await rollup.request<{ blockHash: string } | null>({
    method: 'eth_getTransactionReceipt',
    params: [hash],
  })
  return receipt?.blockHash ?? null
}
