/** A collector: takes OTLP over HTTP in JSON, decodes it into plain values, and tells when a trace's root has come. */

import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export type Values = Readonly<Record<string, unknown>>

export interface CollectedSpan {
  readonly traceId: string
  readonly spanId: string
  /** Null of a root. */
  readonly parentSpanId: string | null
  readonly name: string
  readonly kind: number
  /** Unix ms. */
  readonly startMs: number
  readonly endMs: number
  /** 0 unset, 1 ok, 2 error. */
  readonly status: number
  readonly attributes: Values
  readonly events: readonly { readonly name: string; readonly ms: number; readonly attributes: Values }[]
  readonly resource: Values
  readonly scope: string
}

export interface CollectedRequest {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly spans: readonly CollectedSpan[]
}

interface AnyValue {
  readonly stringValue?: string
  readonly boolValue?: boolean
  readonly intValue?: number | string
  readonly doubleValue?: number
  readonly arrayValue?: { readonly values: readonly AnyValue[] }
}

type KeyValues = readonly { readonly key: string; readonly value: AnyValue }[]

interface ExportBody {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: KeyValues }
    readonly scopeSpans: readonly {
      readonly scope: { readonly name: string }
      readonly spans: readonly SpanBody[]
    }[]
  }[]
}

interface SpanBody {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly status: { readonly code: number }
  readonly attributes: KeyValues
  readonly events: readonly {
    readonly name: string
    readonly timeUnixNano: string
    readonly attributes: KeyValues
  }[]
}

export class Collector implements AsyncDisposable {
  readonly requests: CollectedRequest[] = []
  readonly #server: Server
  #came = Promise.withResolvers<void>()

  private constructor(server: Server) {
    this.#server = server
  }

  /** `status` is what it answers with; on a port that was free, unless one is given. */
  static async start(status = 200, port = 0): Promise<Collector> {
    const server = createServer()
    const collector = new Collector(server)
    server.on('request', async (request, response: ServerResponse) => {
      const spans = decode(JSON.parse(await text(request)))
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
      collector.#take({ path: request.url!, headers: request.headers, spans })
    })
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return collector
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** The spans of a trace in the order of their coming, once its root is there `times` times. */
  async trace(traceId: string, times = 1): Promise<readonly CollectedSpan[]> {
    for (;;) {
      const spans = this.requests
        .flatMap((request) => request.spans)
        .filter((span) => span.traceId === traceId)
      if (spans.filter(({ parentSpanId }) => parentSpanId === null).length >= times) return spans
      await this.#came.promise
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #take(request: CollectedRequest): void {
    this.requests.push(request)
    this.#came.resolve()
    this.#came = Promise.withResolvers()
  }
}

function decode({ resourceSpans }: ExportBody): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) =>
      spans.map((span) => ({
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId ?? null,
        name: span.name,
        kind: span.kind,
        startMs: toMs(span.startTimeUnixNano),
        endMs: toMs(span.endTimeUnixNano),
        status: span.status.code,
        attributes: toValues(span.attributes),
        events: span.events.map(({ name, timeUnixNano, attributes }) => ({
          name,
          ms: toMs(timeUnixNano),
          attributes: toValues(attributes),
        })),
        resource: toValues(resource.attributes),
        scope: scope.name,
      })),
    ),
  )
}

function toMs(nanoseconds: string): number {
  return Number(BigInt(nanoseconds) / 1_000_000n)
}

function toValues(attributes: KeyValues): Values {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, toValue(value)]))
}

function toValue({ stringValue, boolValue, intValue, doubleValue, arrayValue }: AnyValue): unknown {
  if (arrayValue !== undefined) return arrayValue.values.map(toValue)
  if (intValue !== undefined) return Number(intValue)
  return stringValue ?? boolValue ?? doubleValue
}
