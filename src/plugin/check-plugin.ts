/** Checks what a configuration lists as plugins, for authors in JavaScript and for plugins of other versions. */

import { HOOKS } from './hook-types.ts'
import { PLUGIN_API_VERSION, type Plugin } from './plugin.ts'
import { PLUGIN_INCOMPATIBLE, PLUGIN_INVALID } from './plugin-errors.ts'

const KEYS = ['id', 'version', 'apiVersion', 'dependencies', 'config', 'tasks', 'hooks', 'commands']
const ID = /^(@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*$/
const COMMAND = /^[a-z][a-z0-9-]*( [a-z][a-z0-9-]*)*$/

/** Throws the first error that it finds. */
export function checkPlugins(listed: unknown): readonly Plugin[] {
  if (listed === undefined) return []
  if (!Array.isArray(listed)) throw PLUGIN_INVALID({ plugin: '?', reason: '`plugins` is a list' })
  const plugins = listed.map((value, i) => checkPlugin(value, i))
  for (const [i, { id }] of plugins.entries()) {
    if (plugins.findIndex((other) => other.id === id) !== i) {
      throw PLUGIN_INVALID({ plugin: id, reason: 'it is listed twice' })
    }
  }
  return plugins
}

function checkPlugin(value: unknown, position: number): Plugin {
  const plugin = value as Plugin
  const id = typeof plugin?.id === 'string' ? plugin.id : `number ${position + 1}`
  const refuse = (reason: string): never => {
    throw PLUGIN_INVALID({ plugin: id, reason })
  }
  if (typeof plugin !== 'object' || plugin === null) refuse('it is no object: was its module imported whole?')
  if (!ID.test(plugin.id)) refuse('its id is not like the name of a package')
  // Before the rest, which another version may have changed.
  if (plugin.apiVersion !== PLUGIN_API_VERSION) {
    throw PLUGIN_INCOMPATIBLE({ plugin: id, wants: plugin.apiVersion, have: PLUGIN_API_VERSION })
  }
  const unknown = Object.keys(plugin).find((key) => !KEYS.includes(key))
  if (unknown !== undefined) refuse(`it has '${unknown}', which no plugin has`)
  for (const [category, load] of Object.entries(plugin.hooks ?? {})) {
    if (!Object.hasOwn(HOOKS, category)) refuse(`there are no hooks '${category}'`)
    if (typeof load !== 'function')
      refuse(`its ${category} hooks are not behind a function that imports them`)
  }
  for (const [key, load] of Object.entries(plugin.config ?? {})) {
    if (['devnets', 'plugins', 'tasks'].includes(key)) refuse(`the section '${key}' is not a plugin's`)
    if (typeof load !== 'function') refuse(`the schema of '${key}' is not behind a function that imports it`)
  }
  for (const [words, command] of Object.entries(plugin.commands ?? {})) {
    if (!COMMAND.test(words)) refuse(`'${words}' can't name a command`)
    if (typeof command.load !== 'function') refuse(`the command '${words}' has no \`load\``)
  }
  if (!(plugin.tasks ?? []).every((task) => typeof task?.load === 'function')) {
    refuse('one of its tasks has no action')
  }
  return plugin
}
