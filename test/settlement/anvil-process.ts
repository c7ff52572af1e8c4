/** A real anvil for tests. It mines only when told, dies with the test's process even if that is killed, and is never left running. */

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import type { Hex } from '../../src/primitives/bytes.ts'
import { createRpcClient, type RpcClient } from '../../src/rpc/client.ts'
import {
  type AnvilOptions,
  anvilCommand,
  fundOnAnvil,
  parseListening,
  quietenAnvil,
} from '../../src/settlement/anvil.ts'
import { deployInbox, type InboxDeployment } from '../../src/settlement/deploy.ts'
import { L1Client, type L1Receipt } from '../../src/settlement/l1-client.ts'
import { createL1Account, type L1Account } from '../../src/settlement/l1-transaction.ts'

const SETPRIV = '/usr/bin/setpriv'

export class AnvilProcess implements AsyncDisposable {
  readonly rpcUrl: string
  readonly rpc: RpcClient
  readonly client: L1Client
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, rpcUrl: string) {
    this.#child = child
    this.rpcUrl = rpcUrl
    this.rpc = createRpcClient(rpcUrl)
    this.client = new L1Client(this.rpc)
  }

  /** Mines a block for each transaction, until `mineManually`. */
  static async start(options: AnvilOptions = {}): Promise<AnvilProcess> {
    const { file, args } = anvilCommand({
      blockTimeSeconds: 0,
      cacheFolder: join(tmpdir(), 'beacon-test-anvil'),
      keepsHistory: true,
      ...options,
    })
    const command = existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL', file, ...args] : [file, ...args]
    const child = spawn(command[0]!, command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] })
    const rpcUrl = await new Promise<string>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`anvil exited with ${code}`)))
      createInterface(child.stdout!).on('line', (line) => {
        const url = parseListening(line)
        if (url !== null) resolve(url)
      })
    })
    const anvil = new AnvilProcess(child, rpcUrl)
    await quietenAnvil(anvil.rpc)
    return anvil
  }

  get port(): number {
    return Number(new URL(this.rpcUrl).port)
  }

  async account(seed: number): Promise<L1Account> {
    const account = createL1Account(new Uint8Array(32).fill(seed))
    await fundOnAnvil(this.rpc, [account.address], 10n ** 20n)
    return account
  }

  /** Sends it and waits for its block: anvil accepts a transaction before it mines it. */
  async include(signed: Uint8Array): Promise<L1Receipt> {
    const hash = await this.client.sendTransaction(signed)
    for (;;) {
      const receipt = await this.client.receipt(hash)
      if (receipt !== null) return receipt
      await delay(5)
    }
  }

  /** From now on a block is made by `mine` only, and transactions wait. */
  async mineManually(): Promise<void> {
    await this.rpc.request('evm_setAutomine', [false])
  }

  async mine(blocks = 1): Promise<void> {
    await this.rpc.request('anvil_mine', [`0x${blocks.toString(16)}`])
  }

  /** Replaces the last `depth` blocks by empty ones. */
  async reorg(depth: number): Promise<void> {
    await this.rpc.request('anvil_reorg', [depth, []])
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
    this.rpc.close()
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exited = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill(signal)
    await exited
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

export const DEPLOYMENT: InboxDeployment = { salt: `0x${'5a'.repeat(32)}`, challengeWindowBlocks: 10 }

export async function deployTestInbox(anvil: AnvilProcess): Promise<Hex> {
  return deployInbox(anvil.client, await anvil.account(100), DEPLOYMENT)
}
