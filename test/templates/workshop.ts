/** The package as users get it: packed once, installed outside of the checkout, and projects made by it. Nothing leads back. */

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { execa } from 'execa'

export const CHECKOUT = join(import.meta.dirname, '../..')

const INSTALL = ['install', '--no-audit', '--no-fund', '--prefer-offline']
const TIMEOUT_MS = 120_000

/** What npm and this test runner tell the processes that they start, and a user's shell doesn't. */
const NOT_OF_USERS = /^(npm_(?!config_)|INIT_CWD$|NODE_(TEST_CONTEXT|OPTIONS|PATH)$|BEACON_)/

export interface Project {
  readonly folder: string
  /** Runs a program there and gives what it printed; throws with all of that if it fails. */
  run(command: string, ...args: string[]): Promise<string>
}

export class Workshop {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** Packs what `npm run build` has built, and installs that. */
  static async open(): Promise<Workshop> {
    const folder = mkdtempSync(join(tmpdir(), 'beacon-test-'))
    try {
      // Without scripts, for `prepare` would build once more.
      await run(CHECKOUT, 'npm', ['pack', '--ignore-scripts', '--pack-destination', folder])
      const packed = readdirSync(folder).find((name) => name.endsWith('.tgz'))!
      // Beside the projects, so that these find only what they ask for themselves.
      mkdirSync(join(folder, 'cli'))
      writeFileSync(join(folder, 'cli/package.json'), '{ "private": true }')
      await run(join(folder, 'cli'), 'npm', [...INSTALL, join('..', packed)])
    } catch (cause) {
      rmSync(folder, { recursive: true, force: true })
      throw cause
    }
    return new Workshop(folder)
  }

  /** Makes a project as a new user would: `beacon init`, then `npm install`. */
  async make(template: string, name: string): Promise<Project> {
    const beacon = join(this.#folder, 'cli/node_modules/.bin/beacon')
    await run(this.#folder, beacon, ['init', name, '--template', template])
    const folder = join(this.#folder, name)
    await run(folder, 'npm', INSTALL)
    return { folder, run: (command, ...args) => run(folder, command, args) }
  }

  /** Packs plugins of the checkout; the names of the files in each, by plugin. */
  async packPlugins(plugins: readonly string[]): Promise<Map<string, readonly string[]>> {
    const files = new Map<string, readonly string[]>()
    for (const plugin of plugins) {
      const args = ['pack', '--json', '--silent', '--pack-destination', this.#folder]
      const output = await run(join(CHECKOUT, 'plugins', plugin), 'npm', args)
      // What is built before has its say first.
      const [packed] = JSON.parse(output.slice(output.indexOf('[')))
      files.set(
        plugin,
        packed.files.map(({ path }: { path: string }) => path),
      )
    }
    return files
  }

  /** A project with all that was packed, and these files. */
  async makeWithPacked(name: string, files: Readonly<Record<string, string>>): Promise<Project> {
    const folder = join(this.#folder, name)
    mkdirSync(folder)
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text)
    const packed = readdirSync(this.#folder).filter((file) => file.endsWith('.tgz'))
    await run(folder, 'npm', [...INSTALL, ...packed.map((file) => join('..', file))])
    return { folder, run: (command, ...args) => run(folder, command, args) }
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** With the Node that runs this first in PATH, and no program of the checkout. */
async function run(cwd: string, command: string, args: readonly string[]): Promise<string> {
  const inherited = Object.entries(process.env).filter(([name]) => !NOT_OF_USERS.test(name))
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.startsWith(CHECKOUT))
  const env = {
    ...Object.fromEntries(inherited),
    PATH: [dirname(process.execPath), ...path].join(delimiter),
  }
  const { stdout } = await execa(command, args, {
    cwd,
    env,
    extendEnv: false,
    stdin: 'ignore',
    timeout: TIMEOUT_MS,
  })
  return stdout
}
