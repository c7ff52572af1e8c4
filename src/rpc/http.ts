/** JSON-RPC over HTTP POST. In: requests of any size from anyone. Out: one answer each, with CORS headers for the pages that may ask. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Dispatch, failure } from './dispatch.ts'
import { isOriginAllowed } from './origins.ts'
import { INVALID_REQUEST, RpcError } from './rpc-error.ts'

export interface HttpOptions {
  readonly bodyBytesMax: number
  readonly allowedOrigins: readonly string[]
  readonly headHeight: (() => number) | undefined
}

/** Names the height of the chain's head as of an answer. */
export const HEAD_HEADER = 'x-chain-head'

const DISCARD_FACTOR = 4

const WITHOUT_PUSH = { subscriptions: null }

/** Never rejects; answers or drops the connection. */
export async function answerHttp(
  request: IncomingMessage,
  response: ServerResponse,
  dispatch: Dispatch,
  options: HttpOptions,
): Promise<void> {
  const { origin } = request.headers
  if (!isOriginAllowed(origin, options.allowedOrigins)) {
    return end(response, 403, failure(null, new RpcError(INVALID_REQUEST, 'this origin is not allowed')))
  }
  if (origin !== undefined) allowOrigin(response, origin)
  if (request.method === 'OPTIONS') return end(response, 204, null)
  if (request.method !== 'POST') {
    response.setHeader('allow', 'POST, OPTIONS')
    return end(response, 405, failure(null, new RpcError(INVALID_REQUEST, 'JSON-RPC takes POST')))
  }
  const body = await readBody(request, options.bodyBytesMax)
  if (body === 'aborted') return
  if (body === 'too large') {
    response.setHeader('connection', 'close')
    const message = `a request of more than ${options.bodyBytesMax} bytes`
    return end(response, 413, failure(null, new RpcError(INVALID_REQUEST, message)))
  }
  const answer = await dispatch(body.text, WITHOUT_PUSH)
  if (options.headHeight !== undefined) response.setHeader(HEAD_HEADER, options.headHeight())
  end(response, answer === null ? 204 : 200, answer)
}

function allowOrigin(response: ServerResponse, origin: string): void {
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-allow-methods', 'POST')
  response.setHeader('access-control-allow-headers', 'content-type')
  response.setHeader('access-control-max-age', '86400')
  response.setHeader('vary', 'origin')
}

type Body = { readonly text: string } | 'too large' | 'aborted'

/** A body over the limit is read on and thrown away, as far as {@link DISCARD_FACTOR} allows: a reset would cost the client its answer. */
async function readBody(request: IncomingMessage, bytesMax: number): Promise<Body> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      length += chunk.length
      if (length <= bytesMax) chunks.push(chunk)
      else if (length > bytesMax * DISCARD_FACTOR) break
    }
  } catch {
    return 'aborted'
  }
  return length > bytesMax ? 'too large' : { text: Buffer.concat(chunks).toString() }
}

function end(response: ServerResponse, status: number, body: string | null): void {
  if (body === null) {
    response.writeHead(status).end()
    return
  }
  const bytes = Buffer.from(body)
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length })
    .end(bytes)
}
