/**
 * Adds the commands of user-wide plugins, so that help and completion list them and they run like any other. Loaded only where there are
 * such plugins. One that can't be used is left out and reported; the others, and beacon itself, go on.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Config, type Interfaces, Plugin, settings } from '@oclif/core'
import type { Listed } from './folder.ts'
import { shareBeaconlayer } from './share-beaconlayer.ts'

export interface UserPlugin {
  readonly name: string
  readonly type: Listed['type']
  readonly root: string
  readonly version: string | null
  /** In words, as in 'hello world'. */
  readonly commands: readonly string[]
  /** Why it isn't used; null if it is. */
  readonly problem: string | null
}

/** Puts those that can be used into `config`, whose commands they may not replace. */
export async function addUserPlugins(
  config: Interfaces.Config,
  folder: string,
  listed: readonly Listed[],
): Promise<readonly UserPlugin[]> {
  shareBeaconlayer([folder, ...listed.map(({ root }) => root).filter((root) => root !== undefined)])
  // Node runs TypeScript as it is; without this the framework warns that it can't.
  settings.enableAutoTranspile = false
  const taken = new Map<string, string>(
    [...config.plugins.values()].flatMap(({ commandIDs }) => commandIDs.map((id) => [id, 'beacon'])),
  )
  const plugins: UserPlugin[] = []
  for (const { name, type, root = join(folder, 'node_modules', name) } of listed) {
    const described = { name, type, root, version: null, commands: [] }
    try {
      const plugin = await loadPlugin(name, type, root)
      const ids = plugin.commands.map(({ id }) => id)
      const clash = ids.find((id) => taken.has(id))
      if (clash !== undefined)
        throw new Error(`${taken.get(clash)} has a command '${toWords(clash)}' already`)
      for (const id of ids) taken.set(id, `'${name}'`)
      config.plugins.set(plugin.name, plugin)
      plugins.push({ ...described, version: plugin.version, commands: ids.map(toWords), problem: null })
    } catch (cause) {
      plugins.push({ ...described, problem: reasonOf(cause) })
    }
  }
  return plugins
}

/** The configuration to start the framework with, and what it has from where. */
export async function withUserPlugins(
  options: Interfaces.Options,
  folder: string,
  listed: readonly Listed[],
) {
  const config = await Config.load(options)
  const plugins = await addUserPlugins(config, folder, listed)
  return { config, plugins }
}

async function loadPlugin(name: string, type: Listed['type'], root: string): Promise<Plugin> {
  if (!existsSync(join(root, 'package.json'))) throw new Error('its files are gone')
  const plugin = new Plugin({ name, type, root, errorOnManifestCreate: true } as Interfaces.PluginOptions)
  await plugin.load()
  if (!plugin.valid) throw new Error("its package.json has no section 'oclif'")
  if (plugin.commands.length === 0) throw new Error('it has no commands')
  return plugin
}

function toWords(id: string): string {
  return id.replaceAll(':', ' ')
}

/** The first line: the framework adds several about where it was. */
function reasonOf(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException
  return `${code === undefined || message.includes(code) ? '' : `${code}: `}${message}`.split('\n')[0]!
}
