/** How many connections of one host are in their handshakes: it costs a stranger nothing to begin one, and us a place until it has ended. */

import type { Socket } from 'node:net'

/** At a time. Whose they are isn't known before they end. */
export const HANDSHAKES_PER_HOST_MAX = 16

export class HandshakeCount {
  readonly #sockets = new Map<string, Set<Socket>>()

  /** False if the host has too many already. The machine itself, on which whole devnets run, isn't counted. */
  add(socket: Socket): boolean {
    const host = socket.remoteAddress ?? ''
    if (isLoopback(host)) return true
    const sockets = this.#sockets.get(host) ?? new Set()
    if (sockets.size >= HANDSHAKES_PER_HOST_MAX) return false
    this.#sockets.set(host, sockets.add(socket))
    socket.once('close', () => this.#remove(host, socket))
    return true
  }

  /** Its handshake has ended well. */
  ended({ remoteAddress = '', remotePort }: Socket): void {
    for (const socket of this.#sockets.get(remoteAddress) ?? []) {
      if (socket.remotePort === remotePort) this.#remove(remoteAddress, socket)
    }
  }

  #remove(host: string, socket: Socket): void {
    const sockets = this.#sockets.get(host)
    if (sockets?.delete(socket) && sockets.size === 0) this.#sockets.delete(host)
  }
}

function isLoopback(host: string): boolean {
  return host === '::1' || host.startsWith('127.') || host.startsWith('::ffff:127.')
}
