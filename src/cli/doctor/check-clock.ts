/**
 * Whether time passes as it should: the wall clock beside the monotonic one for a moment, and beside the blocks of a running devnet. Chains
 * refuse blocks from the future, and a machine that slept or whose clock was set has them stand still for a while.
 */

import { setTimeout as delay } from 'node:timers/promises'
import { isRunning } from '../../devnet/control-client.ts'
import { type Endpoints, readEndpoints } from '../../devnet/endpoints.ts'
import { createRpcClient } from '../../rpc/client.ts'
import { broken, type Finding, ok, type Patient, warning } from './finding.ts'

const WATCHED_MS = 300
/** Setting a clock by less than this harms nothing: blocks may be a second ahead. */
const JUMP_MS = 100
/** Longer than the slowest preset takes for a block of the L1. */
const BEHIND_MS = 30_000
const AHEAD_MS = 2_000
const ANSWER_MS = 2_000

export interface Clocks {
  /** Unix ms. */
  readonly wall: () => number
  /** ms since whenever. */
  readonly monotonic: () => number
}

const systemClocks: Clocks = { wall: () => Date.now(), monotonic: () => performance.now() }

export async function checkClock({ folder }: Patient, clocks = systemClocks): Promise<Finding[]> {
  const offset = () => clocks.wall() - clocks.monotonic()
  const before = offset()
  await delay(WATCHED_MS)
  const jumpMs = Math.round(offset() - before)
  if (Math.abs(jumpMs) > JUMP_MS) {
    const message = `the wall clock jumped by ${jumpMs} ms within ${WATCHED_MS} ms`
    return [
      broken(
        'clock',
        message,
        'let the clock be slewed rather than set (chrony, timesyncd), then start again',
      ),
    ]
  }
  const endpoints = (await isRunning(folder.path)) ? readEndpoints(folder) : null
  if (endpoints === null) return [ok('clock', 'the wall clock is steady')]
  return checkBlocks(endpoints, clocks)
}

async function checkBlocks({ name, l1, beacon }: Endpoints, clocks: Clocks): Promise<Finding[]> {
  const ages = await Promise.all([
    ageOf('the Beacon Layer', beacon.rpcUrl, 'beacon_getStatus', [], clocks),
    l1 === null ? null : ageOf('the L1', l1.rpcUrl, 'eth_getBlockByNumber', ['latest', false], clocks),
  ])
  const findings = ages.filter((age) => age !== null).map(({ chain, ageMs }) => judge(name, chain, ageMs))
  const problems = findings.filter((finding) => finding !== null)
  return problems.length > 0
    ? problems
    : [ok('clock', `the wall clock is steady, and so are the blocks of ${name}`)]
}

/** `ageMs` is null if nobody answered. */
function judge(devnet: string, chain: string, ageMs: number | null): Finding | null {
  const look = `\`beacon devnet status --name ${devnet}\` shows which processes run, \`beacon devnet logs\` what they say`
  if (ageMs === null) return broken('clock', `${chain} of ${devnet} does not answer`, look)
  const seconds = Math.round(Math.abs(ageMs) / 1_000)
  if (ageMs > BEHIND_MS)
    return warning('clock', `${chain} of ${devnet} made its last block ${seconds} s ago`, look)
  if (ageMs >= -AHEAD_MS) return null
  const wayOut = "set this machine's clock right; time warped on purpose is no problem"
  return warning('clock', `the last block of ${chain} of ${devnet} is ${seconds} s in the future`, wayOut)
}

async function ageOf(chain: string, rpcUrl: string, method: string, params: unknown[], clocks: Clocks) {
  const rpc = createRpcClient(rpcUrl, { timeoutMs: ANSWER_MS })
  try {
    const answer = (await rpc.request(method, params)) as { head?: { time: number }; timestamp?: string }
    const timeMs = answer.head?.time ?? Number(answer.timestamp) * 1_000
    return { chain, ageMs: clocks.wall() - timeMs }
  } catch {
    return { chain, ageMs: null }
  } finally {
    rpc.close()
  }
}
