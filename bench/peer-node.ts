/** The single nodes that developers know, started bare: anvil, which is a dependency, and Hardhat, if there is one to measure. */

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createRpcClient } from '../src/rpc/client.ts'
import { anvilBinary } from '../src/settlement/anvil.ts'
import type { MeasuredProcess } from './process-usage.ts'

export interface PeerNode extends AsyncDisposable {
  readonly chainId: number
  readonly rpcUrl: string
  /** From its spawning to its first answer. */
  readonly startedInMs: number
  readonly process: MeasuredProcess
}

const CHAIN_ID = 31_337
const DEADLINE_MS = 60_000
const PROBE_INTERVAL_MS = 2

export async function startAnvil(options: readonly string[] = []): Promise<PeerNode> {
  const port = await freePort()
  return startNode('anvil', port, anvilBinary(), ['--port', String(port), '--silent', ...options], tmpdir())
}

/** The project folder of a Hardhat that somebody installed apart; null if nobody did. */
export function hardhatProject(): string | null {
  const folder = process.env.BEACON_BENCH_HARDHAT
  return folder !== undefined && existsSync(join(folder, 'node_modules/hardhat')) ? folder : null
}

export async function startHardhat(project: string): Promise<PeerNode> {
  const port = await freePort()
  const program = join(project, 'node_modules/.bin/hardhat')
  return startNode('hardhat', port, program, ['node', '--port', String(port)], project)
}

async function startNode(
  name: string,
  port: number,
  program: string,
  args: readonly string[],
  cwd: string,
): Promise<PeerNode> {
  const cache = mkdtempSync(join(tmpdir(), 'beacon-bench-peer-'))
  const startedAt = performance.now()
  // A group of its own, so that whatever it starts ends with it.
  const child = spawn(program, args, {
    cwd,
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, FOUNDRY_CACHE_PATH: cache },
  })
  const stop = async () => {
    await stopGroup(child)
    rmSync(cache, { recursive: true, force: true })
  }
  const rpcUrl = `http://127.0.0.1:${port}`
  try {
    await firstAnswer(rpcUrl, child)
  } catch (cause) {
    await stop()
    throw cause
  }
  const startedInMs = performance.now() - startedAt
  return {
    chainId: CHAIN_ID,
    rpcUrl,
    startedInMs,
    process: { name, pid: child.pid! },
    [Symbol.asyncDispose]: stop,
  }
}

async function firstAnswer(rpcUrl: string, child: ChildProcess): Promise<void> {
  const rpc = createRpcClient(rpcUrl)
  const deadline = performance.now() + DEADLINE_MS
  try {
    for (;;) {
      const answer = await rpc.request('eth_chainId').catch((error: unknown) => error)
      if (typeof answer === 'string') return
      if (child.exitCode !== null || performance.now() > deadline) throw answer
      await delay(PROBE_INTERVAL_MS)
    }
  } finally {
    rpc.close()
  }
}

async function stopGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise((resolve) => child.once('exit', resolve))
  process.kill(-child.pid!, 'SIGKILL')
  await exited
}

/** These nodes can't be told to choose a port and say which. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
