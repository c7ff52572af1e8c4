/**
 * Hands transactions on: whoever leads next must have them, not only the node that a client talks to. Those that came in during one turn of
 * the event loop go together; those that peers sent aren't passed on again.
 */

export class TransactionRelay {
  readonly #send: (raw: readonly Uint8Array[]) => void
  readonly #endOfTurn: (callback: () => void) => void
  #outgoing: Uint8Array[] = []
  #isFromPeer = false

  constructor(send: (raw: readonly Uint8Array[]) => void, endOfTurn: (callback: () => void) => void) {
    this.#send = send
    this.#endOfTurn = endOfTurn
  }

  /** What `take` accepts at once came from a peer. */
  fromPeer(take: () => void): void {
    this.#isFromPeer = true
    try {
      take()
    } finally {
      this.#isFromPeer = false
    }
  }

  /** The transaction has been accepted here. */
  accepted(raw: Uint8Array): void {
    if (this.#isFromPeer) return
    this.#outgoing.push(raw)
    if (this.#outgoing.length > 1) return
    this.#endOfTurn(() => this.#send(this.#outgoing.splice(0)))
  }
}
