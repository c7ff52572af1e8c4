/** Writes docs/errors.md from the errors as they are described in the code: each code has a place there that its `docs` link names. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { definedErrors, EXIT_CODES } from '../src/errors/beacon-error.ts'

const root = join(import.meta.dirname, '..')

/** Of all errors, after loading every module that describes one. */
export async function renderErrors(): Promise<string> {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  for (const file of sources.filter((name) => name.endsWith('.ts')).sort()) {
    const path = join(root, 'src', file)
    if (/= defineError[<(]/.test(readFileSync(path, 'utf8'))) await import(path)
  }
  const entries = [...definedErrors().values()].sort((a, b) => a.code.localeCompare(b.code))
  return `${HEADER}${entries.map((entry) => renderEntry(entry)).join('\n')}`
}

const HEADER = `# Errors

Every error has a permanent code, says what happened, and names a way out. With \`--json\` it comes as
\`{"schemaVersion":1,"command":"...","ok":false,"error":{"code","name","message","hint","docs"}}\`. Exit codes: 0 done; 1 the environment failed;
2 your input; 3 a check said no; 70 a bug of ours. Words in <angle brackets> stand for values.

`

type Entry =
  ReturnType<typeof definedErrors> extends ReadonlyMap<string, infer Descriptor> ? Descriptor : never

function renderEntry({ code, name, kind, message, hint }: Entry): string {
  const say = (text: (values: never) => string) => text(placeholders as never)
  return `## ${code}\n\n\`${name}\`, exit code ${EXIT_CODES[kind]}\n\n> ${say(message)}\n\nWay out: ${say(hint)}.\n`
}

/** Stands in for an error's values: each reads as its own name, alone or as a list. */
const placeholders = new Proxy({}, { get: (_, key) => [`<${String(key)}>`], has: () => false })

if (import.meta.main) writeFileSync(join(root, 'docs/errors.md'), await renderErrors())
