/** Where a transaction is on the ladder, and waiting until it has got to a rung. */

import { seatsOf } from '../../consensus/vote.ts'
import type { Timers } from '../../platform/ports.ts'
import type { Hex } from '../../primitives/bytes.ts'
import { compareRungs, type Rung } from '../../primitives/ladder.ts'
import type { RollupApplication } from '../application.ts'
import type { RungTimes } from '../heads.ts'
import type { CommitteeReader } from './committees.ts'
import { limitExceeded } from './errors.ts'

export interface TransactionStatus {
  readonly hash: Hex
  /** Null while it waits for a block. */
  readonly rung: Rung | null
  readonly block: { readonly number: number; readonly hash: Hex; readonly index: number } | null
  /** Unix ms at which its block reached each rung; of blocks from before this node's last start, only later rungs. */
  readonly times: RungTimes
  /** Of the F certificate that covers its block, by seat. */
  readonly signers: readonly number[] | null
}

const WAITERS_MAX = 10_000

export class StatusReader {
  readonly #application: RollupApplication
  readonly #committees: Pick<CommitteeReader, 'committeeOf'>
  readonly #timers: Timers
  #waiters = 0

  constructor(
    application: RollupApplication,
    committees: Pick<CommitteeReader, 'committeeOf'>,
    timers: Timers,
  ) {
    this.#application = application
    this.#committees = committees
    this.#timers = timers
  }

  /** Null if nothing is known of the transaction here. */
  status(hash: Hex): TransactionStatus | null {
    return this.#finalStatus(hash) ?? this.#executedStatus(hash) ?? this.#waitingStatus(hash)
  }

  /** Resolves with the status once it is at `rung` or above, or with null after `timeoutMs`. */
  waitFor(hash: Hex, rung: Rung, timeoutMs: number): Promise<TransactionStatus | null> {
    const reached = () => {
      const status = this.status(hash)
      return status !== null && status.rung !== null && compareRungs(status.rung, rung) >= 0 ? status : null
    }
    const already = reached()
    if (already !== null) return Promise.resolve(already)
    if (this.#waiters >= WAITERS_MAX)
      throw limitExceeded(`more than ${WAITERS_MAX} calls wait for transactions`)
    this.#waiters++
    return new Promise((resolve) => {
      const end = (status: TransactionStatus | null) => {
        this.#waiters--
        cancel()
        stop()
        resolve(status)
      }
      const stop = this.#application.heads.onClimb(() => {
        const status = reached()
        if (status !== null) end(status)
      })
      const cancel = this.#timers.schedule(timeoutMs, () => end(null))
    })
  }

  #finalStatus(hash: Hex): TransactionStatus | null {
    const { chain, heads } = this.#application
    const place = chain.locate(hash)
    if (place === null) return null
    const block = chain.blockAt(place.height)!
    return {
      hash,
      rung: heads.rungOf(place.height),
      block: { number: place.height, hash: block.hash, index: place.index },
      times: heads.times(place.height),
      signers: this.#signersOf(place.height),
    }
  }

  #signersOf(height: number): readonly number[] | null {
    const certified = this.#application.chain.store.certifiedFrom(height)
    const committee =
      certified === null ? null : this.#committees.committeeOf(certified.block.header.instance)
    if (certified === null || committee === null) return null
    return seatsOf(certified.certificate.bitmap, committee.members.length)
  }

  /** In a block that isn't final: the one that was executed last. */
  #executedStatus(hash: Hex): TransactionStatus | null {
    const { chain, heads } = this.#application
    for (let block = chain.tip; block !== null; block = chain.pending(block.header.parentHash)) {
      const index = block.transactions.findIndex((transaction) => transaction.hash === hash)
      if (index === -1) continue
      const { number } = block.header
      const times = heads.times(number)
      const rung = times.notarized === undefined ? 'proposed' : 'notarized'
      return { hash, rung, block: { number, hash: block.hash, index }, times, signers: null }
    }
    return null
  }

  #waitingStatus(hash: Hex): TransactionStatus | null {
    if (this.#application.mempool.get(hash) === null) return null
    return { hash, rung: null, block: null, times: {}, signers: null }
  }
}
