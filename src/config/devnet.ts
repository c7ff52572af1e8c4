/** The section of one devnet: what `beacon devnet up` can be told, with the same defaults. */

import * as z from 'zod'
import { EPOCH_LENGTH_MAX, EPOCH_LENGTH_MIN } from '../beacon/params.ts'
import { nonEmptyText } from '../primitives/bounded.ts'
import { SEQUENCERS_MIN } from '../primitives/rollup-spec.ts'
import { type FaultStep, faultStepsSchema, processesIn } from './fault-steps.ts'
import {
  DEVNET_PORTS,
  DEVNET_PRESETS,
  DEVNET_VALIDATORS_MAX,
  type DevnetPorts,
  type DevnetPreset,
} from './limits.ts'
import { type ResolvedRollup, type RollupUserConfig, rollupSchema } from './rollup.ts'

export interface DevnetUserConfig {
  /** How many, 5 to 50; 7 if left out. Each is a process. */
  readonly validators?: number
  /** What keys, stakes and the genesis follow from; 'beacon' if left out. */
  readonly seed?: string
  /** Times as at a desk ('fast', which is the default), or as in the world. */
  readonly preset?: DevnetPreset
  /** Beacon blocks of an epoch, after which committees change; as the preset has it if left out. */
  readonly epochBlocks?: number
  /** L1 8545, Beacon Layer 7545, rollups from 9545 ('fixed', the default of the devnet `default`); or whatever is free. */
  readonly ports?: DevnetPorts
  /** 'anvil' (the default), 'none', or the URL of an Ethereum node. */
  readonly l1?: string
  /** Of its genesis. */
  readonly rollups?: readonly RollupUserConfig[]
  /** What `beacon run faults` does to it, and expects of it. */
  readonly faults?: readonly FaultStep[]
}

export interface ResolvedDevnet {
  readonly name: string
  readonly validators: number
  readonly seed: string
  readonly preset: DevnetPreset
  /** Null: as the preset has it. */
  readonly epochBlocks: number | null
  readonly ports: DevnetPorts
  readonly l1: string
  readonly rollups: readonly ResolvedRollup[]
  readonly faults: readonly FaultStep[]
}

const range = `a devnet has ${SEQUENCERS_MIN} to ${DEVNET_VALIDATORS_MAX} validators`

const schema = z.strictObject({
  validators: z.int().min(SEQUENCERS_MIN, range).max(DEVNET_VALIDATORS_MAX, range).default(7),
  seed: nonEmptyText.default('beacon'),
  preset: z.enum(DEVNET_PRESETS).default('fast'),
  epochBlocks: z
    .int()
    .min(EPOCH_LENGTH_MIN, `an epoch has at least ${EPOCH_LENGTH_MIN} Beacon blocks`)
    .max(EPOCH_LENGTH_MAX, `an epoch has at most ${EPOCH_LENGTH_MAX} Beacon blocks`)
    .optional(),
  ports: z.enum(DEVNET_PORTS).optional(),
  l1: z
    .string()
    .refine(isL1, "an L1 is 'anvil', 'none', or the http(s) URL of an Ethereum node")
    .default('anvil'),
  rollups: z.array(rollupSchema).default([]),
  faults: faultStepsSchema.default([]),
})

/** The name of a validator's process. */
const VALIDATOR = /^validator-(0|[1-9]\d{0,5})$/

export const DEVNET_KEYS = Object.keys(schema.shape)

/** Of the devnet `name`. */
export function devnetSchema(name: string): z.ZodType<ResolvedDevnet, DevnetUserConfig> {
  return schema
    .superRefine(checkRollups)
    .superRefine(checkFaults)
    .transform((devnet) => ({
      name,
      ...devnet,
      epochBlocks: devnet.epochBlocks ?? null,
      // Others share the machine with the devnet `default`, and so don't take its ports.
      ports: devnet.ports ?? (name === 'default' ? 'fixed' : 'auto'),
    }))
}

/** What rollups must be to one another and to their devnet. */
function checkRollups({ validators, rollups }: z.output<typeof schema>, context: z.RefinementCtx): void {
  for (const [i, { name, chainId, sequencers }] of rollups.entries()) {
    const refuse = (key: string, message: string) =>
      context.addIssue({ code: 'custom', path: ['rollups', i, key], message })
    const earlier = rollups.slice(0, i)
    if (earlier.some((other) => other.name === name)) refuse('name', `there is a rollup '${name}' already`)
    if (chainId !== null && earlier.some((other) => other.chainId === chainId)) {
      refuse('chainId', `chain id ${chainId} is given twice`)
    }
    if (sequencers > validators) {
      refuse('sequencers', `${sequencers} sequencers need as many validators, and there are ${validators}`)
    }
  }
}

/** They are carried out by name. */
function checkFaults({ validators, faults }: z.output<typeof schema>, context: z.RefinementCtx): void {
  // As many as are said may be more than there can be, which is a problem of its own.
  const isThere = (name: string) => name === 'l1' || Number(VALIDATOR.exec(name)?.[1]) < validators
  for (const { name, path } of processesIn(faults)) {
    if (isThere(name)) continue
    const message = `there is no process '${name}': it has l1, and validator-0 to validator-${validators - 1}`
    context.addIssue({ code: 'custom', path: ['faults', ...path], message })
  }
}

function isL1(text: string): boolean {
  if (text === 'anvil' || text === 'none') return true
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}
