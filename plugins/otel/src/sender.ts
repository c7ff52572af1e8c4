/**
 * Spans to the collector, by OTLP over HTTP. In: finished spans. It never throws and never piles up: what the collector doesn't take within its
 * time is lost, which is told once.
 */

import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base'
import type { ExportSettings } from './settings.ts'

/**
 * For a collector that hasn't answered yet, or not the last time. The exporter tries again with growing pauses while there is time, and the
 * process can't end before: a network without a collector must end as soon as one with it.
 */
const UNPROVEN_TIMEOUT_MS = 2_000

export class Sender {
  readonly #settings: ExportSettings
  readonly #warn: (line: string) => void
  readonly #patient: SpanExporter
  readonly #hasty: SpanExporter
  #last: 'none yet' | 'taken' | 'lost' = 'none yet'
  #hasWarned = false

  constructor(settings: ExportSettings, warn: (line: string) => void) {
    this.#settings = settings
    this.#warn = warn
    this.#patient = createExporter(settings)
    this.#hasty = createExporter({
      ...settings,
      timeoutMs: Math.min(settings.timeoutMs, UNPROVEN_TIMEOUT_MS),
    })
  }

  /** Whether the last spans were lost. */
  get isLosing(): boolean {
    return this.#last === 'lost'
  }

  async send(spans: readonly ReadableSpan[]): Promise<void> {
    if (spans.length === 0) return
    try {
      await exportSpans(this.#last === 'taken' ? this.#patient : this.#hasty, spans)
      this.#last = 'taken'
    } catch (cause) {
      this.#last = 'lost'
      this.#warnOnce(cause as Error)
    }
  }

  #warnOnce(cause: Error): void {
    if (this.#hasWarned) return
    this.#hasWarned = true
    this.#warn(`${this.#settings.url} takes no traces (${reasonOf(cause)}); they are lost until it does`)
  }
}

export function createExporter({ url, headers, timeoutMs: timeoutMillis }: ExportSettings): SpanExporter {
  return new OTLPTraceExporter({ url, timeoutMillis, ...(headers === undefined ? {} : { headers }) })
}

/** Rejects when the collector hasn't taken them within the exporter's time. */
export async function exportSpans(exporter: SpanExporter, spans: readonly ReadableSpan[]): Promise<void> {
  const { code, error } = await new Promise<ExportResult>((resolve) => exporter.export([...spans], resolve))
  if (code !== ExportResultCode.SUCCESS) throw error ?? new Error('it gave no reason')
}

/** Of several attempts to connect (IPv6, IPv4) the first failure speaks for all. */
export function reasonOf(cause: Error): string {
  const { message, code } =
    cause instanceof AggregateError ? cause.errors[0] : (cause as { message: string; code?: unknown })
  return message || String(code ?? cause.name)
}
