/** Transfers of ether as ERC-7528 has them, logs of an address that nobody has, among the logs of a transaction, in the order of what happens. */

import { bigintToBytes, type Hex } from '../../primitives/bytes.ts'
import type { Log } from '../receipt.ts'
import type { EnteredCall, LeftCall, Tracer } from '../vm/tracer.ts'

const ETHER: Hex = '0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee'
/** Of Transfer(address,address,uint256). */
const TRANSFER: Hex = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'
const DELEGATECALL = 0xf4
const CALLCODE = 0xf2

export class TransferLogs implements Tracer {
  readonly steps = null
  /** Of the frames that aren't over, the message's own first. */
  readonly #frames: Log[][] = [[]]

  onEnter({ opcode, from, to, value }: EnteredCall): void {
    const moves = opcode !== DELEGATECALL && opcode !== CALLCODE && value > 0n
    this.#frames.push(moves ? [transferLog(from, to, value)] : [])
  }

  /** Of the message too, whose logs stay where they are: whoever failed is told that. */
  onLeave({ error }: LeftCall): void {
    if (this.#frames.length === 1) return
    const logs = this.#frames.pop()!
    if (error === null) this.#frames.at(-1)!.push(...logs)
  }

  onLog(log: Log): void {
    this.#frames.at(-1)!.push(log)
  }

  /** All logs of a message that succeeded, after that of what it moves itself. */
  with(from: Hex, to: Hex, value: bigint): readonly Log[] {
    const logs = this.#frames[0]!
    return value > 0n ? [transferLog(from, to, value), ...logs] : logs
  }
}

function transferLog(from: Hex, to: Hex, value: bigint): Log {
  const topics = [TRANSFER, wordOf(from), wordOf(to)]
  return { address: ETHER, topics, data: bigintToBytes(value, 32) }
}

function wordOf(address: Hex): Hex {
  return `0x${address.slice(2).padStart(64, '0')}`
}
