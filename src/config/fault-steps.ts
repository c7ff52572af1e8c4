/** The section `faults` of a devnet: what `beacon run faults` does to it, step by step, and what it expects to see. */

import * as z from 'zod'
import { HEAD_RUNGS, type HeadRung } from '../primitives/ladder.ts'
import { type Fault, type FaultKind, faultSchema } from './fault.ts'

/** When a step begins; as soon as the one before it is done, if left out. */
export interface FaultStart {
  /** Seconds since the schedule began. */
  readonly at?: number | undefined
  /** So many more blocks of a rollup are confirmed, or so many more epochs of the Beacon Layer have begun. */
  readonly when?:
    | { readonly rollup: string; readonly blocks: number }
    | { readonly epochs: number }
    | undefined
}

/** A block counts from the one that is confirmed when time begins to count. */
export type FaultExpectation =
  /** A later block of the rollup reaches this rung; 'soft' if left out. */
  | { readonly rollup: string; readonly rung?: HeadRung | undefined; readonly withinMs: number }
  /** It has no new block for so long. */
  | { readonly rollup: string; readonly standsStillMs: number; readonly withinMs: number }
  /** The Beacon Layer makes so many more blocks final. */
  | { readonly beaconBlocks: number; readonly withinMs: number }
  /** The Beacon Layer records evidence against this validator, as in 'validator-3'. */
  | { readonly offence: string; readonly withinMs: number }

export type FaultStep = FaultStart &
  (
    | { readonly fault: Fault }
    | {
        readonly expect: FaultExpectation
        /** Time counts from when the last fault of this kind was carried out; by default, from the end of the step before. */
        readonly after?: FaultKind | undefined
      }
  )

/** An hour. */
const WITHIN_MS_MAX = 3_600_000
const SECONDS_MAX = 86_400

const count = z.int().min(1)
const withinMs = z.int().min(1).max(WITHIN_MS_MAX)
const name = z.string().min(1)

const whenSchema = z
  .strictObject({ rollup: name.optional(), blocks: count.optional(), epochs: count.optional() })
  .refine(
    ({ rollup, blocks, epochs }) =>
      (rollup === undefined) === (blocks === undefined) && (rollup === undefined) !== (epochs === undefined),
    'a step waits for { rollup, blocks } or for { epochs }',
  )

const expectSchema = z
  .strictObject({
    rollup: name.optional(),
    rung: z.enum(HEAD_RUNGS).optional(),
    standsStillMs: withinMs.optional(),
    beaconBlocks: count.optional(),
    offence: name.optional(),
    withinMs,
  })
  .superRefine((given, context) => {
    const { rollup, rung, standsStillMs, beaconBlocks, offence } = given
    const subjects = [rollup, beaconBlocks, offence].filter((subject) => subject !== undefined)
    const refuse = (message: string) => context.addIssue({ code: 'custom', message })
    if (subjects.length !== 1) refuse('one thing is expected: of a rollup, beaconBlocks, or an offence')
    else if (rollup === undefined && (rung ?? standsStillMs) !== undefined) {
      refuse('rung and standsStillMs are expected of a rollup')
    } else if (rung !== undefined && standsStillMs !== undefined) {
      refuse('a rollup is expected to reach a rung or to stand still')
    }
  })

const stepSchema = z
  .strictObject({
    at: z.number().min(0).max(SECONDS_MAX).optional(),
    when: whenSchema.optional(),
    fault: faultSchema.optional(),
    expect: expectSchema.optional(),
    after: z.string().optional(),
  })
  .superRefine(({ at, when, fault, expect, after }, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message })
    if ((fault === undefined) === (expect === undefined))
      refuse('a step has either a fault or an expectation')
    if (at !== undefined && when !== undefined)
      refuse('a step begins at a time or when something has happened')
    if (fault !== undefined && after !== undefined) refuse('`after` belongs to an expectation')
  })

const schema = z.array(stepSchema).superRefine((steps, context) => {
  for (const [i, { after, expect }] of steps.entries()) {
    if (
      after === undefined ||
      expect === undefined ||
      steps.slice(0, i).some(({ fault }) => fault?.kind === after)
    )
      continue
    context.addIssue({
      code: 'custom',
      path: [i, 'after'],
      message: `no step before this one is a '${after}'`,
    })
  }
})

export const faultStepsSchema = schema as unknown as z.ZodType<readonly FaultStep[], readonly FaultStep[]>

/** Every process that a schedule names, and where it does. */
export function processesIn(
  steps: readonly FaultStep[],
): { readonly name: string; readonly path: (string | number)[] }[] {
  return steps.flatMap((step, i) => {
    if ('expect' in step && step.expect !== undefined) {
      return 'offence' in step.expect ? [{ name: step.expect.offence, path: [i, 'expect', 'offence'] }] : []
    }
    return 'fault' in step
      ? inFault(step.fault).map(({ name, path }) => ({ name, path: [i, 'fault', ...path] }))
      : []
  })
}

function inFault(fault: Fault): { name: string; path: (string | number)[] }[] {
  const named = (key: string, names: readonly string[] | undefined) =>
    (names ?? []).map((name, i) => ({ name, path: [key, i] }))
  if (fault.kind === 'partition') {
    return fault.groups.flatMap((group, i) =>
      named('groups', group).map(({ name, path }) => ({ name, path: ['groups', i, path[1]!] })),
    )
  }
  return [...named('processes', fault.processes), ...('to' in fault ? named('to', fault.to) : [])]
}
