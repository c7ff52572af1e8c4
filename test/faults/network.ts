/** A real network under faults: started as a user starts it, its processes killed by their ids, its seats asked one by one. */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createHome, isAlive } from '../devnet/beacon-cli.ts'

export interface NetworkEndpoints {
  readonly pid: number
  readonly seed: string
  readonly l1: { rpcUrl: string } | null
  readonly beacon: {
    readonly rpcUrl: string
    readonly genesisHash: string
    readonly validators: readonly { index: number; address: string; pubkey: string; pid: number | null }[]
  }
  readonly rollups: readonly RollupEndpoint[]
  readonly accounts: readonly { readonly address: string; readonly privateKey: string }[]
}

export interface RollupEndpoint {
  readonly name: string
  readonly chainId: number
  readonly rpcUrl: string
  readonly epoch: number
  readonly committee: readonly { seat: number; validator: number; rpcUrl: string | null }[]
}

interface Process {
  readonly name: string
  readonly state: string
  readonly pid: number | null
}

interface Status {
  readonly pid: number
  readonly processes: readonly Process[]
}

const POLL_MS = 50
const REQUEST_TIMEOUT_MS = 30_000
const BATCH_MAX = 100

export class FaultyNetwork implements AsyncDisposable {
  readonly home: ReturnType<typeof createHome>

  /** Its files are in the folder `parent`, by default the system's for temporary ones. */
  constructor(parent?: string) {
    this.home = createHome({}, parent)
  }

  /** Starts the devnet, or resumes it. */
  up(...flags: string[]): Promise<NetworkEndpoints> {
    return this.home.ok<NetworkEndpoints>('devnet', 'up', '--detach', '--ports', 'auto', ...flags)
  }

  down(): Promise<unknown> {
    return this.home.ok('devnet', 'down')
  }

  restart(validator: number): Promise<unknown> {
    return this.home.ok('devnet', 'restart', `validator-${validator}`)
  }

  /** As the supervisor last wrote them. */
  get endpoints(): NetworkEndpoints {
    return JSON.parse(readFileSync(join(this.home.dir, 'default', 'endpoints.json'), 'utf8'))
  }

  rollup(name = 'app'): RollupEndpoint {
    return this.endpoints.rollups.find((rollup) => rollup.name === name)!
  }

  status(): Promise<Status> {
    return this.home.ok<Status>('devnet', 'status')
  }

  pidOf(validator: number): number {
    return this.endpoints.beacon.validators[validator]!.pid!
  }

  /** Without a chance to say or write anything. Resolves when the process is gone. */
  async kill(...pids: number[]): Promise<void> {
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    await eventually(async () => (await Promise.all(pids.map(isAlive))).every((alive) => !alive), 10_000)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.home[Symbol.asyncDispose]()
  }
}

/** Asks again and again; fails after `limitMs`. Gives how long it took. */
export async function eventually(isReached: () => Promise<boolean>, limitMs: number): Promise<number> {
  const startMs = Date.now()
  while (!(await isReached())) {
    assert.ok(Date.now() - startMs < limitMs, `not reached within ${limitMs} ms: ${isReached}`)
    await delay(POLL_MS)
  }
  return Date.now() - startMs
}

/** The result; throws what the server answered else. */
export async function call<Result>(url: string, method: string, params: unknown[] = []): Promise<Result> {
  return resultOf<Result>(method, await post(url, { jsonrpc: '2.0', id: 1, method, params }))
}

/** The same method with many parameters, a hundred to a request. */
export async function callMany<Result>(
  url: string,
  method: string,
  params: readonly unknown[][],
): Promise<Result[]> {
  const results: Result[] = []
  for (let from = 0; from < params.length; from += BATCH_MAX) {
    const calls = params.slice(from, from + BATCH_MAX)
    const answers = await post(
      url,
      calls.map((one, id) => ({ jsonrpc: '2.0', id, method, params: one })),
    )
    if (!Array.isArray(answers)) throw new Error(`${method}: ${JSON.stringify(answers)}`)
    const inOrder = answers.toSorted((a, b) => a.id - b.id)
    for (const answer of inOrder) results.push(resultOf<Result>(method, answer))
  }
  return results
}

/** Null while nobody answers. */
export async function callOrNull<Result>(
  url: string | null,
  method: string,
  params: unknown[] = [],
): Promise<Result | null> {
  return url === null ? null : call<Result>(url, method, params).catch(() => null)
}

async function post(url: string, body: object): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  })
  return response.json()
}

function resultOf<Result>(method: string, answer: unknown): Result {
  const { result, error } = answer as { result: Result; error?: { message: string } }
  if (error !== undefined) throw new Error(`${method}: ${error.message}`)
  return result
}
