/** JSON-RPC over WebSocket, with subscriptions. In: an accepted socket. It is cut off if it reads too slowly or stops answering pings. */

import type { WebSocket } from 'ws'
import type { Random } from '../platform/ports.ts'
import type { Dispatch } from './dispatch.ts'
import { ClientSubscriptions } from './subscriptions.ts'

export interface WebSocketLimits {
  /** Bytes waiting to be read by one client. */
  readonly sendBufferBytesMax: number
  readonly pingIntervalMs: number
}

export function serveWebSocket(
  socket: WebSocket,
  dispatch: Dispatch,
  limits: WebSocketLimits,
  random: Random,
): void {
  const send = (text: string) => {
    if (socket.readyState !== socket.OPEN) return
    // Notifications can't be skipped without the client knowing, so it has to connect and ask again.
    if (socket.bufferedAmount > limits.sendBufferBytesMax) socket.terminate()
    else socket.send(text)
  }
  const subscriptions = new ClientSubscriptions(send, random)
  const stopPinging = keepAlive(socket, limits.pingIntervalMs)
  socket.on('message', async (data) => {
    const mine = subscriptions.forMessage()
    const answer = await dispatch(data.toString(), { subscriptions: mine })
    if (answer !== null) send(answer)
    mine.release()
    // A method that was still running may have subscribed a client that has gone.
    if (socket.readyState !== socket.OPEN) subscriptions.closeAll()
  })
  // Too large or malformed messages; ws closes the socket.
  socket.on('error', () => {})
  socket.once('close', () => {
    stopPinging()
    subscriptions.closeAll()
  })
}

/** Cuts `socket` off once a ping stays unanswered for `intervalMs`; the returned function ends that. */
export function keepAlive(socket: WebSocket, intervalMs: number): () => void {
  let isAlive = true
  socket.on('pong', () => {
    isAlive = true
  })
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate()
    isAlive = false
    if (socket.readyState === socket.OPEN) socket.ping()
  }, intervalMs)
  timer.unref()
  return () => clearInterval(timer)
}
