/**
 * Installs, links, updates and removes user-wide plugins with the framework's own installer, which keeps a list and runs npm. What it adds
 * here: errors that say what to do, nothing printed to stdout, and a folder that is as it was before if something fails.
 */

import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { Config, type Interfaces, ux } from '@oclif/core'
import { commands } from '@oclif/plugin-plugins'
import { isBeaconError } from '../../errors/beacon-error.ts'
import {
  NPM_FAILED,
  PLUGIN_NAME_INVALID,
  PLUGIN_NOT_FOUND,
  PLUGIN_NOT_INSTALLED,
  PLUGIN_UNUSABLE,
  PLUGINS_FOLDER_UNWRITABLE,
  REGISTRY_UNREACHABLE,
} from './errors.ts'
import { listUserPlugins } from './folder.ts'
import { addUserPlugins, type UserPlugin } from './load.ts'
import { shareBeaconlayer } from './share-beaconlayer.ts'

type Installer = NonNullable<InstanceType<typeof commands.plugins>['plugins']>

const NAME = /^((?:@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~-][\w.~-]*)(?:@([^@/:\s]+))?$/
const LISTS = ['package.json', 'package-lock.json']
const NO_SUCH_PACKAGE = /\b(E404|ETARGET|ENOENT)\b|does not exist in the registry/
const UNREACHABLE =
  /\b(ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT|FETCH_ERROR|EHOSTUNREACH|EIDLETIMEOUT)\b/

export class UserPlugins {
  readonly #config: Config
  readonly #installer: Installer
  readonly #note: (line: string) => void
  /** What npm said. */
  readonly #said: string[] = []

  private constructor(config: Config, installer: Installer, note: (line: string) => void) {
    this.#config = config
    this.#installer = installer
    this.#note = note
  }

  static async open(config: Interfaces.Config, timeoutMs: number, note: (line: string) => void) {
    checkFolder(config.dataDir)
    configureNpm(timeoutMs)
    shareBeaconlayer([config.dataDir])
    // The package keeps its installer to itself, but for its list of plugins, which holds one once it ran.
    const list = new commands.plugins(['--json'], config as Config)
    await list.run()
    return new UserPlugins(config as Config, list.plugins, note)
  }

  async install(typed: string): Promise<UserPlugin> {
    const { source, tag } = parseSource(typed)
    return this.#change(typed, async () => {
      // npm is started in the folder before the installer makes its list.
      if (!existsSync(this.#listFile)) await this.#installer.add()
      const folder = manifestOf(source)
      if (folder !== null) return this.#find(await this.#installFolder(source, folder), typed)
      const { name } = await this.#installer.install(source, tag === undefined ? {} : { tag })
      return this.#find(name, typed)
    })
  }

  async link(path: string): Promise<UserPlugin> {
    const root = resolve(path)
    if (!existsSync(join(root, 'package.json')))
      throw PLUGIN_UNUSABLE({ plugin: path, reason: 'there is no package.json in that folder' })
    shareBeaconlayer([root])
    return this.#change(path, async () => {
      const { name } = await this.#installer.link(root, { install: false })
      return this.#find(name, path)
    })
  }

  async uninstall(typed: string): Promise<string> {
    const found = await this.#installer.hasPlugin(typed)
    if (found === false) {
      const installed = listUserPlugins(this.#config.dataDir).map(({ name }) => name)
      throw PLUGIN_NOT_INSTALLED({ plugin: typed, installed })
    }
    await this.#aside(() => this.#installer.uninstall(found.name))
    await this.#refreshCompletion()
    return found.name
  }

  async update(): Promise<readonly UserPlugin[]> {
    return this.#change('', async () => {
      await this.#installer.update()
      return this.#load()
    })
  }

  /** The installer takes any other folder's plugin for that which it has just installed. */
  async #installFolder(url: string, { name }: { name: string }): Promise<string> {
    const { dataDir: cwd } = this.#config
    await this.#installer.npm.install([url], { cwd, prod: true, logLevel: 'notice' })
    await this.#installer.add({ name, type: 'user', url })
    return name
  }

  get #listFile(): string {
    return join(this.#config.dataDir, 'package.json')
  }

  /** Undoes what `work` did if it fails, or if what it leaves can't be used. */
  async #change<T>(plugin: string, work: () => Promise<T>): Promise<T> {
    const { dataDir } = this.#config
    const before = LISTS.map((name) => [join(dataDir, name), readIfAny(join(dataDir, name))] as const)
    try {
      const done = await this.#aside(work)
      await this.#refreshCompletion()
      return done
    } catch (cause) {
      const error = isBeaconError(cause) ? cause : await this.#explain(plugin, cause)
      await this.#restore(before)
      throw error
    }
  }

  async #restore(before: readonly (readonly [string, string | null])[]): Promise<void> {
    for (const [path, text] of before) {
      if (text === null) rmSync(path, { force: true })
      else writeFileSync(path, text)
    }
    const { dataDir: cwd } = this.#config
    const hadPlugins = before[0]![1] !== null
    if (!hadPlugins) return rmSync(join(cwd, 'node_modules'), { recursive: true, force: true })
    await this.#aside(() => this.#installer.npm.install([], { cwd, prod: true, logLevel: 'silent' })).catch(
      (cause) => this.#note(`npm could not put back what there was: ${reasonOf(cause)}`),
    )
  }

  async #find(name: string, typed: string): Promise<UserPlugin> {
    const found = (await this.#load()).find((plugin) => plugin.name === name)
    if (found === undefined) throw PLUGIN_UNUSABLE({ plugin: typed, reason: 'npm did not install it' })
    if (found.problem !== null) throw PLUGIN_UNUSABLE({ plugin: name, reason: found.problem })
    return found
  }

  /** Into a configuration of its own: that of the running command stays as it is. */
  async #load(): Promise<readonly UserPlugin[]> {
    const config = await Config.load(this.#config.options)
    return addUserPlugins(config, config.dataDir, listUserPlugins(config.dataDir))
  }

  /** Completion is a file that lists all commands, made anew if the user has one. */
  async #refreshCompletion(): Promise<void> {
    if (!existsSync(join(this.#config.cacheDir, 'autocomplete'))) return
    const config = await Config.load(this.#config.options)
    await addUserPlugins(config, config.dataDir, listUserPlugins(config.dataDir))
    const complete = await Config.load(config)
    await this.#aside(() => complete.runCommand('autocomplete:create'))
  }

  /** What the installer and npm print goes beside the data. */
  async #aside<T>(work: () => Promise<T>): Promise<T> {
    const { stdout, stderr } = ux
    const listen = (text?: string | string[]) => {
      const line = stripVTControlCharacters([text].flat().join('\n'))
      this.#said.push(line)
      this.#note(line)
    }
    Object.assign(ux, { stdout: listen, stderr: listen })
    try {
      return await work()
    } finally {
      Object.assign(ux, { stdout, stderr })
    }
  }

  /** The installer's errors say that npm failed; why is in npm's lines, or where it asks silently, in those of a second time. */
  async #explain(plugin: string, cause: unknown): Promise<Error> {
    const { dataDir: cwd } = this.#config
    const { message } = cause as Error
    if (/plugin is invalid/.test(message))
      return PLUGIN_UNUSABLE({ plugin, reason: "its package.json has no section 'oclif'" }, cause)
    if (/does not exist in the registry/.test(message)) {
      const { source } = parseSource(plugin)
      const view = ['view', source, 'name']
      await this.#aside(() => this.#installer.npm.exec(view, { cwd, logLevel: 'error' })).catch(() => {})
    }
    const said = this.#said.join('\n')
    const [, reason = message] = /npm error (?!code\b)(.+)/.exec(said) ?? []
    const unreachable = UNREACHABLE.exec(said)
    if (unreachable !== null) return REGISTRY_UNREACHABLE({ plugin, reason: unreachable[0] }, cause)
    if (/\b(EACCES|EROFS|EPERM|ENOSPC)\b/.test(`${said}\n${message}`))
      return PLUGINS_FOLDER_UNWRITABLE({ folder: cwd, reason }, cause)
    if (NO_SUCH_PACKAGE.test(said)) return PLUGIN_NOT_FOUND({ plugin }, cause)
    return NPM_FAILED({ plugin, reason }, cause)
  }
}

/** As the installer takes it: a path or URL with its protocol, or a name and what follows its `@`. */
function parseSource(typed: string): { source: string; tag?: string } {
  if (/^[.~/\\]|^[a-z]:\\|\.tgz$/i.test(typed) && !typed.includes('://')) {
    const path = resolve(typed)
    if (!existsSync(path)) throw PLUGIN_NOT_FOUND({ plugin: typed })
    return { source: `file:${path}` }
  }
  if (/^[a-z][a-z+]*:/.test(typed)) return { source: typed }
  const [, source, tag] = NAME.exec(typed) ?? []
  if (source === undefined || source.startsWith('-')) throw PLUGIN_NAME_INVALID({ plugin: typed })
  return { source, tag }
}

/** Of a folder; null of anything else. */
function manifestOf(source: string): { name: string } | null {
  const file = join(source.replace(/^file:/, ''), 'package.json')
  if (!source.startsWith('file:') || !existsSync(file)) return null
  return JSON.parse(readFileSync(file, 'utf8')) as { name: string }
}

function checkFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
  } catch (cause) {
    throw PLUGINS_FOLDER_UNWRITABLE({ folder, reason: reasonOf(cause) }, cause)
  }
}

/** By its environment, which it inherits. What the user set stays. */
function configureNpm(timeoutMs: number): void {
  const settings = {
    // By default it tries for minutes.
    fetch_retries: '1',
    fetch_retry_mintimeout: '500',
    fetch_retry_maxtimeout: '1000',
    fetch_timeout: String(timeoutMs),
    // The peer that all plugins have is beacon itself, which runs already.
    legacy_peer_deps: 'true',
    // A folder is copied: whoever wants it as it is links it.
    install_links: 'true',
    update_notifier: 'false',
  }
  for (const [name, value] of Object.entries(settings)) process.env[`npm_config_${name}`] ??= value
}

function readIfAny(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
