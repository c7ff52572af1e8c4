/** Random messages for both EVMs: code that is mostly well-formed, so that it gets far, in a small world where accounts call each other. */

import type { SeededRandom } from '../../src/platform/simulated/random.ts'
import { bigintToBytes, concatBytes, type Hex, toHex } from '../../src/primitives/bytes.ts'
import type { Executable } from '../../src/rollup/transaction.ts'

export const SENDER: Hex = `0x${'aa'.repeat(20)}`
/** Delegates to the first contract (EIP-7702). */
export const DELEGATED: Hex = `0x${'dd'.repeat(20)}`
export const CONTRACTS: readonly Hex[] = ['c0', 'c1', 'c2'].map((byte): Hex => `0x${byte.repeat(20)}`)
const RICH: Hex = `0x${'ee'.repeat(20)}`
const NOBODY: Hex = `0x${'0f'.repeat(20)}`
const PRECOMPILES_MAX = 0x11

const JUMPDEST = 0x5b
const PUSH0 = 0x5f

/** Opcode, how many words it takes from the stack; what only needs words. */
const PURE: readonly (readonly [opcode: number, takes: number])[] = [
  ...[1, 2, 3, 4, 5, 6, 7, 10, 11].map((opcode) => [opcode, 2] as const),
  ...[8, 9].map((opcode) => [opcode, 3] as const),
  ...[0x10, 0x11, 0x12, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1a, 0x1b, 0x1c, 0x1d].map(
    (opcode) => [opcode, 2] as const,
  ),
  ...[0x15, 0x19, 0x35, 0x40, 0x49].map((opcode) => [opcode, 1] as const),
  ...[
    0x30, 0x32, 0x33, 0x34, 0x36, 0x38, 0x3a, 0x3d, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x4a,
    0x58, 0x59, 0x5a,
  ].map((opcode) => [opcode, 0] as const),
]

const WORDS: readonly bigint[] = [
  0n,
  1n,
  2n,
  31n,
  32n,
  33n,
  255n,
  256n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 63n,
  2n ** 64n - 1n,
  2n ** 64n,
  2n ** 128n - 1n,
  2n ** 255n,
  2n ** 255n - 1n,
  2n ** 256n - 1n,
  2n ** 256n - 2n,
]

export interface World {
  /** By address. */
  readonly code: ReadonlyMap<Hex, Uint8Array>
  readonly balances: ReadonlyMap<Hex, bigint>
  readonly storage: ReadonlyMap<Hex, ReadonlyMap<Hex, Uint8Array>>
}

export function drawWorld(random: SeededRandom): World {
  const code = new Map(CONTRACTS.map((address) => [address, drawProgram(random, 2)]))
  code.set(
    DELEGATED,
    concatBytes(Uint8Array.of(0xef, 1, 0), hexBytes(random.pick([...CONTRACTS, precompile(4)]))),
  )
  const balances = new Map<Hex, bigint>([
    [SENDER, 10n ** 21n],
    [RICH, 5n],
    [CONTRACTS[0]!, 1_000n],
    [CONTRACTS[1]!, 3n],
  ])
  const slots = () =>
    new Map(
      [0, 1, 2].map((slot) => [toHex(bigintToBytes(BigInt(slot), 32)), bigintToBytes(drawWord(random), 32)]),
    )
  return { code, balances, storage: new Map(CONTRACTS.slice(0, 2).map((address) => [address, slots()])) }
}

export function drawTransaction(random: SeededRandom): Executable {
  const isCreation = random.chance(0.2)
  return {
    from: SENDER,
    to: isCreation
      ? null
      : random.pick([...CONTRACTS, DELEGATED, precompile(1 + random.below(PRECOMPILES_MAX))]),
    nonce: 0,
    gasLimit: random.pick([100_000, 300_000, 1_000_000]),
    value: random.pick([0n, 0n, 1n, 10n ** 18n]),
    data: isCreation ? drawProgram(random, 2) : random.bytes(random.pick([0, 4, 32, 100, 213])),
    maxFeePerGas: 20n,
    maxPriorityFeePerGas: 3n,
    accessList: random.chance(0.2)
      ? [
          {
            address: random.pick(CONTRACTS),
            storageKeys: [toHex(bigintToBytes(BigInt(random.below(3)), 32))],
          },
        ]
      : [],
    authorizations: [],
  }
}

/** `depth` bounds how many creations have initcode of their own within. */
function drawProgram(random: SeededRandom, depth: number): Uint8Array {
  const bytes: number[] = []
  const length = 3 + random.below(25)
  for (let i = 0; i < length; i++) bytes.push(...drawStep(random, depth, bytes.length))
  if (random.chance(0.5)) bytes.push(...range(random), random.pick([0xf3, 0xfd, 0xf3, 0x00]))
  return Uint8Array.from(bytes)
}

/** `at` is where the step will be. */
function drawStep(random: SeededRandom, depth: number, at: number): number[] {
  switch (random.below(18)) {
    case 0:
      return [...push(drawWord(random)), ...push(smallOffset(random)), random.pick([0x52, 0x52, 0x53])]
    case 1:
      return [...push(smallOffset(random)), 0x51]
    case 2:
      return [...push(drawWord(random)), ...push(slot(random)), random.pick([0x55, 0x55, 0x5d])]
    case 3:
      return [...push(slot(random)), random.pick([0x54, 0x54, 0x5c])]
    case 4:
      return [...push(smallOffset(random)), ...push(smallOffset(random)), 0x20]
    case 5: {
      const topics = random.below(5)
      const pushed = Array.from({ length: topics }, () => push(drawWord(random))).flat()
      return [...pushed, ...push(smallOffset(random)), ...push(smallOffset(random)), 0xa0 + topics]
    }
    case 6: {
      const copied = [...push(smallOffset(random)), ...push(drawOffset(random)), ...push(smallOffset(random))]
      const returned = [0x3d, PUSH0, ...push(smallOffset(random)), 0x3e]
      return random.chance(0.25)
        ? returned
        : [...copied, random.chance(0.02) ? 0x3e : random.pick([0x37, 0x39, 0x5e])]
    }
    case 7:
      return [...push(BigInt(address(random))), random.pick([0x31, 0x3b, 0x3f])]
    case 8: {
      const copied = [...push(smallOffset(random)), ...push(drawOffset(random)), ...push(smallOffset(random))]
      return [...copied, ...push(BigInt(address(random))), 0x3c]
    }
    case 9:
    case 10:
    case 11:
      return call(random)
    case 12:
      return depth > 0 ? creation(random, depth - 1) : [PUSH0]
    case 13: {
      // A jump over a byte or two, or to where nothing is.
      const skipped = Array.from({ length: random.below(3) }, () => random.below(256))
      const isConditional = random.chance(0.5)
      const size = isConditional ? 6 : 4
      const target = random.chance(0.99) ? at + size + skipped.length : random.below(200)
      const jump = [0x61, (target >> 8) & 255, target & 255]
      const condition = isConditional ? [0x60, random.below(2)] : []
      return [...condition, ...jump, isConditional ? 0x57 : 0x56, ...skipped, JUMPDEST]
    }
    case 14:
      return random.chance(0.1)
        ? [...push(BigInt(address(random))), 0xff]
        : [...[1, 2, 3].flatMap(() => push(drawWord(random))), 0x80 + random.below(3), 0x90 + random.below(3)]
    case 15:
      return random.chance(0.1) ? [random.below(256)] : [PUSH0]
    default: {
      const [opcode, takes] = random.pick(PURE)
      return [...Array.from({ length: takes }, () => push(drawWord(random))).flat(), opcode]
    }
  }
}

function call(random: SeededRandom): number[] {
  const opcode = random.pick([0xf1, 0xf1, 0xf2, 0xf4, 0xfa])
  const value = opcode === 0xf1 || opcode === 0xf2 ? push(random.pick([0n, 0n, 1n, 2n, 10n ** 20n])) : []
  const regions = [1, 2, 3, 4].flatMap(() => push(smallOffset(random)))
  const gas = random.chance(0.5) ? [0x5a] : push(random.pick([0n, 700n, 30_000n, 2n ** 256n - 1n]))
  return [...regions, ...value, ...push(BigInt(address(random))), ...gas, opcode]
}

/** Initcode is copied into memory word by word; some of it deploys what it returns. */
function creation(random: SeededRandom, depth: number): number[] {
  const initcode = drawProgram(random, depth).subarray(0, 120)
  const bytes: number[] = []
  for (let at = 0; at < initcode.length; at += 32) {
    const word = new Uint8Array(32)
    word.set(initcode.subarray(at, at + 32))
    bytes.push(0x7f, ...word, ...push(BigInt(at)), 0x52)
  }
  const isSalted = random.chance(0.5)
  const salt = isSalted ? push(BigInt(random.below(2))) : []
  const value = push(random.pick([0n, 0n, 1n]))
  return [...bytes, ...salt, ...push(BigInt(initcode.length)), PUSH0, ...value, isSalted ? 0xf5 : 0xf0]
}

function range(random: SeededRandom): number[] {
  return random.chance(0.5)
    ? [0x59, PUSH0]
    : [...push(BigInt(random.below(64))), ...push(smallOffset(random))]
}

function address(random: SeededRandom): Hex {
  const number = 1 + random.below(PRECOMPILES_MAX)
  return random.pick([...CONTRACTS, ...CONTRACTS, DELEGATED, RICH, NOBODY, SENDER, precompile(number)])
}

function precompile(number: number): Hex {
  return toHex(bigintToBytes(BigInt(number), 20))
}

function slot(random: SeededRandom): bigint {
  return BigInt(random.below(4))
}

function smallOffset(random: SeededRandom): bigint {
  return random.chance(0.004) ? drawWord(random) : BigInt(random.below(random.pick([3, 33, 200])))
}

function drawOffset(random: SeededRandom): bigint {
  return random.chance(0.2) ? drawWord(random) : BigInt(random.below(200))
}

function drawWord(random: SeededRandom): bigint {
  if (random.chance(0.5)) return random.pick(WORDS)
  return BigInt(toHex(random.bytes(1 + random.below(32))))
}

function push(value: bigint): number[] {
  if (value === 0n) return [PUSH0]
  const bytes = hexBytes(toHex(bigintToBytes(value, 32))).subarray(
    32 - Math.ceil(value.toString(16).length / 2),
  )
  return [PUSH0 + bytes.length, ...bytes]
}

function hexBytes(hex: Hex): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.slice(2), 'hex'))
}
