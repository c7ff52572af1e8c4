/** The answer of beacon_getElectionProof, read by whoever wants to check it: shapes and bounds only, nothing is believed. */

import { z } from 'zod'
import { type Header, readHeader } from '../consensus/header.ts'
import { type Certificate, readCertificate } from '../consensus/vote.ts'
import { fromHex, type Hex, isHex } from '../primitives/bytes.ts'
import { decodeExactly } from '../primitives/codec.ts'
import { epoch, rollupId } from '../primitives/ids.ts'
import { PROOF_NODES_MAX } from '../state/proof.ts'
import type { ElectionProof } from './election-proof.ts'
import { VALIDATORS_MAX } from './staking/validator.ts'

/** A proof, and the header with its F certificate whose state root the proof is to be judged by. */
export interface CertifiedElectionProof {
  readonly header: Header
  readonly certificate: Certificate
  readonly proof: ElectionProof
}

const integer = z.int().min(0)
const amount = z
  .string()
  .regex(/^[0-9]{1,39}$/)
  .transform(BigInt)
const hash = z
  .string()
  .refine((value) => isHex(value, 32))
  .transform((value) => value.toLowerCase() as Hex)
const bytes = z
  .string()
  .refine((value) => isHex(value))
  .transform((value) => fromHex(value))
const encoded = z.object({ encoded: bytes })

const stateProof = z.object({ key: z.string(), value: bytes, nodes: z.array(bytes).max(PROOF_NODES_MAX) })
const seatProof = z.object({
  index: integer,
  keyHash: hash,
  weight: amount,
  path: z.array(z.object({ hash, sum: amount })).max(40),
})

const answer = z.object({
  header: encoded,
  certificate: encoded,
  proof: z.object({
    instance: z.object({
      rollup: integer.transform(rollupId),
      epoch: integer.transform(epoch),
      sub: integer,
    }),
    order: z.array(seatProof).max(VALIDATORS_MAX),
    committee: stateProof,
    rollup: stateProof,
    validatorSet: stateProof,
    seed: stateProof,
  }),
})

/** Throws a ZodError or a DecodeError. */
export function parseElectionProofJson(json: unknown): CertifiedElectionProof {
  const { header, certificate, proof } = answer.parse(json)
  return {
    header: decodeExactly(header.encoded, readHeader),
    certificate: decodeExactly(certificate.encoded, readCertificate),
    proof,
  }
}
