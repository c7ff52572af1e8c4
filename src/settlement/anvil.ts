/**
 * The default L1 of a devnet: anvil's own binary, described and probed. It never spawns: the supervisor does, so that one module owns
 * every process. Nothing but this file, anvil-state.ts and the funding in deploy.ts may depend on the L1 being anvil.
 */

import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { defineError } from '../errors/beacon-error.ts'
import type { Hex } from '../primitives/bytes.ts'
import { createRpcClient, type RpcClient } from '../rpc/client.ts'
import { RpcError } from '../rpc/rpc-error.ts'
import { L1Client } from './l1-client.ts'
import { quantity } from './l1-fields.ts'

export const ANVIL_MISSING = defineError<{ platform: string }>({
  code: 'S201',
  name: 'ANVIL_MISSING',
  kind: 'environment',
  message: ({ platform }) => `there is no anvil binary for ${platform}`,
  hint: () =>
    'reinstall with optional dependencies (npm ci --include=optional), or name another L1 by its RPC URL',
})

export const L1_NOT_READY = defineError<{ rpcUrl: string; deadlineMs: number }>({
  code: 'S202',
  name: 'L1_NOT_READY',
  kind: 'environment',
  message: ({ rpcUrl, deadlineMs }) =>
    `the L1 at ${rpcUrl} did not answer eth_chainId within ${deadlineMs} ms`,
  hint: () => "look at the end of the L1's log; if the L1 is not anvil, check its URL",
})

export interface AnvilOptions {
  /** 0 (the default) lets anvil choose one; read it with {@link parseListening}. */
  readonly port?: number
  readonly host?: string
  readonly chainId?: number
  /** A block every so many seconds; 0: one for each transaction. */
  readonly blockTimeSeconds?: number
  /** Finality is 2 epochs behind the head: 1 makes a block final once it has 2 on top. */
  readonly slotsInAnEpoch?: number
  readonly mnemonic?: string
  /** Loaded if it exists; see anvil-state.ts for what of it survives a crash. */
  readonly stateFile?: string
  /** How often the state file is written while running; it is written on SIGTERM anyway. */
  readonly stateIntervalSeconds?: number
  /**
   * Whether the states of old blocks stay there to be read, and anvil_reorg works. Each is a copy of the whole state: 1,500 of them in memory
   * (a gigabyte in twenty minutes, when rollups post batches), then more on the disk, which a kill leaves there.
   */
  readonly keepsHistory?: boolean
  /** Where anvil may put temporary files; beside the state file if there is one. Its own choice, under the home directory, outlives a kill. */
  readonly cacheFolder?: string
}

export interface ProcessCommand {
  readonly file: string
  readonly args: readonly string[]
}

/** The mnemonic of Hardhat and anvil, so that wallets and scripts find their accounts funded. */
const DEFAULT_MNEMONIC = 'test test test test test test test test test test test junk'

/** With none, a call on the latest block fails where the next one comes while it is looked up. */
const STATES_KEPT = 16

const PROBE_INTERVAL_MS = 25
const PROBE_DEADLINE_MS = 1000

/** What to spawn. Its standard output must be read (or written to a file), for that is where it reports its port. */
export function anvilCommand(options: AnvilOptions = {}): ProcessCommand {
  const { stateFile, blockTimeSeconds = 1 } = options
  const cacheFolder = options.cacheFolder ?? (stateFile && join(dirname(stateFile), 'cache'))
  const args = [
    ['--host', options.host ?? '127.0.0.1'],
    ['--port', options.port ?? 0],
    ['--chain-id', options.chainId ?? 31337],
    ['--slots-in-an-epoch', options.slotsInAnEpoch ?? 1],
    ['--mnemonic', options.mnemonic ?? DEFAULT_MNEMONIC],
    options.keepsHistory ? [] : ['--prune-history', STATES_KEPT],
    cacheFolder === undefined ? [] : ['--cache-path', cacheFolder],
    blockTimeSeconds === 0 ? [] : ['--block-time', blockTimeSeconds],
    stateFile === undefined ? [] : ['--state', stateFile],
    stateFile === undefined ? [] : ['--state-interval', options.stateIntervalSeconds ?? 10],
  ]
  return { file: anvilBinary(), args: args.flat().map(String) }
}

/** The platform package's binary; its npm wrapper would survive a SIGKILL's target and leave the port held. */
export function anvilBinary(): string {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const file = process.platform === 'win32' ? 'anvil.exe' : 'anvil'
  // Resolved as the wrapper does: the platform package is the wrapper's dependency, not ours.
  const require = createRequire(import.meta.url)
  try {
    const fromWrapper = createRequire(require.resolve('@foundry-rs/anvil/package.json'))
    return fromWrapper.resolve(`@foundry-rs/anvil-${process.platform}-${architecture}/bin/${file}`)
  } catch (cause) {
    throw ANVIL_MISSING({ platform: `${process.platform}-${process.arch}` }, cause)
  }
}

/** The RPC URL that one line of anvil's output tells of, or null. */
export function parseListening(line: string): string | null {
  const match = /^Listening on (\S+:\d+)\s*$/.exec(line)
  return match === null ? null : `http://${match[1]}`
}

/** Resolves with the chain id as soon as the L1, of whatever make, answers. */
export async function waitForL1(rpcUrl: string, deadlineMs: number): Promise<number> {
  const rpc = createRpcClient(rpcUrl, { timeoutMs: Math.min(deadlineMs, PROBE_DEADLINE_MS) })
  const deadline = performance.now() + deadlineMs
  try {
    for (;;) {
      const answer = await new L1Client(rpc).chainId().catch((error: unknown) => error)
      if (typeof answer === 'number') return answer
      if (performance.now() > deadline) throw L1_NOT_READY({ rpcUrl, deadlineMs }, answer)
      await new Promise((resolve) => setTimeout(resolve, PROBE_INTERVAL_MS))
    }
  } finally {
    rpc.close()
  }
}

/** Stops anvil from writing four lines a block and one a request. (Its --quiet would hide the port, too.) */
export async function quietenAnvil(rpc: RpcClient): Promise<void> {
  await rpc.request('anvil_setLoggingEnabled', [false])
}

export async function isAnvil(rpc: RpcClient): Promise<boolean> {
  try {
    return String(await rpc.request('web3_clientVersion', [])).startsWith('anvil/')
  } catch (error) {
    if (error instanceof RpcError) return false
    throw error
  }
}

/** Its next blocks are `aheadMs` before the clock, which it forgets when it ends; the first one is made at once. */
export async function moveAnvilTime(rpc: RpcClient, aheadMs: number): Promise<void> {
  await rpc.request('anvil_setTime', [Math.floor((Date.now() + aheadMs) / 1_000)])
  await rpc.request('evm_mine', [])
}

/** Gives each account that has less than `wei` that much. */
export async function fundOnAnvil(rpc: RpcClient, addresses: readonly Hex[], wei: bigint): Promise<void> {
  const client = new L1Client(rpc)
  const fund = async (address: Hex) => {
    if ((await client.balance(address)) < wei) await rpc.request('anvil_setBalance', [address, quantity(wei)])
  }
  await Promise.all(addresses.map(fund))
}

/** Makes a block for each transaction that it sends, without waiting for the next one to be due. */
export class PromptAnvilClient extends L1Client {
  readonly #rpc: RpcClient

  constructor(rpc: RpcClient) {
    super(rpc)
    this.#rpc = rpc
  }

  override async sendTransaction(signed: Uint8Array): Promise<Hex> {
    const hash = await super.sendTransaction(signed)
    await this.#rpc.request('evm_mine', [])
    return hash
  }
}
