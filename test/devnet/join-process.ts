/** `beacon validator join` as a process of its own, and what it says. */

import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { execa, type ResultPromise } from 'execa'

const bin = join(import.meta.dirname, '../../bin/run.js')
const POLL_MS = 50

export interface Following {
  readonly account: string
  readonly peer: string
  readonly rpcUrl: string
  readonly height: number
  readonly epoch: number
  readonly validator: number | null
}

interface JoinOptions {
  readonly genesisFile: string
  readonly privateKey: string
  /** What it is started with: `ip netns exec NAME`, say. */
  readonly prefix?: readonly string[]
}

export class JoinProcess {
  readonly #flags: readonly string[]
  readonly #options: JoinOptions
  readonly #process: ResultPromise
  #stdout = ''
  #stderr = ''
  #hasEnded = false

  constructor(flags: readonly string[], options: JoinOptions) {
    this.#flags = flags
    this.#options = options
    const { prefix = [], genesisFile, privateKey } = options
    const [command, ...args] = [
      ...prefix,
      process.execPath,
      bin,
      'validator',
      'join',
      '--json',
      '--genesis',
      genesisFile,
      ...flags,
    ]
    this.#process = execa(command!, args, {
      stdin: 'ignore',
      reject: false,
      buffer: false,
      env: { BEACON_PRIVATE_KEY: privateKey },
    })
    this.#process.stdout!.on('data', (chunk) => {
      this.#stdout += chunk
    })
    this.#process.stderr!.on('data', (chunk) => {
      this.#stderr += chunk
    })
    void this.#process.then(() => {
      this.#hasEnded = true
    })
  }

  /** On stderr, so far. */
  get said(): string {
    return this.#stderr
  }

  get rpcUrl(): string {
    return (JSON.parse(this.#stdout) as { result: Following }).result.rpcUrl
  }

  /** Resolves to its answer, which it gives once it has caught up. */
  async follows(timeoutMs: number): Promise<Following> {
    await this.#until(() => this.#stdout.includes('\n'), timeoutMs)
    return (JSON.parse(this.#stdout) as { result: Following }).result
  }

  /** Resolves to the match once it has said so. */
  async says(what: RegExp, timeoutMs: number): Promise<RegExpExecArray> {
    await this.#until(() => what.test(this.#stderr), timeoutMs)
    return what.exec(this.#stderr)!
  }

  /** As Ctrl-C does. Resolves when it has ended. */
  async stop(): Promise<void> {
    this.#process.kill('SIGINT')
    await this.#process
  }

  /** Another one of the same kind. */
  again(): JoinProcess {
    return new JoinProcess(this.#flags, this.#options)
  }

  async #until(isThere: () => boolean, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs
    while (!isThere()) {
      if (this.#hasEnded || Date.now() > deadline) {
        throw new Error(
          `the node ${this.#hasEnded ? 'has ended' : 'is late'}:\n${this.#stdout}${this.#stderr}`,
        )
      }
      await delay(POLL_MS)
    }
  }
}
