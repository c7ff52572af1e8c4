/** What a person can say about a devnet; everything has a default. The resolved form is kept in config.json, so that `up` resumes it. */

import { isIP } from 'node:net'
import * as z from 'zod'
import { EPOCH_LENGTH_MAX, EPOCH_LENGTH_MIN } from '../beacon/params.ts'
import { DEVNET_PORTS, DEVNET_PRESETS, DEVNET_VALIDATORS_MAX } from '../config/limits.ts'
import { defineError } from '../errors/beacon-error.ts'
import { ROLLUP_NAME, SEQUENCERS_MIN, VM_NAMES } from '../primitives/rollup-spec.ts'
import { type DevnetFolder, FILE_DAMAGED, readJsonFile } from './folder.ts'

/** A rollup of the genesis; what is left out is as devnet/rollup-defaults.ts has it. */
const genesisRollupSchema = z.strictObject({
  name: z.string(),
  sequencers: z.int().optional(),
  vm: z.enum(VM_NAMES).optional(),
  chainId: z.int().optional(),
  blockTimeMs: z.int().optional(),
  heartbeatMs: z.int().optional(),
  gasLimit: z.int().optional(),
  /** Wei of the Beacon token, decimal. */
  minStake: z
    .string()
    .regex(/^\d{1,38}$/)
    .optional(),
  /** From genesis on, after which it ends by itself. */
  lifetimeMs: z.int().positive().optional(),
})

const rollupsSchema = z.array(
  z.preprocess((value) => (typeof value === 'string' ? { name: value } : value), genesisRollupSchema),
)

export type GenesisRollup = Readonly<z.infer<typeof genesisRollupSchema>>

/** 70,000 years: further on, times would be more than numbers hold. */
const TIME_AHEAD_MS_MAX = 2 ** 51

export const addedValidatorSchema = z.strictObject({
  /** In the registry. */
  index: z.int().nonnegative(),
  /** Which of the seed's keys it has. */
  key: z.int().nonnegative(),
  /** What it registered with, in wei, decimal. */
  stake: z.string().regex(/^\d{1,38}$/),
})

export type AddedValidator = Readonly<z.infer<typeof addedValidatorSchema>>

const LOOPBACK = '127.0.0.1'

const optionsSchema = z.strictObject({
  schemaVersion: z.literal(1),
  name: z.string(),
  validators: z.int(),
  seed: z.string(),
  preset: z.enum(DEVNET_PRESETS),
  /** Beacon blocks of an epoch; null is as the preset has it. */
  epochBlocks: z.int().nullable().default(null),
  /** Rollups of the genesis. */
  rollups: rollupsSchema,
  ports: z.enum(DEVNET_PORTS),
  /** 'anvil', 'none', or the RPC URL of another L1. */
  l1: z.string(),
  /** Where validators listen for peers: only on request where other machines get there. */
  peerHost: z.string().default(LOOPBACK),
  /** Validators that were added since, by \`validator add\`; never said. */
  added: z.array(addedValidatorSchema).default([]),
  /** How far the chains' time is before the machine's: moved by `devnet warp`, never said. */
  timeAheadMs: z.int().min(0).max(TIME_AHEAD_MS_MAX).default(0),
})

export type DevnetOptions = Readonly<z.infer<typeof optionsSchema>>

/** What was said; a rollup may be just a name. */
export type GivenOptions = Partial<Omit<DevnetOptions, 'rollups' | 'added' | 'timeAheadMs'>> & {
  readonly rollups?: readonly (string | GenesisRollup)[]
}

export const VALIDATORS_OUT_OF_RANGE = defineError<{ validators: number }>({
  code: 'D501',
  name: 'VALIDATORS_OUT_OF_RANGE',
  kind: 'user',
  message: ({ validators }) => `a devnet can't have ${validators} validators`,
  hint: () =>
    `choose ${SEQUENCERS_MIN} to ${DEVNET_VALIDATORS_MAX}: a committee needs ${SEQUENCERS_MIN} different validators`,
})

export const EPOCH_OUT_OF_RANGE = defineError<{ blocks: number }>({
  code: 'D507',
  name: 'EPOCH_OUT_OF_RANGE',
  kind: 'user',
  message: ({ blocks }) => `an epoch can't have ${blocks} Beacon blocks`,
  hint: () => `choose ${EPOCH_LENGTH_MIN} to ${EPOCH_LENGTH_MAX}`,
})

export const ROLLUP_NAME_INVALID = defineError<{ name: string; reason: string }>({
  code: 'D502',
  name: 'ROLLUP_NAME_INVALID',
  kind: 'user',
  message: ({ name, reason }) => `'${name}' can't name a rollup: ${reason}`,
  hint: () => 'use up to 32 lower-case letters, digits and dashes, starting with a letter, each name once',
})

export const ROLLUPS_MALFORMED = defineError<{ reason: string }>({
  code: 'D508',
  name: 'ROLLUPS_MALFORMED',
  kind: 'user',
  message: ({ reason }) => `the rollups of the genesis can't be understood: ${reason}`,
  hint: () => 'each is a name, or an object with `name` and for example `sequencers` and `blockTimeMs`',
})

export const L1_INVALID = defineError<{ l1: string }>({
  code: 'D503',
  name: 'L1_INVALID',
  kind: 'user',
  message: ({ l1 }) => `'${l1}' is no L1`,
  hint: () => "pass 'anvil', 'none', or the http(s) URL of an Ethereum node",
})

export const PEER_HOST_INVALID = defineError<{ host: string }>({
  code: 'D510',
  name: 'PEER_HOST_INVALID',
  kind: 'user',
  message: ({ host }) => `validators can't be reached at '${host}'`,
  hint: () => 'name one IP address of this machine, as other machines reach it',
})

export const OPTIONS_CONFLICT = defineError<{ name: string; differing: string }>({
  code: 'D504',
  name: 'OPTIONS_CONFLICT',
  kind: 'user',
  message: ({ name, differing }) => `devnet '${name}' exists with other settings: ${differing}`,
  hint: () => 'leave those flags out to resume it, pass --fresh to make it anew, or choose another --name',
})

/** Checks `given` and fills in the rest. */
export function resolveOptions(name: string, given: GivenOptions): DevnetOptions {
  const options: DevnetOptions = {
    schemaVersion: 1,
    name,
    validators: given.validators ?? 7,
    seed: given.seed ?? 'beacon',
    preset: given.preset ?? 'fast',
    epochBlocks: given.epochBlocks ?? null,
    rollups: normalizeRollups(given.rollups ?? []),
    ports: given.ports ?? defaultPorts(name),
    l1: given.l1 ?? 'anvil',
    peerHost: given.peerHost ?? LOOPBACK,
    added: [],
    timeAheadMs: 0,
  }
  checkOptions(options)
  return options
}

/** The options of the devnet in `folder`, none of which `given` may contradict, but for where it listens; null if there is no devnet. */
export function storedOptions(folder: DevnetFolder, given: GivenOptions): DevnetOptions | null {
  const value = readJsonFile(folder.configFile)
  if (value === undefined) return null
  const stored = parseOptions(folder.configFile, value)
  const differing = describeDifferences(stored, given)
  if (differing !== null) throw OPTIONS_CONFLICT({ name: folder.name, differing })
  return { ...stored, ports: given.ports ?? stored.ports, peerHost: given.peerHost ?? stored.peerHost }
}

/** Of a devnet's config.json, which errors call `path`. */
export function parseOptions(path: string, value: unknown): DevnetOptions {
  const parsed = optionsSchema.safeParse(value)
  if (!parsed.success) throw FILE_DAMAGED({ path, reason: z.prettifyError(parsed.error) })
  checkOptions(parsed.data)
  return parsed.data
}

/** Devnets other than `default` share the machine with it, and so don't take its ports. */
export function defaultPorts(name: string): DevnetOptions['ports'] {
  return name === 'default' ? 'fixed' : 'auto'
}

/** What of `given` is stored otherwise, as in "validators is 7"; null if nothing is. Where it listens may change from run to run. */
export function describeDifferences(stored: DevnetOptions, given: GivenOptions): string | null {
  const wishes = given.rollups ? { ...given, rollups: normalizeRollups(given.rollups) } : given
  const differing = Object.entries(wishes).filter(
    ([key, wanted]) =>
      !['ports', 'peerHost'].includes(key) && !sameJson(wanted, stored[key as keyof DevnetOptions]),
  )
  const texts = differing.map(([key]) => `${key} is ${JSON.stringify(stored[key as keyof DevnetOptions])}`)
  return texts.length === 0 ? null : texts.join(', ')
}

function checkOptions({ validators, epochBlocks, rollups, l1, peerHost }: DevnetOptions): void {
  if (!Number.isInteger(validators) || validators < SEQUENCERS_MIN || validators > DEVNET_VALIDATORS_MAX) {
    throw VALIDATORS_OUT_OF_RANGE({ validators })
  }
  if (epochBlocks !== null && !isEpochLength(epochBlocks)) throw EPOCH_OUT_OF_RANGE({ blocks: epochBlocks })
  const names = rollups.map(({ name }) => name)
  for (const [i, name] of names.entries()) {
    if (!ROLLUP_NAME.test(name))
      throw ROLLUP_NAME_INVALID({ name, reason: 'it has other characters, or too many' })
    if (names.indexOf(name) !== i) throw ROLLUP_NAME_INVALID({ name, reason: 'it is given twice' })
  }
  checkPeerHost(peerHost)
  if (l1 !== 'anvil' && l1 !== 'none' && !isHttpUrl(l1)) throw L1_INVALID({ l1 })
}

function isEpochLength(blocks: number): boolean {
  return Number.isInteger(blocks) && blocks >= EPOCH_LENGTH_MIN && blocks <= EPOCH_LENGTH_MAX
}

/** With their fields in one order, so that they can be compared. */
function normalizeRollups(given: NonNullable<GivenOptions['rollups']>): GenesisRollup[] {
  const parsed = rollupsSchema.safeParse(given)
  if (!parsed.success) throw ROLLUPS_MALFORMED({ reason: z.prettifyError(parsed.error) })
  return parsed.data
}

/** Throws PEER_HOST_INVALID unless others can be told it: it isn't "all addresses of this machine". */
export function checkPeerHost(host: string): void {
  if (isIP(host) === 0 || /^[0:.]+$/.test(host)) throw PEER_HOST_INVALID({ host })
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
