/**
 * Actions that wait for a block. Enters: bytes from strangers; leaves: actions that can be charged, in order of nonce. An action is
 * never replaced: the fee is flat, so nothing could pay for that.
 */

import type { Hex } from '../../primitives/bytes.ts'
import { DecodeError } from '../../primitives/codec.ts'
import { type Network, presentIdentity } from '../../primitives/forks.ts'
import { decodeAction, recoverActionSender, type SignedAction } from '../actions.ts'
import type { RecoverAddress } from '../host.ts'
import type { BeaconStateView } from '../state.ts'

export type ActionRefusal =
  | 'MALFORMED'
  | 'ALREADY_KNOWN'
  | 'BAD_SIGNATURE'
  | 'NONCE_TOO_LOW'
  | 'NONCE_TOO_HIGH'
  | 'NONCE_TAKEN'
  | 'FEE_NOT_COVERED'
  | 'POOL_FULL'

export type ActionAdmission =
  | { readonly ok: true; readonly hash: Hex }
  | { readonly ok: false; readonly reason: ActionRefusal }

const POOLED_ACTIONS_MAX = 4096
/** Of all that wait: parts of code are long. */
const POOLED_BYTES_MAX = 16 * 1024 * 1024
/** Of one sender: its nonces may run ahead of the state by fewer than this. */
export const POOLED_NONCES_MAX = 64

interface PooledAction {
  readonly signed: SignedAction
  readonly bytes: Uint8Array
}

export class ActionPool {
  readonly #network: Network
  readonly #recoverAddress: RecoverAddress
  readonly #actionsMax: number
  /** Sender to nonce to action. */
  readonly #bySender = new Map<Hex, Map<number, PooledAction>>()
  readonly #byHash = new Map<Hex, PooledAction>()
  #bytes = 0

  constructor(network: Network, recoverAddress: RecoverAddress, actionsMax: number = POOLED_ACTIONS_MAX) {
    this.#network = network
    this.#recoverAddress = recoverAddress
    this.#actionsMax = actionsMax
  }

  get size(): number {
    return this.#byHash.size
  }

  get(hash: Hex): SignedAction | null {
    return this.#byHash.get(hash)?.signed ?? null
  }

  /** Judged by `state`, the latest final one. */
  add(bytes: Uint8Array, state: BeaconStateView): ActionAdmission {
    const signed = decodeOrNull(bytes)
    if (signed === null) return { ok: false, reason: 'MALFORMED' }
    if (this.#byHash.has(signed.hash)) return { ok: false, reason: 'ALREADY_KNOWN' }
    const sender = recoverActionSender(presentIdentity(this.#network), signed, this.#recoverAddress)
    if (sender === null) return { ok: false, reason: 'BAD_SIGNATURE' }
    const reason = this.#check(signed.action.nonce, sender, state)
    if (reason !== null) return { ok: false, reason }
    if (!this.#makeRoom(signed.action.nonce, sender, state, bytes.length))
      return { ok: false, reason: 'POOL_FULL' }
    this.#insert(sender, { signed, bytes })
    return { ok: true, hash: signed.hash }
  }

  /** The nonce that `sender` should use next. */
  nextNonce(sender: Hex, state: BeaconStateView): number {
    let nonce = state.account(sender).nonce
    while (this.#bySender.get(sender)?.has(nonce)) nonce++
    return nonce
  }

  /** Applicable in this order on top of `state`, by the senders' arrival; within both bounds. */
  select(state: BeaconStateView, countMax: number, bytesMax: number): SignedAction[] {
    const selected: SignedAction[] = []
    let room = bytesMax
    for (const [sender, queue] of this.#bySender) {
      for (let nonce = state.account(sender).nonce; queue.has(nonce); nonce++) {
        const { signed, bytes } = queue.get(nonce)!
        if (selected.length === countMax || bytes.length > room) return selected
        room -= bytes.length
        selected.push(signed)
      }
    }
    return selected
  }

  /** Forgets what `state` has made impossible: actions that were included, or whose sender can't pay any more. */
  prune(state: BeaconStateView): void {
    const { actionFee } = state.params()
    for (const [sender, queue] of this.#bySender) {
      const { nonce, balance } = state.account(sender)
      for (const at of queue.keys()) {
        if (at < nonce || balance < actionFee * BigInt(at - nonce + 1)) this.#forget(sender, at)
      }
    }
  }

  #check(nonce: number, sender: Hex, state: BeaconStateView): ActionRefusal | null {
    const account = state.account(sender)
    if (nonce < account.nonce) return 'NONCE_TOO_LOW'
    if (nonce >= account.nonce + POOLED_NONCES_MAX) return 'NONCE_TOO_HIGH'
    if (this.#bySender.get(sender)?.has(nonce)) return 'NONCE_TAKEN'
    // All nonces before it must be paid for too.
    if (account.balance < state.params().actionFee * BigInt(nonce - account.nonce + 1))
      return 'FEE_NOT_COVERED'
    return null
  }

  /** In a full pool what can be applied next takes the place of something behind a gap, which would hold it for ever at no cost. */
  #makeRoom(nonce: number, sender: Hex, state: BeaconStateView, bytes: number): boolean {
    while (this.size >= this.#actionsMax || this.#bytes + bytes > POOLED_BYTES_MAX) {
      if (nonce !== this.nextNonce(sender, state) || !this.#dropStranded(state)) return false
    }
    return true
  }

  /** False if nothing waits behind a gap. */
  #dropStranded(state: BeaconStateView): boolean {
    for (const [sender, queue] of this.#bySender) {
      const next = this.nextNonce(sender, state)
      const stranded = [...queue.keys()].find((nonce) => nonce > next)
      if (stranded === undefined) continue
      this.#forget(sender, stranded)
      return true
    }
    return false
  }

  #forget(sender: Hex, nonce: number): void {
    const queue = this.#bySender.get(sender)!
    const { signed, bytes } = queue.get(nonce)!
    this.#byHash.delete(signed.hash)
    this.#bytes -= bytes.length
    queue.delete(nonce)
    if (queue.size === 0) this.#bySender.delete(sender)
  }

  #insert(sender: Hex, pooled: PooledAction): void {
    const queue = this.#bySender.get(sender) ?? new Map<number, PooledAction>()
    this.#bySender.set(sender, queue.set(pooled.signed.action.nonce, pooled))
    this.#byHash.set(pooled.signed.hash, pooled)
    this.#bytes += pooled.bytes.length
  }
}

function decodeOrNull(bytes: Uint8Array): SignedAction | null {
  try {
    return decodeAction(bytes)
  } catch (error) {
    if (error instanceof DecodeError) return null
    throw error
  }
}
