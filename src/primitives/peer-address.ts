/** Where a peer listens, as people write it down and hand it on: `beacon://<network key>@host:port`. */

import type { Hex } from './bytes.ts'
import type { PeerAddress } from './process-messages.ts'

const SCHEME = 'beacon'
const FORM = /^beacon:\/\/([0-9a-f]{64})@(\[[0-9a-f:.]{2,45}\]|[a-z0-9][a-z0-9.-]{0,252}):([0-9]{1,5})$/i

/** An IPv6 host is in brackets, as in URLs. */
export function formatPeerAddress({ publicKey, host, port }: PeerAddress): string {
  return `${SCHEME}://${publicKey.slice(2)}@${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Null if it is no such address. */
export function parsePeerAddress(text: string): PeerAddress | null {
  const match = FORM.exec(text)
  if (match === null) return null
  const [, key, host, digits] = match as unknown as [string, string, string, string]
  const port = Number(digits)
  if (port < 1 || port > 0xffff) return null
  const publicKey: Hex = `0x${key.toLowerCase()}`
  return { publicKey, host: host.replace(/^\[|\]$/g, '').toLowerCase(), port }
}
