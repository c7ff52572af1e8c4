/** The places where commands are tried: a folder with files, an empty home, and the home of one small network. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { JsonRpcProvider, Wallet } from 'ethers'
import { execa } from 'execa'
import { DEV_ACCOUNTS } from '../../../src/devnet/dev-accounts.ts'
import type { Done } from './answer.ts'

const PACKAGE = join(import.meta.dirname, '../../..')
const PROGRAM = join(PACKAGE, 'bin/run.js')
/** A custom section without a name: other bytes that do the same. */
const NOTHING = Uint8Array.of(0, 1, 0)
const DEADLINE_MS = 120_000
/** The account has sent fewer. */
const NONCES_AHEAD = 10

/** Init code that leaves an empty contract, and such that reverts. */
const FILES = {
  'package.json': '{"type":"module"}',
  'nonsense.json': '{',
  'broken/index.js': 'nonsense(',
  'stakes.csv': 'stake\n100\n200\n300\n400\n500\n600\n',
  'empty.json': '{"abi":[{"type":"constructor","inputs":[],"stateMutability":"payable"}],"bytecode":"0x00"}',
  'reverting.json': '{"abi":[],"bytecode":"0x5f5ffd"}',
}

export class Places implements AsyncDisposable {
  readonly #root = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  readonly folder = join(this.#root, 'folder')
  readonly #home = join(this.#root, 'home')
  readonly #emptyHome = join(this.#root, 'empty')
  readonly #words: Record<string, string> = {
    node: process.execPath,
    unknown: `0x${'12'.repeat(32)}`,
    runtime: join(PACKAGE, 'runtime'),
    shipped: join(PACKAGE, 'dist/runtime/runtime.wasm'),
    next: join(this.folder, 'next.wasm'),
  }

  #nonce = NONCES_AHEAD
  #rpcUrl = ''

  constructor() {
    for (const path of [this.folder, this.#home, this.#emptyHome]) mkdirSync(path)
    mkdirSync(join(this.folder, 'broken'))
    for (const [name, content] of Object.entries(FILES)) writeFileSync(join(this.folder, name), content)
    writeFileSync(this.#words.next!, Buffer.concat([readFileSync(this.#words.shipped!), NOTHING]))
  }

  /** Where no devnet is running. */
  runElsewhere(line: string): Promise<Done> {
    return this.#run(line, this.#emptyHome)
  }

  /** On the network. */
  async run(line: string): Promise<Done> {
    // No pool keeps such a transaction for ever, and a busy machine takes its time.
    if (!line.includes('{waiting}')) return this.#run(line, this.#home)
    this.#nonce += 1
    return this.#run(line.replace('{waiting}', await this.#send(this.#nonce)), this.#home)
  }

  /** Ends when it is told to. */
  start(line: string): { readonly child: ChildProcess; readonly done: Promise<Done> } {
    const child = spawn(process.execPath, [PROGRAM, ...this.#wordsOf(line)], {
      cwd: this.folder,
      env: this.#env(this.#home),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const done = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    return { child, done: done.then(([stdout, stderr, [exitCode]]) => ({ stdout, stderr, exitCode })) }
  }

  /** Sends {tx} to the rollup at `rpcUrl`, and {waiting} to it whenever a line speaks of that. */
  async sendTransactions(rpcUrl: string): Promise<void> {
    this.#rpcUrl = rpcUrl
    this.#words.tx = await this.#send()
  }

  async #send(nonce?: number): Promise<string> {
    const provider = new JsonRpcProvider(this.#rpcUrl)
    try {
      const wallet = new Wallet(DEV_ACCOUNTS[0]!.privateKey, provider)
      const transaction = { to: wallet.address, value: 1n, ...(nonce === undefined ? {} : { nonce }) }
      return (await wallet.sendTransaction(transaction)).hash
    } finally {
      provider.destroy()
    }
  }

  /** Keeps what `confirmation get` answered, and the same with another signature. */
  writeConfirmation(answer: string): void {
    const confirmation = JSON.parse(answer)
    const { certificate } = confirmation.result.confirmation
    const signature = certificate.slice(-192)
    confirmation.result.confirmation.certificate = certificate.replace(
      signature,
      signature.replace(/[0-9a-f]{8}$/, '01234567'),
    )
    writeFileSync(join(this.folder, 'confirmation.json'), answer)
    writeFileSync(join(this.folder, 'tampered.json'), JSON.stringify(confirmation))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Fails if all is down already.
    await this.run('devnet down')
    rmSync(this.#root, { recursive: true, force: true })
  }

  async #run(line: string, home: string): Promise<Done> {
    const done = await execa(process.execPath, [PROGRAM, ...this.#wordsOf(line)], {
      cwd: this.folder,
      env: this.#env(home),
      extendEnv: false,
      stdin: 'ignore',
      stripFinalNewline: false,
      reject: false,
      timeout: DEADLINE_MS,
    })
    return { exitCode: done.exitCode, stdout: done.stdout, stderr: done.stderr }
  }

  /** Colours are asked for: under --json there are none even so. */
  #env(home: string): NodeJS.ProcessEnv {
    return { PATH: process.env.PATH, HOME: this.#root, BEACON_HOME: home, FORCE_COLOR: '1' }
  }

  #wordsOf(line: string): string[] {
    return line
      .replace(/\{(\w+)\}/g, (_, word: string) => this.#words[word] ?? `{${word}}`)
      .split(' ')
      .filter((word) => word !== '')
  }
}
