/**
 * Adds the commands that a project's plugins contribute, so that help and completion list them and they run like any other. Loaded only where
 * there is a configuration, and only for what beacon alone can't answer.
 */

import { dirname } from 'node:path'
import { type Command, Config, type Interfaces } from '@oclif/core'
import type { Plugin, PluginCommand } from '../plugin/plugin.ts'
import { PLUGIN_INVALID, PLUGIN_UNLOADABLE } from '../plugin/plugin-errors.ts'
import { loadProject } from '../project.ts'

/** What to start the framework with, instead of `options`, which may have commands of user-wide plugins already. */
export async function withProjectCommands(
  options: Interfaces.Options | Interfaces.Config,
  configFile: string,
  argv: readonly string[],
): Promise<Interfaces.Options | Interfaces.Config> {
  const { plugins } = await loadProject({ folder: dirname(configFile) })
  const contributing = plugins.filter(({ commands }) => Object.keys(commands ?? {}).length > 0)
  if (contributing.length === 0) return options
  const config = await Config.load(options as Interfaces.LoadOptions)
  for (const plugin of contributing) {
    const commands = Object.entries(plugin.commands!).map(([words, command]) =>
      asLoadable(config, plugin, words, command, argv),
    )
    // The framework takes a given configuration with its plugins, and reads commands and topics from them anew.
    const added = asFrameworkPlugin(plugin, dirname(configFile), await Promise.all(commands))
    config.plugins.set(plugin.id, added)
  }
  return config
}

async function asLoadable(
  config: Interfaces.Config,
  { id: pluginName }: Plugin,
  words: string,
  { summary, load }: PluginCommand,
  argv: readonly string[],
): Promise<Command.Loadable> {
  const id = words.replaceAll(' ', ':')
  if (config.commandIDs.includes(id)) {
    throw PLUGIN_INVALID({ plugin: pluginName, reason: `beacon has a command '${words}' itself` })
  }
  const loadClass = async () => {
    const loaded = await loadCommand(pluginName, words, load)
    loaded.id = id
    return loaded
  }
  // What it takes is known when it is loaded, which only its own help and completion are worth.
  const isDescribed = ['help', 'autocomplete', words.split(' ')[0]].includes(argv[0])
  const described = isDescribed ? describe(await loadClass()) : { args: {}, flags: {} }
  return {
    aliases: [],
    hiddenAliases: [],
    hidden: false,
    ...described,
    id,
    summary,
    pluginName,
    pluginType: 'project',
    load: loadClass,
  }
}

/** What the framework's help reads; the defaults of flags it works out itself. */
function describe({
  args,
  flags,
  baseFlags,
  description,
  examples,
  usage,
  strict,
  enableJsonFlag,
}: Command.Class) {
  const json = { type: 'boolean', description: 'Format output as json.', helpGroup: 'GLOBAL' }
  const all = { ...baseFlags, ...flags, ...(enableJsonFlag ? { json } : {}) }
  const named = (specs: object) =>
    Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, { ...spec, name }]))
  return {
    args: named(args ?? {}) as Command.Loadable['args'],
    flags: named(all) as Command.Loadable['flags'],
    description,
    examples,
    usage,
    strict,
  }
}

async function loadCommand(
  plugin: string,
  words: string,
  load: PluginCommand['load'],
): Promise<Command.Class> {
  const module = await load().catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw PLUGIN_UNLOADABLE({ plugin, what: `the command '${words}'`, reason }, cause)
  })
  const loaded = module.default as unknown as Command.Class
  if (typeof loaded?.run === 'function') return loaded
  throw PLUGIN_INVALID({ plugin, reason: `the module of '${words}' exports no command` })
}

function asFrameworkPlugin(
  { id, version = '0.0.0' }: Plugin,
  root: string,
  commands: Command.Loadable[],
): Interfaces.Plugin {
  const pjson = { name: id, version, oclif: {} }
  return {
    _base: '',
    name: id,
    alias: id,
    version,
    type: 'project',
    root,
    pjson: pjson as Interfaces.Plugin['pjson'],
    options: { root },
    moduleType: 'module',
    isRoot: false,
    valid: true,
    hasManifest: false,
    hooks: {},
    topics: [],
    commands,
    commandIDs: commands.map((command) => command.id),
    commandsDir: undefined,
    findCommand: async (wanted: string) =>
      (await commands.find((command) => command.id === wanted)?.load()) as Command.Class,
    load: async () => {},
  } as Interfaces.Plugin
}
