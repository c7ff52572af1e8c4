/** The genesis as a file: JSON with hashes, keys and addresses as 0x-hex and token amounts as decimal strings. */

import * as z from 'zod'
import { listOf } from '../primitives/bounded.ts'
import { fromHex, type Hex, isHex } from '../primitives/bytes.ts'
import { epoch, rollupId, view } from '../primitives/ids.ts'
import { ALLOC_MAX, VM_NAMES } from '../primitives/rollup-spec.ts'
import { PUBLIC_KEY_BYTES, VOTE_SIGNATURE_BYTES } from '../primitives/signatures.ts'
import { type BeaconGenesis, GENESIS_ACCOUNTS_MAX } from './genesis.ts'
import { toJson } from './json.ts'
import { CODE_BYTES_MAX } from './keys.ts'
import { NETWORK_KEY_BYTES, VALIDATORS_MAX } from './staking/validator.ts'
import { ALIVE_ROLLUPS_MAX } from './state.ts'

/** Restored so often, a network was tested enough. */
const FORKS_MAX = 100_000
const ROLLUPS_LISTED_MAX = 10_000
const U16 = 0xffff
const U32 = 0xffff_ffff
/** Signatures are bound to it as to 32 bits. */
export const FORK_ID_MAX = U32
const U128_MAX = (1n << 128n) - 1n

const integer = (max: number) => z.int().min(0).max(max)
const safeInteger = integer(Number.MAX_SAFE_INTEGER)
const amount = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,38})$/, 'expected a decimal string')
  .transform(BigInt)
  .refine((value) => value <= U128_MAX, 'expected at most 128 bits')
const address = z
  .string()
  .refine((value) => isHex(value, 20), 'expected 20 bytes of 0x-hex')
  .transform((value) => value.toLowerCase() as Hex)
const bytes = (length: number) =>
  z
    .string()
    .refine((value) => isHex(value, length), `expected ${length} bytes of 0x-hex`)
    .transform((value) => fromHex(value, length))

const code = z
  .string()
  .max(2 + 2 * CODE_BYTES_MAX)
  .refine((value) => value.length > 2 && isHex(value), 'expected bytes as 0x-hex')
  .transform((value) => fromHex(value))

const allocation = z.strictObject({ address, balance: amount })

const rollupSpecSchema = z.strictObject({
  name: z.string(),
  chainId: safeInteger,
  sequencers: integer(U16),
  vm: z.enum(VM_NAMES),
  blockTimeMs: integer(U32),
  heartbeatMs: integer(U32),
  gasLimit: safeInteger,
  minStake: amount,
  devMethods: z.boolean(),
  lifetimeBlocks: integer(U32),
  alloc: listOf(allocation, ALLOC_MAX),
})

const paramsSchema = z.strictObject({
  epochLength: integer(U32),
  blockTimeMs: integer(U32),
  unbondEpochs: integer(U32),
  evidenceEpochs: integer(U32),
  minStake: amount,
  jailEpochs: integer(U32),
  rewardBpsPerYear: integer(U16),
  actionFee: amount,
  closeAfterBlocks: integer(U16),
  openAfterBlocks: integer(U16),
})

const position = z.strictObject({
  rollup: safeInteger.transform(rollupId),
  epoch: integer(U32).transform(epoch),
  sub: integer(U32),
  view: safeInteger.transform(view),
})

/** Where chains were when something happened to all of them. */
export const positionsSchema = listOf(position, ROLLUPS_LISTED_MAX)

const forkSchema = z.strictObject({
  id: integer(FORK_ID_MAX).min(1),
  after: positionsSchema,
})

const genesisSchema = z.strictObject({
  chainId: safeInteger,
  forks: listOf(forkSchema, FORKS_MAX),
  runtime: code,
  time: safeInteger,
  params: paramsSchema,
  validators: listOf(
    z.strictObject({
      account: address,
      votePublicKey: bytes(PUBLIC_KEY_BYTES),
      proofOfPossession: bytes(VOTE_SIGNATURE_BYTES),
      networkKey: bytes(NETWORK_KEY_BYTES),
      stake: amount,
    }),
    VALIDATORS_MAX,
  ),
  accounts: listOf(allocation, GENESIS_ACCOUNTS_MAX),
  rollups: listOf(rollupSpecSchema, ALIVE_ROLLUPS_MAX),
})

/** Its shape only; `checkGenesis` judges what it says. Throws a ZodError that names every problem's path. */
export function parseGenesisJson(json: unknown): BeaconGenesis {
  return genesisSchema.parse(json)
}

/** What {@link parseGenesisJson} takes. */
export function genesisToJson(genesis: BeaconGenesis) {
  return toJson(genesis) as z.input<typeof genesisSchema>
}
