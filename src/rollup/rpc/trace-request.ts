/** What debug_trace* is asked for, in geth's words. In: JSON from strangers; refused with -32602. */

import type { Hex } from '../../primitives/bytes.ts'
import {
  invalidParams,
  optional,
  readBoolean,
  readLooseNumber,
  readObject,
  readText,
} from '../../rpc/params.ts'
import type { TraceBudget } from '../trace/budget.ts'
import { CallTracer } from '../trace/call-tracer.ts'
import type { TraceCollector } from '../trace/collector.ts'
import { FourByteTracer } from '../trace/four-byte-tracer.ts'
import { PrestateTracer } from '../trace/prestate-tracer.ts'
import { StructLogger } from '../trace/struct-logger.ts'

/** A collector for one transaction, to `recipient`; all of a request share one budget. */
export type CreateCollector = (recipient: Hex, budget: TraceBudget) => TraceCollector

type Fields = Readonly<Record<string, unknown>>

const TRACERS: Readonly<Record<string, (config: Fields, name: string) => CreateCollector>> = {
  callTracer: (config, name) => {
    const options = flagsOf(config, name, ['onlyTopCall', 'withLog'])
    return (_, budget) => new CallTracer(options, budget)
  },
  prestateTracer: (config, name) => {
    const options = flagsOf(config, name, ['diffMode', 'disableCode', 'disableStorage'])
    return (_, budget) => new PrestateTracer(options, budget)
  },
  '4byteTracer': () => (_, budget) => new FourByteTracer(budget),
  noopTracer: () => () => ({ steps: null, result: () => ({}) }),
}

/** Without `tracer` it is the struct logger's, whose options stand beside it. */
export function readTraceOptions(value: unknown, name = 'options'): CreateCollector {
  const options = optional(readObject)(value, name) ?? {}
  const tracer = optional(readText)(options.tracer, `${name}.tracer`)
  if (tracer === undefined || tracer === '') return readStructLogOptions(options, name)
  const create = Object.hasOwn(TRACERS, tracer) ? TRACERS[tracer] : undefined
  if (create === undefined) {
    const known = Object.keys(TRACERS).join(', ')
    throw invalidParams(`${name}.tracer`, `one of ${known}: tracers in JavaScript are not run here`)
  }
  const at = `${name}.tracerConfig`
  return create(optional(readObject)(options.tracerConfig, at) ?? {}, at)
}

function readStructLogOptions(options: Fields, name: string): CreateCollector {
  const names = ['disableStack', 'disableStorage', 'enableMemory', 'enableReturnData'] as const
  const flags = flagsOf(options, name, names)
  const limit = optional(readLooseNumber)(options.limit, `${name}.limit`) ?? 0
  return (recipient, budget) => new StructLogger({ ...flags, limit }, recipient, budget)
}

function flagsOf<Name extends string>(
  config: Fields,
  at: string,
  names: readonly Name[],
): Readonly<Record<Name, boolean>> {
  const flags = names.map((name) => [name, optional(readBoolean)(config[name], `${at}.${name}`) ?? false])
  return Object.fromEntries(flags) as Record<Name, boolean>
}
