/**
 * Posts batches into the L1 inbox when it is this seat's turn. In: batches on demand, from whoever runs the rollups. Out: transactions.
 * Anything may go wrong at any time (the L1 down, another seat faster, fees risen, blocks reorganised): each poll begins from what the L1
 * says, and nothing needs to survive a restart.
 */

import type { Clock, Logger, Timers } from '../platform/ports.ts'
import type { Hex } from '../primitives/bytes.ts'
import { type Height, height, type RollupId } from '../primitives/ids.ts'
import { RpcError } from '../rpc/rpc-error.ts'
import { BATCH_BYTES_MAX } from './batch.ts'
import { computeFees, computeReplacementFees } from './fees.ts'
import { encodePostBatch, fetchInboxHead } from './inbox.ts'
import type { L1Client } from './l1-client.ts'
import { refusalOf } from './l1-refusals.ts'
import { type L1Account, type L1Fees, signL1Transaction } from './l1-transaction.ts'
import { startPolling } from './polling.ts'
import {
  applySending,
  decideTurn,
  type Flight,
  findObstacle,
  heldBatch,
  NO_TURNS,
  type PostableBatch,
  type RollupObservation,
  type Sending,
  type SendingResult,
  type TurnOptions,
} from './posting-turns.ts'

/**
 * The rollup's batch that begins at `firstHeight`, as far as its blocks are recorded on the Beacon Layer; null if there is nothing to post, or no
 * seat here to post it. Heights that were posted before can be asked for again, after a reorg. Must settle within a deadline of its own.
 */
export type BatchSource = (rollup: RollupId, firstHeight: Height) => Promise<PostableBatch | null>

export interface PosterOptions {
  readonly inbox: Hex
  readonly pollIntervalMs?: number
  /** How long each seat before this one is waited for; should be some L1 blocks. */
  readonly turnTimeoutMs?: number
  /** How long a transaction may stay out of any block before it is sent again with higher fees. */
  readonly inclusionTimeoutMs?: number
  /** Certificate and data together; what the L1 takes in one transaction. */
  readonly batchBytesMax?: number
  /** Wei per gas above which this seat waits for the L1 to become cheaper. */
  readonly feeMax?: bigint
}

export interface PosterPorts {
  readonly client: L1Client
  /** No other program may send from it. */
  readonly account: L1Account
  readonly nextBatch: BatchSource
  readonly clock: Clock
  readonly timers: Timers
  readonly log: Logger
}

export interface Poster {
  /** Posts for this rollup from now on, whenever `nextBatch` gives something. */
  follow(rollup: RollupId): void
  unfollow(rollup: RollupId): void
  /** There may be a batch now that wasn't there before. */
  wake(): void
  stop(): Promise<void>
}

const POLL_INTERVAL_MS = 500
const POLL_INTERVAL_MS_MAX = 15_000
const TURN_TIMEOUT_MS = 4000
const INCLUSION_TIMEOUT_MS = 6000
const FEE_MAX = 500n * 10n ** 9n

export function startPoster(options: PosterOptions, ports: PosterPorts): Poster {
  const seat = new PostingSeat(options, ports)
  const intervalMs = options.pollIntervalMs ?? POLL_INTERVAL_MS
  const polling = startPolling({ intervalMs, intervalMsMax: POLL_INTERVAL_MS_MAX }, ports, () => seat.poll())
  return {
    follow(rollup) {
      seat.rollups.add(rollup)
      polling.wake()
    },
    unfollow: (rollup) => void seat.rollups.delete(rollup),
    wake: polling.wake,
    stop: polling.stop,
  }
}

class PostingSeat {
  readonly rollups = new Set<RollupId>()
  readonly #ports: PosterPorts
  readonly #inbox: Hex
  readonly #feeMax: bigint
  readonly #turns: TurnOptions
  /** Rollups whose next batch can't be posted, already told of. */
  readonly #obstructed = new Set<RollupId>()
  #state = NO_TURNS
  #chainId: number | null = null

  constructor(options: PosterOptions, ports: PosterPorts) {
    this.#ports = ports
    this.#inbox = options.inbox
    this.#feeMax = options.feeMax ?? FEE_MAX
    this.#turns = {
      turnTimeoutMs: options.turnTimeoutMs ?? TURN_TIMEOUT_MS,
      inclusionTimeoutMs: options.inclusionTimeoutMs ?? INCLUSION_TIMEOUT_MS,
      batchBytesMax: options.batchBytesMax ?? BATCH_BYTES_MAX,
    }
  }

  async poll(): Promise<void> {
    if (this.rollups.size === 0 && this.#state.flight === null) return
    const { client, account, clock } = this.#ports
    this.#chainId ??= await client.chainId()
    // The nonce is read first: if the transaction is in a block by then, the heads show what it did.
    const nonce = await client.transactionCount(account.address, 'latest')
    const rollups = await Promise.all([...this.rollups].map((rollup) => this.#observe(rollup)))
    const decision = decideTurn(this.#turns, this.#state, { now: clock.now(), nonce, rollups })
    this.#state = decision.state
    this.#report(rollups, decision.concluded)
    const { sending } = decision
    if (sending === null) return
    const result = await this.#send(sending, this.#chainId)
    this.#state = applySending(this.#turns, this.#state, sending, result, clock.now())
  }

  async #observe(rollup: RollupId): Promise<RollupObservation> {
    const head = await fetchInboxHead(this.#ports.client, this.#inbox, rollup)
    const firstHeight = height(head.lastHeight + 1)
    const held = heldBatch(this.#state, rollup, firstHeight)
    return { rollup, head, next: held ?? (await this.#ports.nextBatch(rollup, firstHeight)) }
  }

  async #send({ batch, nonce, replaced }: Sending, chainId: number): Promise<SendingResult> {
    const { client, account } = this.#ports
    const message = { to: this.#inbox, data: encodePostBatch(batch) }
    const fees = await this.#priceOf(replaced)
    if (fees.maxFee > this.#feeMax) return this.#postpone(batch.rollup, 'the L1 is too expensive')
    try {
      // Among what waits for a block may be another seat's transaction, and the one to be replaced.
      const at = replaced === null ? 'pending' : 'latest'
      const estimate = await client.estimateGas({ from: account.address, ...message }, at)
      const gasLimit = (estimate * 12n) / 10n
      const signed = signL1Transaction({ chainId, nonce, fees, gasLimit, ...message }, account)
      const transaction = await client.sendTransaction(signed)
      this.#ports.log.info({ ...describe(batch), transaction, nonce }, 'batch sent to the L1')
      return { type: 'sent', fees }
    } catch (error) {
      if (!(error instanceof RpcError)) throw error
      return this.#judge(error, batch.rollup, fees)
    }
  }

  #judge(error: RpcError, rollup: RollupId, fees: L1Fees): SendingResult {
    switch (refusalOf(error)) {
      case 'known':
        return { type: 'sent', fees }
      case 'underpriced':
        return { type: 'underpriced', fees }
      case 'nonce-used':
        return { type: 'stale' }
      case 'reverts':
        this.#ports.log.debug({ rollup, reason: error.message }, 'the inbox would refuse the batch now')
        return { type: 'postponed' }
      default:
        return this.#postpone(rollup, error.message)
    }
  }

  #postpone(rollup: RollupId, reason: string): SendingResult {
    this.#ports.log.warn({ rollup, reason, account: this.#ports.account.address }, 'batch not posted')
    return { type: 'postponed' }
  }

  async #priceOf(replaced: L1Fees | null): Promise<L1Fees> {
    const { client } = this.#ports
    const [head, tip] = await Promise.all([client.block('latest'), client.tip()])
    const price = { baseFee: head?.baseFee ?? 0n, tip }
    return replaced === null ? computeFees(price) : computeReplacementFees(price, replaced)
  }

  #report(rollups: readonly RollupObservation[], concluded: Flight | null): void {
    const { log } = this.#ports
    if (concluded !== null) {
      const head = rollups.find(({ rollup }) => rollup === concluded.batch.rollup)?.head
      const isPosted = head?.lastDigest === concluded.batch.lastDigest
      log.info({ ...describe(concluded.batch), isPosted }, 'batch transaction is in an L1 block')
    }
    for (const observed of rollups) {
      const obstacle = findObstacle(this.#turns, observed)
      if (obstacle === null) this.#obstructed.delete(observed.rollup)
      else if (!this.#obstructed.has(observed.rollup)) {
        this.#obstructed.add(observed.rollup)
        log.error(
          { obstacle, rollup: observed.rollup, head: observed.head },
          'the next batch cannot be posted',
        )
      }
    }
  }
}

function describe({ rollup, firstHeight, lastHeight }: PostableBatch['batch']) {
  return { rollup, firstHeight, lastHeight }
}
