/**
 * Proof that the Beacon Layer cut a rollup's chain: the entry of its state that says from which block a later instance was opened, under a
 * header that a quorum of the genesis validators made final. Soft confirmations above that block are void; nothing else excuses their loss.
 */

import { readFileSync } from 'node:fs'
import { networkOf } from '../../src/beacon/genesis.ts'
import { parseGenesisJson } from '../../src/beacon/genesis-json.ts'
import { openingKey } from '../../src/beacon/keys.ts'
import { beaconCommittee, firstSet } from '../../src/beacon/staking/validator-set.ts'
import { trieKey } from '../../src/beacon/state-trie.ts'
import { readInstanceGenesis } from '../../src/beacon/values.ts'
import { type Header, headerDigest, readHeader } from '../../src/consensus/header.ts'
import { readCertificate, verifyCertificate } from '../../src/consensus/vote.ts'
import { createPortableBlsScheme } from '../../src/platform/bls-portable.ts'
import { fromHex, type Hex } from '../../src/primitives/bytes.ts'
import { decodeExactly } from '../../src/primitives/codec.ts'
import { epoch, rollupId } from '../../src/primitives/ids.ts'
import { verifyProof } from '../../src/state/proof.ts'
import { call } from '../faults/network.ts'

export interface Opening {
  readonly epoch: number
  /** Of the last block that stays; 0 is the rollup's genesis. */
  readonly from: number
  /** Of the Beacon block whose state proves it. */
  readonly provenAt: number
}

interface Encoded {
  readonly encoded: Hex
}

interface ProofAnswer {
  readonly height: number
  readonly value: Hex
  readonly nodes: readonly Hex[]
}

/** The first instance after the block's own that was opened from below it; null if there is none. Throws if what a node says does not hold. */
export async function findOpening(
  beaconUrl: string,
  genesisFile: string,
  block: { readonly rollup: number; readonly epoch: number; readonly sub: number; readonly height: number },
): Promise<Opening | null> {
  const { epoch: present } = await call<{ epoch: number }>(beaconUrl, 'beacon_getStatus')
  // Only instances that were opened for want of a terminal block have an entry: of sub-epoch 1, as nobody is expelled in a soak.
  for (let next = block.sub === 0 ? block.epoch : block.epoch + 1; next <= present; next++) {
    const key = openingKey({ rollup: rollupId(block.rollup), epoch: epoch(next), sub: 1 })
    const proof = await call<ProofAnswer | null>(beaconUrl, 'beacon_getProof', [key])
    if (proof === null) continue
    const header = await fetchFinalHeader(beaconUrl, genesisFile, proof.height)
    const nodes = proof.nodes.map((node) => fromHex(node))
    const value = verifyProof(fromHex(header.stateRoot), trieKey(key), nodes)
    if (value === null) continue
    const from = decodeExactly(value, readInstanceGenesis)?.height ?? 0
    if (from < block.height) return { epoch: next, from, provenAt: proof.height }
  }
  return null
}

async function fetchFinalHeader(beaconUrl: string, genesisFile: string, height: number): Promise<Header> {
  const { encoded } = await call<Encoded>(beaconUrl, 'beacon_getHeader', [height])
  const covering = await call<Encoded & { headers: Encoded[] }>(beaconUrl, 'beacon_getCertificate', [height])
  const header = decodeExactly(fromHex(encoded), readHeader)
  const followers = covering.headers.map((one) => decodeExactly(fromHex(one.encoded), readHeader))
  const last = [header, ...followers].reduce((parent, next) => {
    if (next.parent !== headerDigest(parent)) throw new Error('a broken chain of Beacon headers')
    return next
  })
  const genesis = parseGenesisJson(JSON.parse(readFileSync(genesisFile, 'utf8')))
  const set = firstSet(genesis.validators, genesis.params.minStake)!
  const committee = beaconCommittee(networkOf(genesis), last.instance.epoch, set)
  const certificate = decodeExactly(fromHex(covering.encoded), readCertificate)
  const isFinal =
    certificate.kind === 'F' &&
    certificate.digest === headerDigest(last) &&
    verifyCertificate(committee, createPortableBlsScheme(), certificate)
  if (!isFinal) throw new Error(`the certificate over Beacon block ${height} is not valid`)
  return header
}
