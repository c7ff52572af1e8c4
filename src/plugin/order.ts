/** Puts plugins in the order of their dependencies. Among those that don't depend on one another the order of the configuration stays. */

import type { Plugin } from './plugin.ts'
import { PLUGIN_CYCLE, PLUGIN_MISSING } from './plugin-errors.ts'

/** Of plugins with distinct ids. Throws PLUGIN_MISSING or PLUGIN_CYCLE. */
export function orderPlugins(plugins: readonly Plugin[]): Plugin[] {
  const byId = new Map(plugins.map((plugin) => [plugin.id, plugin]))
  const ordered = new Set<Plugin>()
  const visit = (plugin: Plugin, way: readonly string[]): void => {
    const start = way.indexOf(plugin.id)
    if (start >= 0) throw PLUGIN_CYCLE({ cycle: [...way.slice(start), plugin.id] })
    if (ordered.has(plugin)) return
    for (const needs of plugin.dependencies ?? []) {
      const dependency = byId.get(needs)
      if (dependency === undefined) throw PLUGIN_MISSING({ plugin: plugin.id, needs })
      visit(dependency, [...way, plugin.id])
    }
    ordered.add(plugin)
  }
  for (const plugin of plugins) visit(plugin, [])
  return [...ordered]
}
