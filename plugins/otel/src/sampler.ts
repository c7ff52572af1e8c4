/** Which traces are sent, as OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG say. A trace begins here, so a sampler by parent is its root's. */

import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base'
import type { Environment } from './settings.ts'

const BY_PARENT = /^parentbased_/

/** All, if the variables say nothing or nothing that is known. */
export function traceFilter(env: Environment): (traceId: string) => boolean {
  const sampler = samplerFrom(env)
  return (traceId) => {
    const { decision } = sampler.shouldSample(ROOT_CONTEXT, traceId, 'transaction', SpanKind.INTERNAL, {}, [])
    return decision === SamplingDecision.RECORD_AND_SAMPLED
  }
}

function samplerFrom(env: Environment): Sampler {
  switch (env.OTEL_TRACES_SAMPLER?.trim().replace(BY_PARENT, '')) {
    case 'always_off':
      return new AlwaysOffSampler()
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(ratioFrom(env.OTEL_TRACES_SAMPLER_ARG))
    default:
      return new AlwaysOnSampler()
  }
}

function ratioFrom(text = ''): number {
  const ratio = Number(text)
  return text.trim() !== '' && ratio >= 0 && ratio <= 1 ? ratio : 1
}
