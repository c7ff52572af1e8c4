/** Brings dev instructions into blocks: each is a transaction with the next nonce of the dev account, which others may take first. */

import type { Timers } from '../../platform/ports.ts'
import { toHex } from '../../primitives/bytes.ts'
import { keccak256 } from '../../primitives/hash.ts'
import { RpcError, SERVER_ERROR } from '../../rpc/rpc-error.ts'
import type { RollupApplication } from '../application.ts'
import type { Instruction } from '../dev/instruction.ts'
import { encodeInstructionTransaction } from '../dev/keyless.ts'
import { perform } from '../dev/perform.ts'
import { DEV_ADDRESS } from '../dev/settings.ts'
import { StateJournal } from '../state/journal.ts'
import { nonceOf } from '../state/reader.ts'
import { refusedTransaction } from './errors.ts'

/** The committee's blocks take milliseconds: whoever waits for longer had better be told. */
const TIMEOUT_MS = 30_000

export class Instructions {
  readonly #application: RollupApplication
  readonly #timers: Timers

  constructor(application: RollupApplication, timers: Timers) {
    this.#application = application
    this.#timers = timers
  }

  /** Resolves when all are carried out, in that order, in final blocks; rejects if one can't be. */
  async order(instructions: readonly Instruction[]): Promise<void> {
    this.#check(instructions)
    let left = instructions
    while (left.length > 0) left = await this.#attempt(left)
  }

  /** Says at once, and in words, what would not work. */
  #check(instructions: readonly Instruction[]): void {
    const { head } = this.#application.chain
    const journal = new StateJournal(head.state)
    for (const instruction of instructions) {
      const target = instruction.name === 'revertTo' ? Number(instruction.values[0]) : null
      const past = target === null ? null : this.#application.chain.pastOf(head.hash, target)
      const reason = perform(journal, instruction, { timestamp: head.header.timestamp, past })
      if (reason !== null) throw new RpcError(SERVER_ERROR, reason)
    }
  }

  /** Gives those that somebody else's instructions kept out. */
  async #attempt(instructions: readonly Instruction[]): Promise<readonly Instruction[]> {
    const { chain, mempool, spec } = this.#application
    const first = mempool.pendingNonce(DEV_ADDRESS)
    const hashes = instructions.map((instruction, index) => {
      const raw = encodeInstructionTransaction(instruction, first + index, spec.chainId)
      const { refusal } = this.#application.submit(raw)
      if (refusal !== null) throw refusedTransaction(refusal)
      return toHex(keccak256(raw))
    })
    await this.#untilNonce(first + instructions.length)
    return instructions.filter((instruction, index) => {
      const place = chain.locate(hashes[index]!)
      if (place === null) return true
      if (chain.blockAt(place.height)!.receipts[place.index]!.succeeded) return false
      throw new RpcError(SERVER_ERROR, `${instruction.name} could not be carried out`)
    })
  }

  #untilNonce(nonce: number): Promise<void> {
    const { chain } = this.#application
    const isReached = () => nonceOf(chain.head.state, DEV_ADDRESS) >= nonce
    if (isReached()) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const stop = this.#application.onFinal(() => {
        if (!isReached()) return
        end()
        resolve()
      })
      const cancel = this.#timers.schedule(TIMEOUT_MS, () => {
        end()
        reject(new RpcError(SERVER_ERROR, `no block took the instruction within ${TIMEOUT_MS / 1000} s`))
      })
      const end = () => {
        stop()
        cancel()
      }
    })
  }
}
