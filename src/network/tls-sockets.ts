/** TLS sockets whose two sides know each other by their Ed25519 keys. No certificate is verified by a chain: its key is compared. */

import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import type { Timers } from '../platform/ports.ts'
import type { Hex } from '../primitives/bytes.ts'
import type { PeerAddress } from '../primitives/process-messages.ts'
import { type Identity, publicKeyOf } from './certificate.ts'

/** The same for both roles. */
export type MutualTls = Pick<
  ConnectionOptions,
  'cert' | 'key' | 'minVersion' | 'requestCert' | 'rejectUnauthorized'
>

export function mutualTls({ certificate, privateKey }: Identity): MutualTls {
  return {
    cert: certificate,
    key: privateKey,
    minVersion: 'TLSv1.3',
    requestCert: true,
    rejectUnauthorized: false,
  }
}

/** The key that the other side has proved to hold; null without a certificate of the right kind. To be called once a socket. */
export function peerOf(socket: TLSSocket): Hex | null {
  const certificate = socket.getPeerX509Certificate()
  return certificate === undefined ? null : publicKeyOf(certificate)
}

/** Calls `secured` once the peer at `address` has proved its key; a socket that doesn't get there in time is destroyed. */
export function dialTls(
  address: PeerAddress,
  tls: MutualTls,
  timers: Timers,
  timeoutMs: number,
  secured: (socket: TLSSocket) => void,
): TLSSocket {
  const { host, port } = address
  const socket = connect({ ...tls, host, port, checkServerIdentity: () => undefined })
  const cancelDeadline = timers.schedule(timeoutMs, () => socket.destroy())
  // The reason is of no interest to a dialer, and 'close' follows.
  socket.on('error', () => {})
  socket.once('close', cancelDeadline)
  socket.once('secureConnect', () => {
    cancelDeadline()
    if (peerOf(socket) === address.publicKey) secured(socket)
    else socket.destroy()
  })
  return socket
}
