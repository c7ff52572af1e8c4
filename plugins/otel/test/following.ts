/** A project with the plugin, at work on a network of `createDevnet`. */

import { dirname } from 'node:path'
import { builtInTasks, type Hex, loadProject, type Project, type RunOptions } from 'beaconlayer'
import type { TestDevnet } from 'beaconlayer/testing'
import otel from '../src/index.ts'
import type { OtelUserConfig } from '../src/types.ts'

// What whoever runs the tests has set for programs of their own would come before what tests configure.
for (const name of Object.keys(process.env)) {
  if (name.startsWith('OTEL_')) delete process.env[name]
}

export function projectWith(config: OtelUserConfig, note = (_line: string) => {}): Promise<Project> {
  return loadProject({ config: { plugins: [otel], otel: config }, note })
}

export function optionsFor({ name, dir }: TestDevnet, more: RunOptions = {}): RunOptions {
  return { devnet: name, dir: dirname(dir), ...more }
}

export async function transfer(devnet: TestDevnet): Promise<Hex> {
  const to = devnet.accounts[1]!.address
  const { hash } = await devnet.rollup().signer().sendTransaction({ to, value: 1n })
  return hash as Hex
}

/** Follows the network from now on, by the task `watch`. */
export async function follow(devnet: TestDevnet, config: OtelUserConfig) {
  const ending = new AbortController()
  const notes: string[] = []
  const printed = new PrintedLines()
  const project = await projectWith(config, (line) => void notes.push(line))
  const options = optionsFor(devnet, { signal: ending.signal, print: (line) => printed.add(line) })
  const watching = project.run(builtInTasks.watch, {}, options)
  // It tells of the committee first, when it has seen where the chain is.
  await printed.until(/^app in epoch /)
  return {
    /** Resolves when the watcher has come to the transaction's block. */
    async seen(tx: Hex): Promise<void> {
      await devnet.waitFor(tx, 'soft')
      const { block } = await devnet.trace(tx)
      await printed.until(new RegExp(`^app block ${block!.number} `))
    },
    /** What people got to read meanwhile. */
    async end(): Promise<readonly string[]> {
      ending.abort()
      await watching
      return notes
    },
  }
}

class PrintedLines {
  readonly #lines: string[] = []
  #more = Promise.withResolvers<void>()

  add(line: string): void {
    this.#lines.push(line)
    this.#more.resolve()
    this.#more = Promise.withResolvers()
  }

  async until(pattern: RegExp): Promise<void> {
    while (!this.#lines.some((line) => pattern.test(line))) await this.#more.promise
  }
}
