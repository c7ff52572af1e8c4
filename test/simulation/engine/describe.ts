/** Messages and records of the log in a few words, for traces. */

import type { Block } from '../../../src/consensus/block.ts'
import { decodeMessage } from '../../../src/consensus/message.ts'
import type { Certificate, Vote } from '../../../src/consensus/vote.ts'
import { decodeWalRecord } from '../../../src/consensus/wal.ts'
import type { Hex } from '../../../src/primitives/bytes.ts'

export function describeMessage(bytes: Uint8Array): string {
  try {
    return describe(bytes)
  } catch {
    return `garbage of ${bytes.length} bytes`
  }
}

/** What a node has signed, or learnt, and made durable. */
export function describeRecord(bytes: Uint8Array): string {
  const record = decodeWalRecord(bytes)
  switch (record.type) {
    case 'vote':
      return `signs ${record.kind} in view ${record.view}${record.kind === 'X' ? '' : ` for ${short(record.digest)}`}`
    case 'certificate':
      return `has ${describeCertificate(record.certificate)}`
    case 'block':
      return `logs ${describeBlock(record.block)}`
  }
}

export function describeBlock({ header, digest }: Block): string {
  return `block ${header.height} of view ${header.view} on view ${header.parentView} (${short(digest)})`
}

export function short(digest: Hex): string {
  return digest.slice(2, 10)
}

function describe(bytes: Uint8Array): string {
  const message = decodeMessage(bytes)
  switch (message.type) {
    case 'proposal': {
      const { block, vote, certificates } = message
      const shown = certificates.map(({ kind, view }) => `${kind}${view}`).join(' ')
      return `proposal for view ${vote.view}: ${describeBlock(block)}, with ${shown || 'no certificates'}`
    }
    case 'vote':
      return describeVote(message.vote)
    case 'certificate':
      return describeCertificate(message.certificate)
    case 'need':
      return `needs view ${message.view}${message.digest === null ? '' : `, block ${short(message.digest)}`}`
    case 'block':
      return describeBlock(message.block)
    case 'chainRequest':
      return `asks for blocks from ${message.fromHeight} on`
    case 'chainResponse':
      return `${message.blocks.length} blocks and ${message.headers.length} headers, up to ${describeCertificate(message.certificate)}`
  }
}

function describeVote({ kind, view, digest, signer }: Vote): string {
  return `vote ${kind} in view ${view} by seat ${signer}${kind === 'X' ? '' : ` for ${short(digest)}`}`
}

function describeCertificate({ kind, view, digest, bitmap }: Certificate): string {
  const seats = [...bitmap].flatMap((byte, at) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => byte & (1 << bit)).map((bit) => 8 * at + bit),
  )
  return `certificate ${kind} of view ${view} by ${seats}${kind === 'X' ? '' : ` for ${short(digest)}`}`
}
