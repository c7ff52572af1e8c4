/**
 * `node --expose-gc bench/election-of-size.ts VALIDATORS`: what electing a committee of five costs among so many. A process of its own, so
 * that one size's memory isn't another's; prints one line of JSON.
 */

import { computeCappedWeights } from '../src/beacon/election/cap.ts'
import { drawSteps, lineOf } from '../src/beacon/election/draw.ts'
import { buildSumTree, type SumLeaf } from '../src/beacon/election/sum-tree.ts'
import { ByteWriter } from '../src/primitives/codec.ts'
import { keccakHex } from '../src/primitives/hash.ts'
import { rollupId } from '../src/primitives/ids.ts'
import { cpuMs } from './cpu-time.ts'
import { UpdatableSumTree } from './updatable-sum-tree.ts'

export interface ElectionFigures {
  readonly validators: number
  readonly capMs: number
  readonly lineMs: number
  readonly drawMs: number
  readonly buildMs: number
  readonly updateOneMs: number
  readonly updateManyMs: number
  readonly lineMiB: number
  readonly treeMiB: number
  /** The most that was resident. */
  readonly peakMiB: number
}

export const SEATS = 5
export const CHANGED_LEAVES = 100
const TOKEN = 10n ** 18n
const DRAWS = 2_000
const UPDATES = 50
/** So that small networks are measured often. */
const VALIDATORS_MEASURED = 100_000
const MIB = 2 ** 20

if (import.meta.main) process.stdout.write(`${JSON.stringify(measure(Number(process.argv[2])))}\n`)

function measure(validators: number): ElectionFigures {
  const stakes = Array.from({ length: validators }, (_, i) => BigInt(1 + ((i * 7_919) % 1_000)) * TOKEN)
  const runs = Math.ceil(VALIDATORS_MEASURED / validators)
  const keyHash = keccakHex(new Uint8Array(48))
  const capMs = cpuMs(runs, () => computeCappedWeights(stakes))
  const weights = computeCappedWeights(stakes)!
  const lineMs = cpuMs(runs, () => lineOf(weights))
  const withoutLine = liveBytes()
  const line = lineOf(weights)
  const lineMiB = (liveBytes() - withoutLine) / MIB
  const drawMs = cpuMs(DRAWS, (draw) =>
    drawSteps(line, keccakHex(new ByteWriter().u32(draw).finish()), rollupId(1), SEATS),
  )
  const leaves = weights.map((weight): SumLeaf => ({ keyHash, weight }))
  const withoutTree = liveBytes()
  const tree = new UpdatableSumTree(leaves)
  const treeMiB = (liveBytes() - withoutTree) / MIB
  const buildMs = cpuMs(runs, () => buildSumTree(leaves))
  const updateMs = (count: number, updates: number) => {
    const changes = Array.from({ length: updates }, (_, round) => changesOf(leaves, count, round))
    return cpuMs(updates, (round) => tree.update(changes[round]!))
  }
  const updateOneMs = updateMs(1, 100 * UPDATES)
  const updateManyMs = updateMs(CHANGED_LEAVES, UPDATES)
  const peakMiB = process.resourceUsage().maxRSS / 1024
  return { validators, capMs, lineMs, drawMs, buildMs, updateOneMs, updateManyMs, lineMiB, treeMiB, peakMiB }
}

/** Spread over all of them, others each time. */
function changesOf(leaves: readonly SumLeaf[], count: number, round: number): Map<number, SumLeaf> {
  const step = Math.floor(leaves.length / count)
  return new Map(
    Array.from({ length: count }, (_, i) => {
      const at = (i * step + round) % leaves.length
      return [at, { ...leaves[at]!, weight: leaves[at]!.weight + BigInt(round) }]
    }),
  )
}

function liveBytes(): number {
  // Once more for what only the first collection lets go.
  globalThis.gc!()
  globalThis.gc!()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
