/** Where user-wide plugins are, and which: read at every start, so without the framework. */

import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { PLUGINS_FILE_UNREADABLE } from './errors.ts'

/** As the framework's installer lists it. */
export interface Listed {
  readonly name: string
  /** `link`: a folder of the user's, as it is. */
  readonly type: 'user' | 'link'
  /** Of a link. */
  readonly root?: string
}

/** The framework's data folder of a program called `name`, by its rules. */
export function pluginsFolder(name: string): string {
  const { BEACON_DATA_DIR, XDG_DATA_HOME, LOCALAPPDATA, HOME } = process.env
  if (BEACON_DATA_DIR) return BEACON_DATA_DIR
  const local = process.platform === 'win32' ? LOCALAPPDATA : undefined
  return join(XDG_DATA_HOME || local || join(HOME || homedir(), '.local/share'), name)
}

/** None where nothing was ever installed. */
export function listUserPlugins(folder: string): readonly Listed[] {
  const file = join(folder, 'package.json')
  try {
    const { oclif } = JSON.parse(readFileSync(file, 'utf8')) as { oclif?: { plugins?: (Listed | string)[] } }
    const plugins = oclif?.plugins ?? []
    return plugins.map((plugin) => (typeof plugin === 'string' ? { name: plugin, type: 'user' } : plugin))
  } catch (cause) {
    const { code, message: reason } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw PLUGINS_FILE_UNREADABLE({ file, reason }, cause)
  }
}
