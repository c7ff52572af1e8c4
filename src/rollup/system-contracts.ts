/**
 * The contracts that Prague expects at fixed addresses. Genesis holds their code; what a block's beginning writes into them is written
 * directly, with the effect that the protocol's system call of that code has.
 */

import { bigintToBytes, bytesToBigint, fromHex, type Hex, toHex } from '../primitives/bytes.ts'
import type { StateJournal } from './state/journal.ts'
import type { StateReader } from './state/reader.ts'

/** EIP-2935: hashes of the last 8,191 blocks. */
export const HISTORY_ADDRESS: Hex = '0x0000f90827f1c53a10cb7a02335b175320002935'
export const HISTORY_CODE: Hex =
  '0x3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500'

/** EIP-4788: hashes of Beacon blocks by the rollup timestamps that referred to them. */
export const BEACON_ROOTS_ADDRESS: Hex = '0x000f3df6d732807ef1319fb7b8bb8522d0beac02'
export const BEACON_ROOTS_CODE: Hex =
  '0x3373fffffffffffffffffffffffffffffffffffffffe14604d57602036146024575f5ffd5b5f35801560495762001fff810690815414603c575f5ffd5b62001fff01545f5260205ff35b5f5ffd5b62001fff42064281555f359062001fff015500'

const RING = 8191

export function applySystemCalls(
  journal: StateJournal,
  block: { number: number; timestamp: number; parentHash: Hex; parentBeaconBlockRoot: Hex },
): void {
  const { number, timestamp } = block
  journal.setStorage(HISTORY_ADDRESS, slot((number - 1) % RING), fromHex(block.parentHash))
  journal.setStorage(BEACON_ROOTS_ADDRESS, slot(timestamp % RING), bigintToBytes(BigInt(timestamp), 32))
  journal.setStorage(
    BEACON_ROOTS_ADDRESS,
    slot((timestamp % RING) + RING),
    fromHex(block.parentBeaconBlockRoot),
  )
}

/** What BLOCKHASH answers, for one of the last 256 blocks: of the very chain that `state` is on, whatever forks there are. */
export function blockHashAt(state: StateReader, number: number): Hex {
  return toHex(bigintToBytes(bytesToBigint(state.storage(HISTORY_ADDRESS, slot(number % RING))), 32))
}

function slot(index: number): Hex {
  return toHex(bigintToBytes(BigInt(index), 32))
}
