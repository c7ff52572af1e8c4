/** The section of one rollup of a devnet: what `beacon rollup create` can be told, with the same defaults. */

import * as z from 'zod'
import { BEACON_CHAIN_ID } from '../beacon/params.ts'
import { BLOCK_TIME_MS_MAX, isRollupChainId } from '../beacon/rollup-rules.ts'
import { parseDuration } from '../primitives/duration.ts'
import { DEFAULT_VM, ROLLUP_NAME, SEQUENCERS_MIN, VM_NAMES, type VmName } from '../primitives/rollup-spec.ts'
import { DEVNET_VALIDATORS_MAX } from './limits.ts'

export interface RollupUserConfig {
  /** Up to 32 lower-case letters, digits and dashes, starting with a letter. */
  readonly name: string
  /** Seats of its committee, 5 or more; 5 if left out. */
  readonly sequencers?: number
  /** What executes its transactions. */
  readonly vm?: VmName
  /** A block as soon as there is work ('instant', which is the default), or every so many ms. */
  readonly blockTime?: 'instant' | number
  /** EIP-155 chain id; the next free one from 7700001 if left out. */
  readonly chainId?: number
  /** In tokens, as in '32000' or '0.5': validators with less are not drawn. */
  readonly minStake?: string
  /** It ends by itself so long after its registration, as in '90s', '10m', '2h' or '1d'; never if left out. */
  readonly lifetime?: string
}

export interface ResolvedRollup {
  readonly name: string
  readonly sequencers: number
  readonly vm: VmName
  /** 0: a block as soon as there is work. */
  readonly blockTimeMs: number
  /** Null: the next free one. */
  readonly chainId: number | null
  readonly minStakeWei: bigint
  /** Null: it doesn't end by itself. */
  readonly lifetimeMs: number | null
}

const TOKEN_DECIMALS = 18

/** '0.5' of a token is half of 10^18 wei. */
const tokens = z
  .string("an amount of tokens is a text, as in '32000' or '0.5'")
  .regex(/^\d{1,18}(\.\d{1,18})?$/, "an amount of tokens is written as '32000' or '0.5'")
  .transform((text) => {
    const [whole, fraction = ''] = text.split('.')
    return BigInt(whole! + fraction.padEnd(TOKEN_DECIMALS, '0'))
  })

const duration = z
  .string("a duration is a text, as in '90s' or '10m'")
  .refine((text) => parseDuration(text) !== null, "a duration is written as '90s', '10m', '2h' or '1d'")
  .transform((text) => parseDuration(text)!)

const schema = z
  .strictObject({
    name: z
      .string()
      .regex(
        ROLLUP_NAME,
        'a name has up to 32 lower-case letters, digits and dashes, and starts with a letter',
      ),
    sequencers: z
      .int()
      .min(SEQUENCERS_MIN, `a committee needs ${SEQUENCERS_MIN} sequencers or more`)
      .max(DEVNET_VALIDATORS_MAX, `a devnet has at most ${DEVNET_VALIDATORS_MAX} validators to draw from`)
      .default(5),
    vm: z.enum(VM_NAMES).default(DEFAULT_VM),
    blockTime: z
      .union(
        [z.literal('instant'), z.int().min(1).max(BLOCK_TIME_MS_MAX)],
        `a block time is 'instant', or 1 to ${BLOCK_TIME_MS_MAX} ms`,
      )
      .default('instant'),
    chainId: z
      .int()
      .refine(
        (id) => isRollupChainId(id, BEACON_CHAIN_ID),
        'this id is taken by the Beacon Layer, or would confuse wallets and tools',
      )
      .optional(),
    minStake: tokens.prefault('0'),
    lifetime: duration.optional(),
  })
  .transform(({ blockTime, chainId, minStake, lifetime, ...rest }) => ({
    ...rest,
    blockTimeMs: blockTime === 'instant' ? 0 : blockTime,
    chainId: chainId ?? null,
    minStakeWei: minStake,
    lifetimeMs: lifetime ?? null,
  }))

export const rollupSchema: z.ZodType<ResolvedRollup, RollupUserConfig> = schema

export const ROLLUP_KEYS = Object.keys(schema.in.shape)
