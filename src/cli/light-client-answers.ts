/** The form of what nodes answer to a light client: checked for its shape and bounds here, for its truth in light-client.ts. */

import * as z from 'zod'
import { JUSTIFICATION_MAX } from '../consensus/block.ts'
import { listOf } from '../primitives/bounded.ts'
import { fromHex, type Hex, isHex } from '../primitives/bytes.ts'
import { rollupId, epoch as toEpoch, view } from '../primitives/ids.ts'

const hex = z.custom<Hex>((value) => isHex(value))
const amount = z
  .string()
  .regex(/^\d{1,39}$/)
  .transform(BigInt)
const bytes = hex.transform((value) => fromHex(value))
export const encodedHeader = z.object({ encoded: hex })
export const certificate = z.object({ encoded: hex, headers: listOf(encodedHeader, 1_024) })
const stateProof = z.object({ key: z.string(), value: bytes, nodes: listOf(bytes, 129) })

export const electionAnswer = z.object({
  header: encodedHeader,
  certificate,
  proof: z.object({
    order: listOf(
      z.object({
        index: z.int(),
        keyHash: hex,
        weight: amount,
        path: listOf(z.object({ hash: hex, sum: amount }), 40),
      }),
      200,
    ),
    committee: stateProof,
    rollup: stateProof,
    validatorSet: stateProof,
    seed: stateProof,
    expelled: listOf(stateProof, 200),
  }),
})

export const setChanges = listOf(
  z.object({ epoch: z.int().transform(toEpoch), header: encodedHeader, certificate, proof: stateProof }),
  100,
)

const decodedCertificate = z.object({
  kind: z.enum(['N', 'X', 'F']),
  view: z.int().transform(view),
  digest: hex,
  bitmap: bytes,
  signature: bytes,
})

export const blockAnswer = encodedHeader.extend({
  actionsRoot: hex,
  recordsRoot: hex,
  evidenceRoot: hex,
  attendanceRoot: hex,
  receiptsRoot: hex,
  mix: hex,
  reveal: bytes,
  justification: listOf(decodedCertificate, JUSTIFICATION_MAX),
})

const id = z.int().transform(rollupId)
export const rollupAnswer = z.object({
  id,
  status: z
    .object({ instance: z.object({ rollup: id, epoch: z.int().transform(toEpoch), sub: z.int() }) })
    .nullable(),
})

export const recordAnswer = z.object({
  encoded: bytes,
  beacon: z.object({ height: z.int(), index: z.int(), proof: listOf(bytes, 129) }),
})
