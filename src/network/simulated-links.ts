/**
 * Links between simulated nodes, with the transport's promises and no more: messages of a connection arrive in order and none is lost, until
 * it breaks. What happens to them on the way is for `conditions` to say: while a direction is cut its messages wait, as TCP repeats them, and
 * if that lasts too long the connection breaks, as its keep-alive fails.
 */

import type { SimulatedTime } from '../platform/simulated/time.ts'
import type { Hex } from '../primitives/bytes.ts'
import type { Transport } from './transport.ts'

export interface LinkConditions {
  /** Of the next message. */
  delayMs(from: Hex, to: Hex): number
  isCut(from: Hex, to: Hex): boolean
  /** How long a connection outlives a cut. */
  readonly breakAfterMs: number
}

export interface LinkedNode {
  readonly publicKey: Hex
  readonly isAlive: boolean
  readonly isAllowed: (peer: Hex) => boolean
  /** Runs what happens to the node in its process, unless that is dead. */
  readonly enter: (event: () => void) => void
}

/** A cut direction is looked at again this often, and those without a connection try for one. */
const RETRY_MS = 20

interface Message {
  readonly bytes: Uint8Array
  readonly arrivesAt: number
}

/** One way of a connection. */
interface Lane {
  readonly from: SimulatedTransport
  readonly to: SimulatedTransport
  readonly waiting: Message[]
  isPumping: boolean
  cutSince: number | null
}

export class SimulatedLinks {
  /** Delivered so far. */
  messages = 0
  /** Told of each message when it is sent: whether it arrives or not, its signatures are in the world. */
  onSend: (from: Hex, to: Hex, bytes: Uint8Array) => void = () => {}
  /** Told of each message when it is delivered. */
  onDelivery: (from: Hex, to: Hex, bytes: Uint8Array) => void = () => {}
  readonly #time: SimulatedTime
  readonly #conditions: LinkConditions
  readonly #nodes = new Map<Hex, SimulatedTransport>()
  readonly #lanes = new Map<string, Lane>()

  constructor(time: SimulatedTime, conditions: LinkConditions) {
    this.#time = time
    this.#conditions = conditions
  }

  /** The node's transport for one life of its process. */
  join(node: LinkedNode): Transport {
    return new SimulatedTransport(node, this)
  }

  /** The node's process is gone: its peers notice at once, since the system closes its connections. */
  leave(publicKey: Hex): void {
    const node = this.#nodes.get(publicKey)
    if (node === undefined) return
    this.#nodes.delete(publicKey)
    for (const peer of [...node.connected.keys()]) this.#break(node, peer)
  }

  /** A connection ends for no reason; it will be made again. */
  reset(a: Hex, b: Hex): void {
    const [node, peer] = [this.#nodes.get(a), this.#nodes.get(b)]
    if (node !== undefined && peer !== undefined) this.#break(node, peer)
  }

  /** For a node's transport. */
  listen(node: SimulatedTransport): void {
    this.#nodes.set(node.publicKey, node)
    this.#dial(node)
  }

  /** For a node's transport, which keeps `bytes` as they are. */
  send(from: SimulatedTransport, peer: Hex, bytes: Uint8Array): boolean {
    const lane = this.#lanes.get(laneKey(from.publicKey, peer))
    if (lane === undefined || lane.from !== from) return false
    this.onSend(from.publicKey, peer, bytes)
    const last = lane.waiting.at(-1)?.arrivesAt ?? 0
    const delayMs = this.#conditions.delayMs(from.publicKey, peer)
    lane.waiting.push({ bytes, arrivesAt: Math.max(last, this.#time.now() + delayMs) })
    this.#pump(lane)
    return true
  }

  /** Tries for a connection with everybody that it has none with, and again as long as it lives. */
  #dial(node: SimulatedTransport): void {
    if (this.#nodes.get(node.publicKey) !== node || !node.isAlive) return
    for (const peer of this.#nodes.values()) if (this.#mayConnect(node, peer)) this.#connect(node, peer)
    this.#time.schedule(RETRY_MS, () => this.#dial(node))
  }

  #mayConnect(node: SimulatedTransport, peer: SimulatedTransport): boolean {
    const [a, b] = [node.publicKey, peer.publicKey]
    if (a >= b || node.connected.has(peer) || !peer.isAlive) return false
    if (this.#conditions.isCut(a, b) || this.#conditions.isCut(b, a)) return false
    return node.isAllowed(b) && peer.isAllowed(a)
  }

  #connect(node: SimulatedTransport, peer: SimulatedTransport): void {
    for (const [from, to] of [
      [node, peer],
      [peer, node],
    ] as const) {
      this.#lanes.set(laneKey(from.publicKey, to.publicKey), {
        from,
        to,
        waiting: [],
        isPumping: false,
        cutSince: null,
      })
      from.connected.set(to, to.publicKey)
    }
    this.#time.awaitPromises()
    node.opened(peer.publicKey)
    peer.opened(node.publicKey)
  }

  #break(node: SimulatedTransport, peer: SimulatedTransport): void {
    for (const [from, to] of [
      [node, peer],
      [peer, node],
    ] as const) {
      if (!from.connected.delete(to)) return
      this.#lanes.delete(laneKey(from.publicKey, to.publicKey))
    }
    this.#time.awaitPromises()
    node.ended(peer.publicKey)
    peer.ended(node.publicKey)
  }

  #pump(lane: Lane): void {
    const next = lane.waiting[0]
    if (lane.isPumping || next === undefined) return
    lane.isPumping = true
    this.#time.schedule(Math.max(0, next.arrivesAt - this.#time.now()), () => this.#arrive(lane))
  }

  #arrive(lane: Lane): void {
    lane.isPumping = false
    const { from, to } = lane
    if (this.#lanes.get(laneKey(from.publicKey, to.publicKey)) !== lane) return
    if (this.#conditions.isCut(from.publicKey, to.publicKey)) {
      this.#holdUp(lane)
      return
    }
    lane.cutSince = null
    const { bytes } = lane.waiting.shift()!
    this.messages++
    this.onDelivery(from.publicKey, to.publicKey, bytes)
    this.#time.awaitPromises()
    to.received(from.publicKey, bytes)
    this.#pump(lane)
  }

  #holdUp(lane: Lane): void {
    lane.cutSince ??= this.#time.now()
    if (this.#time.now() - lane.cutSince > this.#conditions.breakAfterMs) {
      this.#break(lane.from, lane.to)
      return
    }
    lane.isPumping = true
    this.#time.schedule(RETRY_MS, () => this.#arrive(lane))
  }
}

class SimulatedTransport implements Transport {
  readonly publicKey: Hex
  readonly connected = new Map<SimulatedTransport, Hex>()
  readonly #node: LinkedNode
  readonly #links: SimulatedLinks
  readonly #messageListeners: ((peer: Hex, message: Uint8Array) => void)[] = []
  readonly #connectListeners: ((peer: Hex) => void)[] = []
  readonly #disconnectListeners: ((peer: Hex) => void)[] = []

  constructor(node: LinkedNode, links: SimulatedLinks) {
    this.publicKey = node.publicKey
    this.#node = node
    this.#links = links
  }

  get isAlive(): boolean {
    return this.#node.isAlive
  }

  isAllowed(peer: Hex): boolean {
    return this.#node.isAllowed(peer)
  }

  async listen(): Promise<{ host: string; port: number }> {
    this.#links.listen(this)
    return { host: 'simulated', port: 0 }
  }

  /** Everybody finds everybody. */
  setPeers(): void {}

  send(peer: Hex, message: Uint8Array): boolean {
    return this.isAlive && this.#links.send(this, peer, message.slice())
  }

  broadcast(message: Uint8Array, only: Iterable<Hex> = this.peers()): void {
    if (!this.isAlive) return
    // The sender may use its buffer again.
    const bytes = message.slice()
    for (const peer of only) this.#links.send(this, peer, bytes)
  }

  onMessage(listener: (peer: Hex, message: Uint8Array) => void): void {
    this.#messageListeners.push(listener)
  }

  onConnect(listener: (peer: Hex) => void): void {
    this.#connectListeners.push(listener)
  }

  onDisconnect(listener: (peer: Hex) => void): void {
    this.#disconnectListeners.push(listener)
  }

  peers(): readonly Hex[] {
    return [...this.connected.values()]
  }

  async close(): Promise<void> {
    this.#connectListeners.length = 0
    this.#disconnectListeners.length = 0
    this.#messageListeners.length = 0
    this.#links.leave(this.publicKey)
  }

  received(peer: Hex, message: Uint8Array): void {
    this.#tell(this.#messageListeners, (listener) => listener(peer, message))
  }

  opened(peer: Hex): void {
    this.#tell(this.#connectListeners, (listener) => listener(peer))
  }

  ended(peer: Hex): void {
    this.#tell(this.#disconnectListeners, (listener) => listener(peer))
  }

  #tell<Listener>(listeners: readonly Listener[], tell: (listener: Listener) => void): void {
    this.#node.enter(() => {
      for (const listener of listeners) tell(listener)
    })
  }
}

function laneKey(from: Hex, to: Hex): string {
  return `${from} ${to}`
}
