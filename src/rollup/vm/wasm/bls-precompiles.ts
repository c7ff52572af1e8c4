/**
 * The operations on BLS12-381 of EIP-2537, without promises: a component can't wait. Lengths and gas are the EIP's, the curve is noble's.
 */

import { NobleBLS } from '@ethereumjs/evm'

interface Operation {
  /** Null: inputs of this length are invalid. */
  readonly gasOf: (length: number) => number | null
  /** Where field elements begin, each with 16 zeros before its 48 bytes; repeated with each item. */
  readonly elements: readonly number[]
  readonly itemBytes: number
  readonly run: (input: Uint8Array) => Uint8Array
}

/** In thousandths, by the number of pairs from 1 on; the last one holds for all above. */
const G1_DISCOUNTS = [
  1000, 949, 848, 797, 764, 750, 738, 728, 719, 712, 705, 698, 692, 687, 682, 677, 673, 669, 665, 661, 658,
  654, 651, 648, 645, 642, 640, 637, 635, 632, 630, 627, 625, 623, 621, 619, 617, 615, 613, 611, 609, 608,
  606, 604, 603, 601, 599, 598, 596, 595, 593, 592, 591, 589, 588, 586, 585, 584, 582, 581, 580, 579, 577,
  576, 575, 574, 573, 572, 570, 569, 568, 567, 566, 565, 564, 563, 562, 561, 560, 559, 558, 557, 556, 555,
  554, 553, 552, 551, 550, 549, 548, 547, 547, 546, 545, 544, 543, 542, 541, 540, 540, 539, 538, 537, 536,
  536, 535, 534, 533, 532, 532, 531, 530, 529, 528, 528, 527, 526, 525, 525, 524, 523, 522, 522, 521, 520,
  520, 519,
]
const G2_DISCOUNTS = [
  1000, 1000, 923, 884, 855, 832, 812, 796, 782, 770, 759, 749, 740, 732, 724, 717, 711, 704, 699, 693, 688,
  683, 679, 674, 670, 666, 663, 659, 655, 652, 649, 646, 643, 640, 637, 634, 632, 629, 627, 624, 622, 620,
  618, 615, 613, 611, 609, 607, 606, 604, 602, 600, 598, 597, 595, 593, 592, 590, 589, 587, 586, 584, 583,
  582, 580, 579, 578, 576, 575, 574, 573, 571, 570, 569, 568, 567, 566, 565, 563, 562, 561, 560, 559, 558,
  557, 556, 555, 554, 553, 552, 552, 551, 550, 549, 548, 547, 546, 545, 545, 544, 543, 542, 541, 541, 540,
  539, 538, 537, 537, 536, 535, 535, 534, 533, 532, 532, 531, 530, 530, 529, 528, 528, 527, 526, 526, 525,
  524, 524,
]

const bls = new NobleBLS()
const G1 = [0, 64]
const G2 = [0, 64, 128, 192]

/** By the precompiled contract's number. */
const OPERATIONS: ReadonlyMap<number, Operation> = new Map([
  [
    0x0b,
    {
      itemBytes: 256,
      elements: [...G1, 128, 192],
      gasOf: exactly(256, 375),
      run: (input) => bls.addG1(input),
    },
  ],
  [
    0x0c,
    {
      itemBytes: 160,
      elements: G1,
      gasOf: multiple(160, 12_000, G1_DISCOUNTS),
      run: (input) => bls.msmG1(input),
    },
  ],
  [
    0x0d,
    {
      itemBytes: 512,
      elements: [...G2, 256, 320, 384, 448],
      gasOf: exactly(512, 600),
      run: (input) => bls.addG2(input),
    },
  ],
  [
    0x0e,
    {
      itemBytes: 288,
      elements: G2,
      gasOf: multiple(288, 22_500, G2_DISCOUNTS),
      run: (input) => bls.msmG2(input),
    },
  ],
  [
    0x0f,
    {
      itemBytes: 384,
      elements: [...G1, 128, 192, 256, 320],
      gasOf: pairs,
      run: (input) => bls.pairingCheck(input),
    },
  ],
  [0x10, { itemBytes: 64, elements: [0], gasOf: exactly(64, 5_500), run: (input) => bls.mapFPtoG1(input) }],
  [
    0x11,
    { itemBytes: 128, elements: G1, gasOf: exactly(128, 23_800), run: (input) => bls.mapFP2toG2(input) },
  ],
])

export interface BlsResult {
  readonly gas: number
  readonly output: Uint8Array
}

export function isBlsOperation(number: number): boolean {
  return OPERATIONS.has(number)
}

/** Null if the input is invalid, or it takes more than `gasLimit`. */
export function runBlsOperation(number: number, gasLimit: bigint, input: Uint8Array): BlsResult | null {
  const { gasOf, elements, itemBytes, run } = OPERATIONS.get(number)!
  const gas = gasOf(input.length)
  if (gas === null || BigInt(gas) > gasLimit) return null
  for (let item = 0; item < input.length; item += itemBytes) {
    for (const element of elements) {
      if (!isPadded(input, item + element)) return null
    }
  }
  try {
    return { gas, output: run(input) }
  } catch {
    // Not on the curve, not in its subgroup, or beyond the field.
    return null
  }
}

function isPadded(input: Uint8Array, at: number): boolean {
  return input.subarray(at, at + 16).every((byte) => byte === 0)
}

function exactly(bytes: number, gas: number) {
  return (length: number) => (length === bytes ? gas : null)
}

function multiple(bytes: number, gas: number, discounts: readonly number[]) {
  return (length: number) => {
    const count = length / bytes
    if (count === 0 || !Number.isInteger(count)) return null
    return Math.floor((count * gas * discounts[Math.min(count, discounts.length) - 1]!) / 1000)
  }
}

function pairs(length: number): number | null {
  const count = length / 384
  return count === 0 || !Number.isInteger(count) ? null : 37_700 + 32_600 * count
}
