/** What can be wrong with a plugin, always by its name. */

import { defineError } from '../errors/beacon-error.ts'

export const PLUGIN_INVALID = defineError<{ plugin: string; reason: string }>({
  code: 'X110',
  name: 'PLUGIN_INVALID',
  kind: 'user',
  message: ({ plugin, reason }) => `plugin '${plugin}' can't be used: ${reason}`,
  hint: ({ plugin }) => `mend the plugin, or take '${plugin}' out of the configuration`,
})

export const PLUGIN_INCOMPATIBLE = defineError<{ plugin: string; wants: unknown; have: number }>({
  code: 'X111',
  name: 'PLUGIN_INCOMPATIBLE',
  kind: 'user',
  message: ({ plugin, wants, have }) =>
    `plugin '${plugin}' is made for version ${wants} of the plugin API, and this beacon has version ${have}`,
  hint: ({ plugin }) => `install a version of '${plugin}' for this beacon, or the beacon that it is made for`,
})

export const PLUGIN_UNLOADABLE = defineError<{ plugin: string; what: string; reason: string }>({
  code: 'X112',
  name: 'PLUGIN_UNLOADABLE',
  kind: 'user',
  message: ({ plugin, what, reason }) => `plugin '${plugin}' can't load ${what}: ${reason}`,
  hint: ({ plugin }) => `install '${plugin}' again, or mend it if it is yours`,
})

export const PLUGIN_MISSING = defineError<{ plugin: string; needs: string }>({
  code: 'X114',
  name: 'PLUGIN_MISSING',
  kind: 'user',
  message: ({ plugin, needs }) => `plugin '${plugin}' needs '${needs}', which is not in the configuration`,
  hint: ({ needs }) => `add '${needs}' to \`plugins\``,
})

export const PLUGIN_CYCLE = defineError<{ cycle: readonly string[] }>({
  code: 'X115',
  name: 'PLUGIN_CYCLE',
  kind: 'user',
  message: ({ cycle }) => `plugins depend on one another in a circle: ${cycle.join(' -> ')}`,
  hint: () => 'one of them must do without the next: take it out, or tell its author',
})
