/** What this machine takes for the operations that blocks are made of: figures of other machines are compared by these first. */

import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBlsScheme, createVoteSigner } from '../src/platform/bls.ts'
import { median } from './statistics.ts'
import type { Table } from './table.ts'

const SEATS = 5
const QUORUM = 4
const REPEATS = 200
/** About as much as a vote and its block's record take. */
const RECORD = Buffer.alloc(512, 1)

export async function measureParts(): Promise<Table[]> {
  const scheme = createBlsScheme()
  const signers = Array.from({ length: SEATS }, (_, seat) =>
    createVoteSigner(new Uint8Array(32).fill(seat + 1)),
  )
  const message = new Uint8Array(32).fill(7)
  const keys = signers.slice(0, QUORUM).map(({ publicKey }) => publicKey)
  const aggregate = scheme.aggregate(signers.slice(0, QUORUM).map((signer) => signer.sign(message)))!
  const signMs = medianMs(() => signers[0]!.sign(message))
  const verifyMs = medianMs(() => {
    if (!scheme.verifyAggregate(keys, message, aggregate)) throw new Error('the aggregate does not hold')
  })
  const floorMs = SEATS * 2 * (signMs + verifyMs)
  return [
    {
      title: 'The parts',
      command: 'npm run bench -- parts',
      columns: ['', 'median ms'],
      rows: [
        ['BLS signature of a vote', signMs.toFixed(2)],
        [`BLS verification of a certificate by ${QUORUM}`, verifyMs.toFixed(2)],
        [`write and fdatasync of ${RECORD.length} B`, syncMs().toFixed(2)],
        [`CPU for the signatures of one block of ${SEATS} seats`, floorMs.toFixed(1)],
      ],
      notes: [
        'each seat signs twice (N, F) and verifies two certificates for a block; the last row is their sum',
      ],
    },
  ]
}

function syncMs(): number {
  const folder = mkdtempSync(join(tmpdir(), 'beacon-bench-'))
  const file = openSync(join(folder, 'log'), 'a')
  try {
    return medianMs(() => {
      writeSync(file, RECORD)
      fdatasyncSync(file)
    })
  } finally {
    closeSync(file)
    rmSync(folder, { recursive: true })
  }
}

function medianMs(operation: () => void): number {
  const times = Array.from({ length: REPEATS }, () => {
    const startedAt = performance.now()
    operation()
    return performance.now() - startedAt
  })
  return median(times)
}
