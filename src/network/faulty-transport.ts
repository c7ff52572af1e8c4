/**
 * A transport whose messages to some peers are late or lost, for experiments. Enter: the faults of its links. Each node spoils what it sends
 * and nothing that it receives, so that a fault has a direction.
 *
 * What is late stays in order. What is lost breaks the promise that transport.ts gives, and as that says, it may be broken only where a
 * connection ends: so when a link that has lost messages is mended, its listeners hear that the peer was disconnected and is connected anew,
 * and the node tells it where it stands. Until then the connection seems open, as it does to both ends of a cut cable.
 */

import type { Hex } from '../primitives/bytes.ts'
import type { LinkFault } from '../primitives/node-faults.ts'
import type { PeerAddress } from '../primitives/process-messages.ts'
import { FaultyLink, type FaultyLinkPorts } from './faulty-link.ts'
import type { Transport } from './transport.ts'

export class FaultyTransport implements Transport {
  readonly #inner: Transport
  readonly #ports: FaultyLinkPorts
  /** Those of peers with a fault, or with late messages of one. */
  readonly #links = new Map<Hex, FaultyLink>()
  readonly #connectListeners: ((peer: Hex) => void)[] = []
  readonly #disconnectListeners: ((peer: Hex) => void)[] = []

  constructor(inner: Transport, ports: FaultyLinkPorts) {
    this.#inner = inner
    this.#ports = ports
    inner.onDisconnect((peer) => this.#links.get(peer)?.reset())
  }

  get publicKey(): Hex {
    return this.#inner.publicKey
  }

  /** All of them: a link that isn't named is sound. */
  setFaults(faults: readonly LinkFault[]): void {
    const troubled = new Map(faults.map((fault) => [fault.peer, fault]))
    for (const { peer } of faults) if (!this.#links.has(peer)) this.#links.set(peer, this.#linkTo(peer))
    for (const [peer, link] of this.#links) {
      link.suffer(troubled.get(peer) ?? null)
      if (link.hasLost && !link.losesMessages) this.#renew(peer, link)
      if (link.isSound) this.#links.delete(peer)
    }
  }

  send(peer: Hex, message: Uint8Array): boolean {
    const link = this.#links.get(peer)
    if (link === undefined) return this.#inner.send(peer, message)
    if (!this.#inner.peers().includes(peer)) return false
    link.carry(message)
    if (link.isSound) this.#links.delete(peer)
    return true
  }

  broadcast(message: Uint8Array, only?: Iterable<Hex>): void {
    if (this.#links.size === 0) {
      this.#inner.broadcast(message, only)
      return
    }
    const recipients = [...(only ?? this.#inner.peers())]
    const isTroubled = (peer: Hex) => this.#links.has(peer)
    this.#inner.broadcast(
      message,
      recipients.filter((peer) => !isTroubled(peer)),
    )
    for (const peer of recipients.filter(isTroubled)) this.send(peer, message)
  }

  onConnect(listener: (peer: Hex) => void): void {
    this.#connectListeners.push(listener)
    this.#inner.onConnect(listener)
  }

  onDisconnect(listener: (peer: Hex) => void): void {
    this.#disconnectListeners.push(listener)
    this.#inner.onDisconnect(listener)
  }

  onMessage(listener: (peer: Hex, message: Uint8Array) => void): void {
    this.#inner.onMessage(listener)
  }

  listen(): Promise<{ readonly host: string; readonly port: number }> {
    return this.#inner.listen()
  }

  setPeers(addresses: readonly PeerAddress[]): void {
    this.#inner.setPeers(addresses)
  }

  peers(): readonly Hex[] {
    return this.#inner.peers()
  }

  close(): Promise<void> {
    for (const link of this.#links.values()) link.reset()
    this.#links.clear()
    return this.#inner.close()
  }

  #linkTo(peer: Hex): FaultyLink {
    return new FaultyLink((message) => void this.#inner.send(peer, message), this.#ports)
  }

  #renew(peer: Hex, link: FaultyLink): void {
    link.reset()
    for (const listener of this.#disconnectListeners) listener(peer)
    for (const listener of this.#connectListeners) listener(peer)
  }
}
