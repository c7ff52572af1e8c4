/** When a stretch of final blocks arrives that we asked for: one F certificate and the hashes down from it prove all of it. */

import type { Block } from './block.ts'
import { acceptCertificate } from './certificates.ts'
import { type Header, headerDigest } from './header.ts'
import { matchesPayloadRoot } from './inspect.ts'
import type { ChainResponse, PeerKey } from './message.ts'
import { mute, type Turn } from './turn.ts'

export function onChainResponse(turn: Turn, from: PeerKey, response: ChainResponse): void {
  const { state } = turn
  if (state.chainFetch?.peer !== from) return
  const { blocks, headers, certificate } = response
  const first = blocks[0]
  if (first === undefined || certificate.view <= state.final.view) return
  if (!isChain(blocks, headers, response) || !acceptCertificate(turn, certificate, from)) {
    mute(turn, from)
    return
  }
  // The certificate that we hold of that view may be of another block only if a third of the weight has cheated.
  if (state.rounds.get(certificate.view)?.certificates.F?.digest !== certificate.digest) return
  for (const block of blocks) keepFinal(turn, block)
  for (const header of headers) keepHeader(turn, header)
  state.chainFetch = null
  state.chainSource = from
}

/** Each block is the parent of the next, bodies match their headers, and the certificate is of the last. */
function isChain(
  blocks: readonly Block[],
  headers: readonly Header[],
  { certificate }: ChainResponse,
): boolean {
  if (certificate.kind !== 'F') return false
  let tip: { digest: string; height: number } | null = null
  const links = [
    ...blocks.map(({ header, digest }) => ({ header, digest })),
    ...headers.map((header) => ({ header, digest: headerDigest(header) })),
  ]
  for (const { header, digest } of links) {
    if (tip !== null && (header.parent !== tip.digest || header.height !== tip.height + 1)) return false
    tip = { digest, height: header.height }
  }
  return tip?.digest === certificate.digest && blocks.every(matchesPayloadRoot)
}

function keepFinal(turn: Turn, block: Block): void {
  const { blocks, final } = turn.state
  if (block.header.height <= final.block.header.height) return
  keepHeader(turn, block.header, block.digest)
  if (!blocks.has(block.digest)) blocks.set(block.digest, { block, execution: 'none', logged: false })
}

function keepHeader({ state }: Turn, header: Header, digest = headerDigest(header)): void {
  if (header.height > state.final.block.header.height) state.ancestry.set(digest, header)
}
