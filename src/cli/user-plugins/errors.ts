/** What can go wrong with plugins that a user has for all projects. */

import { defineError } from '../../errors/beacon-error.ts'

export const PLUGIN_NOT_INSTALLED = defineError<{ plugin: string; installed: readonly string[] }>({
  code: 'C121',
  name: 'PLUGIN_NOT_INSTALLED',
  kind: 'user',
  message: ({ plugin }) => `no user-wide plugin '${plugin}' is installed`,
  hint: ({ installed }) =>
    installed.length === 0
      ? 'there is none; those of a project are listed in its configuration'
      : `there are: ${installed.join(', ')}`,
})

export const PLUGIN_NAME_INVALID = defineError<{ plugin: string }>({
  code: 'C122',
  name: 'PLUGIN_NAME_INVALID',
  kind: 'user',
  message: ({ plugin }) => `'${plugin}' is neither the name of a package, nor a path or URL of one`,
  hint: () =>
    'a name is as in `beacon-hello` or `@scope/beacon-hello@1.2.0`, a path as in ./beacon-hello-1.2.0.tgz',
})

export const PLUGIN_NOT_FOUND = defineError<{ plugin: string }>({
  code: 'C123',
  name: 'PLUGIN_NOT_FOUND',
  kind: 'user',
  message: ({ plugin }) => `there is no package '${plugin}'`,
  hint: () =>
    'look at how it is spelled, and whether it has that version; a private registry is set in .npmrc',
})

export const REGISTRY_UNREACHABLE = defineError<{ plugin: string; reason: string }>({
  code: 'C124',
  name: 'REGISTRY_UNREACHABLE',
  kind: 'environment',
  message: ({ plugin, reason }) => `npm can't ask the registry for '${plugin}': ${reason}`,
  hint: () => 'try again with a network, or install from a folder or a .tgz file',
})

export const PLUGIN_UNUSABLE = defineError<{ plugin: string; reason: string }>({
  code: 'C125',
  name: 'PLUGIN_UNUSABLE',
  kind: 'user',
  message: ({ plugin, reason }) => `'${plugin}' can't be a user-wide plugin: ${reason}`,
  hint: () => 'docs/plugins.md says what one is made of; nothing was changed',
})

export const PLUGINS_FOLDER_UNWRITABLE = defineError<{ folder: string; reason: string }>({
  code: 'C126',
  name: 'PLUGINS_FOLDER_UNWRITABLE',
  kind: 'environment',
  message: ({ folder, reason }) => `plugins can't be kept in ${folder}: ${reason}`,
  hint: () => 'make it writable, or name another folder in BEACON_DATA_DIR',
})

export const NPM_FAILED = defineError<{ plugin: string; reason: string }>({
  code: 'C127',
  name: 'NPM_FAILED',
  kind: 'environment',
  message: ({ plugin, reason }) => `npm can't install '${plugin}': ${reason}`,
  hint: () => 'the lines above are what npm says; nothing was changed',
})

export const USER_PLUGIN_FAILED = defineError<{ plugin: string; command: string; reason: string }>({
  code: 'C128',
  name: 'USER_PLUGIN_FAILED',
  kind: 'environment',
  message: ({ plugin, command, reason }) => `'${command}' of the plugin '${plugin}' failed: ${reason}`,
  hint: ({ plugin }) => `tell the author of '${plugin}'; \`beacon plugins uninstall ${plugin}\` removes it`,
})

export const PLUGINS_FILE_UNREADABLE = defineError<{ file: string; reason: string }>({
  code: 'C129',
  name: 'PLUGINS_FILE_UNREADABLE',
  kind: 'environment',
  message: ({ file, reason }) => `the list of user-wide plugins can't be read: ${file}: ${reason}`,
  hint: () => 'mend the file, or remove it and install the plugins again',
})
