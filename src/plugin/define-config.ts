/** What beacon.config.ts exports. */

import type { UserConfig } from '../config/config.ts'
import type { Plugin } from './plugin.ts'
import type { TaskDefinition } from './task-definition.ts'

/** Besides sections, which plugins may extend, the plugins themselves and tasks of the project's own. */
export interface ProjectConfig extends UserConfig {
  plugins?: readonly Plugin[]
  tasks?: readonly TaskDefinition[]
}

/**
 * Types a configuration, and does nothing else.
 * @example
 * export default defineConfig({
 *   devnets: { default: { validators: 9, rollups: [{ name: 'app', sequencers: 5 }] } },
 * })
 */
export function defineConfig(config: ProjectConfig): ProjectConfig {
  return config
}
