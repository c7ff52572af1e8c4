/** The section `otel` of the configuration: what people write, and what the code gets. */

export interface OtelUserConfig {
  /** Where the collector is: `/v1/traces` is appended. `OTEL_EXPORTER_OTLP_ENDPOINT` comes first; else http://localhost:4318. */
  endpoint?: string
  /** Sent along with each request, as for a key. `OTEL_EXPORTER_OTLP_HEADERS` comes first. */
  headers?: Readonly<Record<string, string>>
  /** 'beacon'. `OTEL_SERVICE_NAME` comes first. */
  serviceName?: string
  /** A page that shows a trace, where `{traceId}` stands for its id: a link to it is part of `beacon trace`. */
  traceUrl?: string
  /** false: nothing is sent by itself, and only by `beacon run otel send`. */
  live?: boolean
  /** How long a transaction may take up the ladder before it is sent as it is: 300,000. */
  holdMs?: number
  /** Transactions on their way up that are remembered: 10,000. Those of further blocks are not sent. */
  transactionsMax?: number
}

export interface OtelConfig {
  readonly endpoint?: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly serviceName: string
  readonly traceUrl?: string | undefined
  readonly live: boolean
  readonly holdMs: number
  readonly transactionsMax: number
}

declare module 'beaconlayer' {
  interface UserConfig {
    otel?: OtelUserConfig
  }
  interface ResolvedConfig {
    readonly otel: OtelConfig
  }
}
