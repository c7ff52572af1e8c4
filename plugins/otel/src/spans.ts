/**
 * From a transaction's way to its spans: a root for the whole of it and, below, one for each rung, which lasts from when the rung before was
 * reached until this one was. Pure.
 */

import { type Attributes, SpanKind, type SpanStatus, SpanStatusCode, TraceFlags } from '@opentelemetry/api'
import { hrTimeDuration, millisToHrTime } from '@opentelemetry/core'
import type { Resource } from '@opentelemetry/resources'
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace-base'
import { RUNGS, type Rung } from 'beaconlayer'
import { spanIdOf, traceIdOf } from './identity.ts'
import type { Journey } from './journey.ts'

/** The names of spans are these words, and no others. */
const ROOT = 'transaction'
const SCOPE = { name: '@beaconlayer/otel', version: '0.1.0' }

interface Part {
  readonly name: string
  readonly startMs: number
  readonly endMs: number
  readonly attributes: Attributes
  readonly status?: SpanStatus
  readonly events?: TimedEvent[]
}

/** None if no rung's time is known. */
export function toSpans(journey: Journey, resource: Resource): ReadableSpan[] {
  const rungs = rungParts(journey)
  const [first] = rungs
  if (first === undefined) return []
  const endMs = rungs.at(-1)!.endMs
  const root = {
    name: ROOT,
    startMs: first.startMs,
    endMs,
    attributes: rootAttributes(journey),
    status: statusOf(journey),
    events: eventsOf(journey, first.startMs, endMs),
  }
  return [root, ...rungs].map((part) => toSpan(journey, part, resource))
}

/** A rung that was reached nobody knows when has no span; the next one then begins where the last known one ended. */
function rungParts(journey: Journey): Part[] {
  const parts: Part[] = []
  for (const rung of RUNGS) {
    const at = journey.times[rung]
    if (at === undefined) continue
    const startMs = parts.at(-1)?.endMs ?? at
    // Of a clock that was set back meanwhile: no span ends before it begins.
    const endMs = Math.max(startMs, at)
    parts.push({ name: rung, startMs, endMs, attributes: rungAttributes(journey, rung) })
  }
  return parts
}

function toSpan({ tx, block }: Journey, part: Part, resource: Resource): ReadableSpan {
  const { name, attributes, status = { code: SpanStatusCode.UNSET }, events = [] } = part
  const contextOf = (span: string) => ({
    traceId: traceIdOf(tx),
    spanId: spanIdOf(tx, block.hash, span),
    traceFlags: TraceFlags.SAMPLED,
  })
  const startTime = millisToHrTime(part.startMs)
  const endTime = millisToHrTime(part.endMs)
  return {
    name,
    kind: SpanKind.INTERNAL,
    spanContext: () => contextOf(name),
    ...(name === ROOT ? {} : { parentSpanContext: contextOf(ROOT) }),
    startTime,
    endTime,
    duration: hrTimeDuration(startTime, endTime),
    ended: true,
    status,
    attributes,
    events,
    links: [],
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }
}

/** A transaction that reverts has failed at what it was sent for, however well it was confirmed. */
function statusOf({ receipt }: Journey): SpanStatus {
  return receipt.isReverted
    ? { code: SpanStatusCode.ERROR, message: 'the transaction reverted' }
    : { code: SpanStatusCode.UNSET }
}

function eventsOf({ receipt, times, unfinished }: Journey, startMs: number, endMs: number): TimedEvent[] {
  // Seats execute a block before they notarize it.
  const executedMs = times.notarized ?? startMs
  return [
    ...(receipt.isReverted ? [eventAt('beacon.transaction.reverted', executedMs)] : []),
    ...(unfinished === null
      ? []
      : [eventAt('beacon.transaction.unfinished', endMs, { 'beacon.unfinished.reason': unfinished })]),
  ]
}

function eventAt(name: string, ms: number, attributes: Attributes = {}): TimedEvent {
  return { name, time: millisToHrTime(ms), attributes }
}

function rootAttributes(journey: Journey): Attributes {
  const { tx, rollup, block, receipt, times, certificate, unfinished } = journey
  return {
    ...rollupAttributes(journey),
    'beacon.chain.id': rollup.chainId,
    'beacon.transaction.hash': tx,
    'beacon.transaction.index': block.index,
    'beacon.transaction.from': receipt.from,
    ...(receipt.to === null ? {} : { 'beacon.transaction.to': receipt.to }),
    'beacon.transaction.status': receipt.isReverted ? 'reverted' : 'success',
    'beacon.transaction.gas_used': receipt.gasUsed,
    'beacon.block.number': block.number,
    'beacon.block.hash': block.hash,
    ...(certificate === null ? {} : { 'beacon.epoch': certificate.epoch }),
    'beacon.rung': RUNGS.findLast((rung) => times[rung] !== undefined)!,
    'beacon.finished': unfinished === null,
    ...(receipt.isReverted ? { 'error.type': 'reverted' } : {}),
  }
}

function rungAttributes(journey: Journey, rung: Rung): Attributes {
  const { certificate, record, posting } = journey
  const common = { ...rollupAttributes(journey), 'beacon.rung': rung }
  if (rung === 'soft' && certificate !== null) {
    const { epoch, sub, view, committeeSize, signers } = certificate
    return {
      ...common,
      'beacon.epoch': epoch,
      'beacon.epoch.sub': sub,
      'beacon.view': view,
      'beacon.committee.size': committeeSize,
      // Of a rollup's committee each seat weighs one.
      'beacon.certificate.weight': signers.length,
      'beacon.certificate.seats': signers.map(({ seat }) => seat),
      'beacon.certificate.validators': signers.map(({ validator }) => validator),
    }
  }
  if (rung === 'beacon' && record !== null) {
    return {
      ...common,
      'beacon.record.block.number': record.height,
      'beacon.record.block.digest': record.digest,
    }
  }
  if (rung === 'posted' && posting !== null) {
    return {
      ...common,
      'beacon.l1.chain.id': posting.chainId,
      'beacon.l1.transaction.hash': posting.txHash,
      'beacon.l1.block.number': posting.block,
      'beacon.l1.batch.index': posting.batch,
    }
  }
  return common
}

/** On every span, so that one can ask for the slow `soft` of one rollup. */
function rollupAttributes({ rollup }: Journey): Attributes {
  return { 'beacon.rollup.name': rollup.name, 'beacon.rollup.id': rollup.id }
}
