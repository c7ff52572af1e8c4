/** Names of new projects: such as npm takes for a package, and as can be the id of a plugin. */

import { builtinModules } from 'node:module'
import { defineError } from '../../errors/beacon-error.ts'

export const PROJECT_NAME_INVALID = defineError<{ name: string; suggestion: string }>({
  code: 'C602',
  name: 'PROJECT_NAME_INVALID',
  kind: 'user',
  message: ({ name }) => `npm takes no package called '${name}'`,
  hint: ({ suggestion }) =>
    `names have lower-case letters, digits, dots and dashes, and no package of Node or of this project has them: --name ${suggestion}`,
})

/** Of npm. */
const LENGTH_MAX = 214
const PATTERN = /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/
/** Those that npm forbids, those that `import` in the project would find instead of the package meant, and Node's own. */
const TAKEN = new Set(['node_modules', 'favicon.ico', 'beaconlayer', 'ethers', 'solc', 'typescript', 'zod'])
for (const name of builtinModules) TAKEN.add(name)

/** Throws PROJECT_NAME_INVALID, with a name that would do. */
export function checkProjectName(name: string): string {
  if (isProjectName(name)) return name
  throw PROJECT_NAME_INVALID({ name, suggestion: projectNameFor(name) })
}

/** The nearest name that npm takes: 'My App' gives 'my-app', and 'events' gives 'events-app'. */
export function projectNameFor(text: string): string {
  const name = text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|[._-]+$/g, '')
    .slice(0, LENGTH_MAX)
  if (name === '') return 'my-app'
  return TAKEN.has(name) ? `${name}-app` : name
}

function isProjectName(name: string): boolean {
  return PATTERN.test(name) && name.length <= LENGTH_MAX && !TAKEN.has(name)
}
