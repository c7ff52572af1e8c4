/**
 * Changes of the validators, with which somebody who knows those of the genesis gets to know those of today: each is proven by the state after
 * a block that validators known before have certified.
 */

import type { ByteReader, ByteWriter } from '../primitives/codec.ts'
import { type Epoch, epoch, type Height, height } from '../primitives/ids.ts'
import { setKey } from './keys.ts'
import { createStateProof, type StateProof } from './state-proof.ts'
import type { StateTrie } from './state-trie.ts'

/** That the validators of `epoch`, or their weights, aren't those of the one before. */
export interface SetChange {
  readonly epoch: Epoch
  /** Of the Beacon block after which the state has the set. */
  readonly height: Height
  readonly proof: StateProof
}

/** To be made at once: states of the past aren't kept. */
export function proveSetChange(trie: StateTrie, of: Epoch, at: Height): SetChange {
  return { epoch: of, height: at, proof: createStateProof(trie, setKey(of))! }
}

export function writeSetChange(writer: ByteWriter, change: SetChange): ByteWriter {
  const { key, value, nodes } = change.proof
  return writer
    .u32(change.epoch)
    .u64(change.height)
    .text(key)
    .bytes(value)
    .list(nodes, (to, node) => to.bytes(node))
}

/** Bounded by its input. */
export function readSetChange(reader: ByteReader): SetChange {
  return {
    epoch: epoch(reader.u32()),
    height: height(reader.u64()),
    proof: {
      key: reader.text(Infinity),
      value: reader.bytes(Infinity),
      nodes: reader.list(Infinity, (from) => from.bytes(Infinity)),
    },
  }
}
