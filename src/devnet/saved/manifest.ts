/**
 * A saved network: a folder with manifest.json, which names every other file in it with its size and hash, and `network/`, the files of the
 * devnet themselves. Keys aren't among them: they follow from the seed.
 */

import * as z from 'zod'
import { positionsSchema } from '../../beacon/genesis-json.ts'
import { defineError } from '../../errors/beacon-error.ts'
import type { ChainPosition } from '../../primitives/forks.ts'
import { CLIENT_VERSION } from '../../primitives/version.ts'

/** Raised when stores, genesis or this file change in a way that older or newer versions of beacon can't read. 2: validators can be slashed. */
export const FORMAT_VERSION = 4

const FILES_MAX = 200_000
const whole = z.int().min(0)

const manifestSchema = z.strictObject({
  formatVersion: z.literal(FORMAT_VERSION),
  /** What wrote it, as in "beacon/0.1.0". */
  writtenBy: z.string(),
  /** The devnet's. */
  name: z.string(),
  /** Unix ms. */
  savedAt: whole,
  genesisHash: z.string(),
  /** How far each chain had come; the next fork begins there. */
  positions: positionsSchema,
  /** By path in `network/`, with slashes. */
  files: z
    .record(z.string(), z.strictObject({ bytes: whole, sha256: z.string().regex(/^[0-9a-f]{64}$/) }))
    .refine((files) => Object.keys(files).length <= FILES_MAX, 'too many files'),
})

export type Manifest = z.infer<typeof manifestSchema>
export type SavedFile = Manifest['files'][string]

export const MANIFEST_FILE = 'manifest.json'
export const NETWORK_FOLDER = 'network'

export const SAVED_TOO_NEW = defineError<{ path: string; found: number; writtenBy: string }>({
  code: 'D601',
  name: 'SAVED_TOO_NEW',
  kind: 'user',
  message: ({ path, found, writtenBy }) =>
    `${path} has format ${found} (by ${writtenBy}), and this version of beacon reads formats up to ${FORMAT_VERSION}`,
  hint: () => 'load it with the version that saved it, or a newer one',
})

export const SAVED_TOO_OLD = defineError<{ path: string; found: number; writtenBy: string }>({
  code: 'D610',
  name: 'SAVED_TOO_OLD',
  kind: 'user',
  message: ({ path, found, writtenBy }) =>
    `${path} has format ${found} (by ${writtenBy}); since format ${FORMAT_VERSION} the Beacon Layer's state has other entries, which can't be made up`,
  hint: () => 'load it with the version that saved it, or make the network anew and save that',
})

export const SAVED_DAMAGED = defineError<{ path: string; reason: string }>({
  code: 'D602',
  name: 'SAVED_DAMAGED',
  kind: 'user',
  message: ({ path, reason }) => `${path} can't be loaded: ${reason}`,
  hint: () => 'get the file again, or save the network anew with `beacon devnet save`',
})

export function createManifest(
  name: string,
  genesisHash: string,
  positions: readonly ChainPosition[],
  files: Readonly<Record<string, SavedFile>>,
): Manifest {
  return {
    formatVersion: FORMAT_VERSION,
    writtenBy: CLIENT_VERSION,
    name,
    savedAt: Date.now(),
    genesisHash,
    positions: [...positions],
    files: { ...files },
  }
}

/** Throws SAVED_TOO_NEW, SAVED_TOO_OLD or SAVED_DAMAGED; `path` is what they name. */
export function parseManifest(path: string, text: string): Manifest {
  const value = parseJson(path, text)
  const { formatVersion, writtenBy } = value
  if (typeof formatVersion === 'number' && formatVersion !== FORMAT_VERSION) {
    const refuse = formatVersion > FORMAT_VERSION ? SAVED_TOO_NEW : SAVED_TOO_OLD
    const writer = typeof writtenBy === 'string' ? writtenBy : 'an unknown version'
    throw refuse({ path, found: formatVersion, writtenBy: writer })
  }
  const parsed = manifestSchema.safeParse(value)
  if (!parsed.success) {
    throw SAVED_DAMAGED({ path, reason: `its ${MANIFEST_FILE}: ${z.prettifyError(parsed.error)}` })
  }
  return parsed.data
}

function parseJson(path: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // Told below.
  }
  throw SAVED_DAMAGED({ path, reason: `its ${MANIFEST_FILE} is no JSON object` })
}
