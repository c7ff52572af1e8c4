/**
 * Whom this node knows and where: addresses that it was started with or told by its supervisor, and those that nodes have signed and pass on to
 * each other. It keeps the transport's address book. Of what peers say it takes addresses of validators only, so their number is bounded.
 */

import {
  type AddressRecord,
  decodeAddressRecords,
  encodeAddressRecords,
  RECORDS_MAX,
  signAddress,
  verifyAddress,
} from '../network/address-record.ts'
import { encodeEnvelope } from '../network/envelope.ts'
import type { Transport } from '../network/transport.ts'
import type { Clock, Logger, Timers } from '../platform/ports.ts'
import type { Hex } from '../primitives/bytes.ts'
import { keccakHex } from '../primitives/hash.ts'
import type { PeerAddress } from '../primitives/process-messages.ts'
import type { Standing } from './standing.ts'

export interface PeerBookOptions {
  /** Secret of this node's network key. */
  readonly seed: Uint8Array
  readonly genesisHash: Hex
  /** By which it gets to know the others. */
  readonly entries: readonly PeerAddress[]
  readonly standing: Pick<Standing, 'has'>
  readonly clock: Clock
  readonly timers: Timers
  readonly logger: Logger
}

/** A node that isn't a validator dials so many that it has learned of, besides its entries: it is a guest with each of them. */
export const GUEST_PEERS_MAX = 4
/** Of one node's address. What comes sooner is dropped; it is said again. */
export const CHANGE_INTERVAL_MS = 5_000
/** It may have been said too early, to peers that didn't know the key yet. */
export const ANNOUNCE_INTERVAL_MS = 20_000
/** Whoever has sent a forged address isn't listened to for a while, or until it connects anew, which costs it more than us. */
const IGNORED_MS = 60_000

export class PeerBook {
  readonly #options: PeerBookOptions
  #transport: Transport | null = null
  #introduced: readonly PeerAddress[] = []
  readonly #learned = new Map<Hex, { readonly record: AddressRecord; readonly takenAt: number }>()
  readonly #ignoredUntil = new Map<Hex, number>()
  #own: PeerAddress | null = null
  #cancelAnnouncement: () => void = () => {}

  constructor(options: PeerBookOptions) {
    this.#options = options
  }

  /** Of the transport: whether a peer is no stranger. */
  isKnown(peer: Hex): boolean {
    const { standing, entries } = this.#options
    const isNamed = ({ publicKey }: PeerAddress) => publicKey === peer
    return standing.has(peer) || entries.some(isNamed) || this.#introduced.some(isNamed)
  }

  /** From now on `transport` goes by this book, and others are told that this node listens at `own`. */
  open(transport: Transport, own: PeerAddress): void {
    this.#transport = transport
    // Where the network is simulated there are no ports.
    if (own.port > 0) this.#own = own
    this.#apply()
    this.#announce()
  }

  /** By the supervisor: all that it knows of. */
  introduce(addresses: readonly PeerAddress[]): void {
    this.#introduced = addresses
    this.#apply()
  }

  /** Others may have a standing from now on, this node perhaps. */
  standingChanged(): void {
    for (const peer of this.#learned.keys()) {
      if (!this.#options.standing.has(peer)) this.#learned.delete(peer)
    }
    this.#apply()
    this.#announce()
  }

  peerConnected(peer: Hex): void {
    const known = [...this.#learned.values()].map(({ record }) => record)
    this.#send([...this.#ownRecord(), ...known], [peer])
  }

  peerDisconnected(peer: Hex): void {
    this.#ignoredUntil.delete(peer)
  }

  /** Throws DecodeError. What is new is passed on. */
  take(from: Hex, bytes: Uint8Array): void {
    const { clock, logger, genesisHash } = this.#options
    const now = clock.now()
    if (now < (this.#ignoredUntil.get(from) ?? 0)) return
    const fresh = decodeAddressRecords(bytes).filter((record) => this.#isNews(record))
    for (const record of fresh) {
      if (!verifyAddress(genesisHash, record)) {
        this.#ignoredUntil.set(from, now + IGNORED_MS)
        logger.warn({ peer: from }, 'a peer sent a forged address')
        return
      }
      this.#learned.set(record.address.publicKey, { record, takenAt: now })
    }
    if (fresh.length === 0) return
    this.#apply()
    this.#send(
      fresh,
      this.#transport!.peers().filter((peer) => peer !== from),
    )
  }

  stop(): void {
    this.#cancelAnnouncement()
  }

  #isNews({ address, issuedAt }: AddressRecord): boolean {
    const { standing, clock } = this.#options
    const { publicKey } = address
    if (publicKey === this.#transport?.publicKey || !standing.has(publicKey)) return false
    const known = this.#learned.get(publicKey)
    if (known === undefined) return true
    return issuedAt > known.record.issuedAt && clock.now() - known.takenAt >= CHANGE_INTERVAL_MS
  }

  #announce(): void {
    this.#cancelAnnouncement()
    if (this.#own === null) return
    this.#send(this.#ownRecord(), this.#transport!.peers())
    this.#cancelAnnouncement = this.#options.timers.schedule(ANNOUNCE_INTERVAL_MS, () => this.#announce())
  }

  #ownRecord(): AddressRecord[] {
    const { seed, genesisHash, clock } = this.#options
    return this.#own === null ? [] : [signAddress(seed, genesisHash, this.#own, clock.now())]
  }

  #send(records: readonly AddressRecord[], to: readonly Hex[]): void {
    if (records.length === 0 || to.length === 0) return
    const payload = encodeAddressRecords(records.slice(0, RECORDS_MAX))
    this.#transport!.broadcast(encodeEnvelope({ kind: 'addresses' }, payload), to)
  }

  #apply(): void {
    const transport = this.#transport
    if (transport === null) return
    const { entries } = this.#options
    const learned = [...this.#learned.values()].map(({ record }) => record.address)
    const book = new Map<Hex, PeerAddress>()
    // An entry may have moved since; where processes of a devnet are, nobody knows better than their supervisor.
    for (const address of [...entries, ...this.#chosen(learned), ...this.#introduced]) {
      if (address.publicKey !== transport.publicKey) book.set(address.publicKey, address)
    }
    transport.setPeers([...book.values()])
  }

  /** Validators need each other; a guest is content with a few, not the same ones as other guests. */
  #chosen(learned: readonly PeerAddress[]): readonly PeerAddress[] {
    const { standing, entries } = this.#options
    const { publicKey: own } = this.#transport!
    if (standing.has(own)) return learned
    const isEntry = ({ publicKey }: PeerAddress) => entries.some((entry) => entry.publicKey === publicKey)
    const distance = ({ publicKey }: PeerAddress) =>
      keccakHex(Buffer.from(own.slice(2) + publicKey.slice(2), 'hex'))
    const others = learned.filter((address) => !isEntry(address))
    const nearest = others.sort((a, b) => (distance(a) < distance(b) ? -1 : 1)).slice(0, GUEST_PEERS_MAX)
    return [...learned.filter(isEntry), ...nearest]
  }
}
