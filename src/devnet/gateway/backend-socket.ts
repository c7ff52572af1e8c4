/** One WebSocket to a backend, with one subscription on it. In: what the backend pushes. It ends when the backend is lost, or hangs. */

import { WebSocket } from 'ws'
import { keepAlive } from '../../rpc/web-socket.ts'
import { resultOf } from './messages.ts'

export interface SubscribeCall {
  readonly method: string
  readonly params: readonly unknown[]
}

export interface SubscriptionEvents {
  readonly onAccepted: () => void
  /** The backend doesn't want it; the socket stays open. */
  readonly onRefused: (cause: unknown) => void
  readonly onNotice: (result: unknown) => void
}

/** A backend that answers no ping for so long hangs. */
const PING_MS = 5_000
const SUBSCRIBE_ID = 1
/** For the connection, and the word on whether the subscription is accepted. */
const ANSWER_MS = 5_000

export class BackendSocket {
  readonly #socket: WebSocket
  /** Resolves when the connection is over, for whatever reason. */
  readonly closed: Promise<void>

  constructor(httpUrl: string, call: SubscribeCall, events: SubscriptionEvents) {
    const socket = new WebSocket(httpUrl.replace(/^http/, 'ws'), { perMessageDeflate: false })
    const stopPinging = keepAlive(socket, PING_MS)
    this.#socket = socket
    const late = setTimeout(() => socket.terminate(), ANSWER_MS)
    this.closed = new Promise((resolve) => {
      socket.on('error', () => socket.terminate())
      socket.on('close', () => {
        stopPinging()
        clearTimeout(late)
        resolve()
      })
    })
    socket.on('open', () => socket.send(JSON.stringify({ jsonrpc: '2.0', id: SUBSCRIBE_ID, ...call })))
    socket.on('message', (data) => {
      try {
        if (onMessage(JSON.parse(String(data)), events)) clearTimeout(late)
      } catch {
        // A backend that says what nobody understands is no better than one that is gone.
        socket.terminate()
      }
    })
  }

  terminate(): void {
    this.#socket.terminate()
  }
}

/** Says whether it was the answer to the subscription. */
function onMessage(
  message: { id?: unknown; params?: { result?: unknown } },
  events: SubscriptionEvents,
): boolean {
  if (message.id !== SUBSCRIBE_ID) {
    events.onNotice(message.params?.result)
    return false
  }
  try {
    resultOf(message)
    events.onAccepted()
  } catch (cause) {
    events.onRefused(cause)
  }
  return true
}
