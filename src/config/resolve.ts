/**
 * Makes a complete configuration of what a person wrote. Every section is checked by its own schema, each on its own, so that all
 * problems are found in one go. In: anything. Out: a frozen configuration, or the problems.
 */

import type { ResolvedConfig, UserConfig } from './config.ts'
import { DEVNET_KEYS, devnetSchema, type ResolvedDevnet } from './devnet.ts'
import { deepFreeze } from './freeze.ts'
import { DEVNET_NAME_PATTERN } from './limits.ts'
import { type ConfigProblem, NO_SUCH_SETTING, type PathSegment, problemsOf, unknownKey } from './problems.ts'
import { ROLLUP_KEYS } from './rollup.ts'
import type { StandardIssue, StandardSchema } from './standard-schema.ts'

/** Sections that plugins have added, by key. */
export type SectionSchemas = ReadonlyMap<string, StandardSchema>

export type Resolution =
  | { readonly ok: true; readonly config: ResolvedConfig }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] }

export async function resolveConfig(user: UserConfig, sections: SectionSchemas): Promise<Resolution> {
  if (!isRecord(user)) return refused([{ path: [], message: 'a configuration is an object' }])
  const known = ['devnets', ...sections.keys()]
  const problems: ConfigProblem[] = Object.keys(user)
    .filter((key) => !known.includes(key))
    .map((key) => unknownKey([key], [...known, 'plugins', 'tasks']))
  const devnets = resolveDevnets(user.devnets ?? {}, problems)
  const added: Record<string, unknown> = {}
  for (const [key, schema] of sections) {
    added[key] = await resolveSection(key, schema, (user as Record<string, unknown>)[key], problems)
  }
  if (problems.length > 0) return refused(problems)
  // The types of added sections are what their schemas say; see definePlugin.
  return { ok: true, config: deepFreeze({ devnets, ...added }) as ResolvedConfig }
}

function resolveDevnets(devnets: unknown, problems: ConfigProblem[]): Record<string, ResolvedDevnet> {
  if (!isRecord(devnets)) {
    problems.push({
      path: ['devnets'],
      message: 'devnets is an object, as in { default: { validators: 7 } }',
    })
    return {}
  }
  const resolved: Record<string, ResolvedDevnet> = {}
  for (const [name, devnet] of Object.entries({ default: {}, ...devnets })) {
    if (!DEVNET_NAME_PATTERN.test(name)) {
      const message = "a devnet's name has up to 32 lower-case letters, digits and dashes"
      problems.push({ path: ['devnets', name], message })
    }
    const result = devnetSchema(name).safeParse(devnet)
    if (result.success) resolved[name] = result.data
    else problems.push(...problemsOf(result.error.issues, ['devnets', name]).map(withGuess))
  }
  return resolved
}

/** A setting of a devnet or of a rollup that doesn't exist gets a guess at what was meant. */
function withGuess(problem: ConfigProblem): ConfigProblem {
  if (problem.message !== NO_SUCH_SETTING) return problem
  if (problem.path.length === 3) return unknownKey(problem.path, DEVNET_KEYS)
  return problem.path[2] === 'rollups' ? unknownKey(problem.path, ROLLUP_KEYS) : problem
}

async function resolveSection(
  key: string,
  schema: StandardSchema,
  value: unknown,
  problems: ConfigProblem[],
): Promise<unknown> {
  const result = await schema['~standard'].validate(value)
  if (result.issues === undefined) return result.value
  for (const { path = [], message } of result.issues) {
    problems.push({ path: [key, ...path.map(segmentOf)], message })
  }
  return undefined
}

function segmentOf(part: NonNullable<StandardIssue['path']>[number]): PathSegment {
  const key = typeof part === 'object' ? part.key : part
  return typeof key === 'symbol' ? String(key) : key
}

function refused(problems: readonly ConfigProblem[]): Resolution {
  return { ok: false, problems }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
