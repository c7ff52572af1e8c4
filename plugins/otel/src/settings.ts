/**
 * Where traces go and as whose: OpenTelemetry's environment variables come first, then the section `otel`, then defaults. What isn't named here
 * (headers, timeout, compression, certificates) the exporter itself reads from the environment.
 */

import { endpointInvalid } from './errors.ts'
import type { OtelConfig } from './types.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export interface ExportSettings {
  /** The whole of it, with its path. */
  readonly url: string
  /** Undefined where the environment has some. */
  readonly headers: Readonly<Record<string, string>> | undefined
  /** For one export, with all that is tried again. */
  readonly timeoutMs: number
}

const ENDPOINT = 'http://localhost:4318'
/** As OpenTelemetry has it. */
const TIMEOUT_MS = 10_000
const TRACES_PATH = 'v1/traces'

export function exportSettings({ endpoint, headers }: OtelConfig, env: Environment): ExportSettings {
  const hasHeaders =
    said(env, 'OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'OTEL_EXPORTER_OTLP_HEADERS') !== undefined
  return {
    url: urlFrom(endpoint, env),
    headers: hasHeaders ? undefined : headers,
    timeoutMs: timeoutFrom(env),
  }
}

/** The variable that turns exporting off, if one does. */
export function disablingVariable(env: Environment): string | null {
  if (env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true') return 'OTEL_SDK_DISABLED'
  return env.OTEL_TRACES_EXPORTER?.trim() === 'none' ? 'OTEL_TRACES_EXPORTER' : null
}

/** The variable for traces is the whole URL; the one for all signals, and the configuration's, is what a path is appended to. */
function urlFrom(configured: string | undefined, env: Environment): string {
  const own = said(env, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT')
  if (own !== undefined) return checkUrl('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', own)
  const general = said(env, 'OTEL_EXPORTER_OTLP_ENDPOINT')
  if (general !== undefined) return withPath(checkUrl('OTEL_EXPORTER_OTLP_ENDPOINT', general))
  return withPath(configured ?? ENDPOINT)
}

function withPath(base: string): string {
  return `${base}${base.endsWith('/') ? '' : '/'}${TRACES_PATH}`
}

function checkUrl(variable: string, value: string): string {
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value
  throw endpointInvalid(variable, value)
}

function timeoutFrom(env: Environment): number {
  const text = said(env, 'OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', 'OTEL_EXPORTER_OTLP_TIMEOUT')
  const timeoutMs = Number(text)
  return text !== undefined && Number.isFinite(timeoutMs) && timeoutMs > 0 ? timeoutMs : TIMEOUT_MS
}

/** The first that says something: an empty variable is as good as none. */
function said(env: Environment, ...variables: readonly string[]): string | undefined {
  return variables.map((variable) => env[variable]?.trim()).find((text) => text !== undefined && text !== '')
}
