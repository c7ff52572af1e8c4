import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { inspect } from 'node:util'
import { BaseCommand } from '../cli/base-command.ts'
import { converse, runScript } from '../cli/repl.ts'
import { findConfigFile } from '../config/find.ts'
import { defineError } from '../errors/beacon-error.ts'
import { attachDevnet } from '../testing/create-devnet.ts'
import type { TestDevnet } from '../testing/devnet.ts'

const CONSOLE_IS_TEXT = defineError({
  code: 'C506',
  name: 'CONSOLE_IS_TEXT',
  kind: 'user',
  message: () => 'a console is a conversation, and --json prints one object',
  hint: () => 'leave out --json; a script prints JSON with console.log(JSON.stringify(...))',
})

const SCRIPT_FAILED = defineError<{ error: unknown }>({
  code: 'C507',
  name: 'SCRIPT_FAILED',
  kind: 'check',
  message: ({ error }) => `the script threw ${describeError(error)}`,
  hint: () => 'what came before it has been done; mend the line and run it again',
})

export default class Console extends BaseCommand {
  static override readonly summary =
    'Talk to a running devnet in JavaScript: its chains, accounts, ethers, the project.'
  static override readonly description =
    'At hand: devnet (as createDevnet gives it to tests), rollups and providers by name, l1, beacon, accounts, ethers, and project where there is a configuration. A script can come from a pipe: the value of a single expression is printed, a longer one prints what it prints.'
  static override readonly examples = [
    '<%= config.bin %> console',
    `echo 'await rollups.app.provider().getBlockNumber()' | <%= config.bin %> console`,
  ]

  async run(): Promise<void> {
    const { flags } = await this.parse(Console)
    if (this.output.isJson) throw CONSOLE_IS_TEXT()
    const devnet = await attachDevnet({ dir: this.root(flags), name: flags.name })
    try {
      const values = await this.#values(devnet)
      if (process.stdin.isTTY) await this.#converse(devnet, values)
      else await this.#runScript(values)
    } finally {
      await devnet.stop()
    }
  }

  async #converse(devnet: TestDevnet, values: object): Promise<void> {
    this.output.note(`at hand: ${Object.keys(values).join(', ')}; .exit or Ctrl-D ends`)
    const historyFile = join(devnet.dir, 'console-history')
    await converse(values, { prompt: `${devnet.name}> `, historyFile })
  }

  async #runScript(values: object): Promise<void> {
    let value: unknown
    try {
      value = await runScript(values, await text(process.stdin))
    } catch (error) {
      throw SCRIPT_FAILED({ error }, error)
    }
    if (value !== undefined) this.output.print(typeof value === 'string' ? value : inspect(value))
  }

  async #values(devnet: TestDevnet): Promise<object> {
    const { accounts, beacon } = devnet
    const ethers = await import('ethers')
    const project = findConfigFile(process.cwd()) === null ? {} : { project: await this.project() }
    return {
      devnet,
      beacon,
      accounts,
      ethers,
      ...project,
      ...(devnet.endpoints.l1 === null ? {} : { l1: devnet.l1 }),
      // Rollups come while one talks.
      get rollups() {
        return Object.fromEntries(devnet.rollups.map((rollup) => [rollup.name, rollup]))
      },
      get providers() {
        return Object.fromEntries(devnet.rollups.map((rollup) => [rollup.name, rollup.provider()]))
      },
    }
  }
}

/** With those lines of the stack that are the script's. */
function describeError(error: unknown): string {
  if (!(error instanceof Error)) return inspect(error)
  const lines = error.stack?.split('\n').filter((line) => /^ +at .*\bscript:\d+/.test(line)) ?? []
  return [String(error), ...lines].join('\n')
}
