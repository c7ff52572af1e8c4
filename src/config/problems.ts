/** What is wrong with a configuration: all of it at once, each with the path that an editor's reader finds it by. */

import type * as z from 'zod'
import { defineError } from '../errors/beacon-error.ts'
import { closestTo } from '../primitives/spelling.ts'

export type PathSegment = string | number

export interface ConfigProblem {
  /** From the top of the configuration, as in ['devnets', 'default', 'rollups', 0, 'sequencers']. */
  readonly path: readonly PathSegment[]
  readonly message: string
}

/** `problems` as {@link describeProblem} gives them. */
export const CONFIG_INVALID = defineError<{ file: string; problems: readonly string[] }>({
  code: 'C203',
  name: 'CONFIG_INVALID',
  kind: 'user',
  message: ({ file, problems }) => [`${file} can't be used:`, ...problems].join('\n  '),
  hint: () => 'correct these places; the types of `defineConfig` say what each may be',
})

/** As in "devnets.default.rollups[0].sequencers". */
export function formatPath(path: readonly PathSegment[]): string {
  const parts = path.map((segment) =>
    typeof segment === 'number'
      ? `[${segment}]`
      : IDENTIFIER.test(segment)
        ? `.${segment}`
        : `['${segment}']`,
  )
  return parts.join('').replace(/^\./, '')
}

export const NO_SUCH_SETTING = 'there is no such setting'

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/

/** The problems that zod found in the value at `base`. */
export function problemsOf(
  issues: readonly z.core.$ZodIssue[],
  base: readonly PathSegment[],
): readonly ConfigProblem[] {
  return issues.flatMap((issue) => {
    const path = [...base, ...(issue.path as PathSegment[])]
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }]
    return issue.keys.map((key) => ({ path: [...path, key], message: NO_SUCH_SETTING }))
  })
}

export function unknownKey(path: readonly PathSegment[], known: readonly string[]): ConfigProblem {
  const meant = closestTo(String(path.at(-1)), known)
  const guess = meant === null ? `there is ${known.join(', ')}` : `did you mean '${meant}'?`
  return { path, message: `${NO_SUCH_SETTING}: ${guess}` }
}

/** On a line. */
export function describeProblem({ path, message }: ConfigProblem): string {
  return path.length === 0 ? message : `${formatPath(path)}: ${message}`
}
