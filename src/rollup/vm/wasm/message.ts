/** A message as evm/assembly/message.ts reads it. */

import { bigintToBytes, fromHex, type Hex } from '../../../primitives/bytes.ts'
import { ByteWriter } from '../../../primitives/codec.ts'
import { FORKS, type Fork } from '../../forks.ts'
import type { BlockContext, Message } from '../vm.ts'

const ADDRESS_BYTES = 20
const WORD_BYTES = 32
const NOBODY: Hex = `0x${'00'.repeat(ADDRESS_BYTES)}`
/** There are no blobs in rollups, so that their price stays at its least. */
const BLOB_BASE_FEE = 1n
const GAS_MAX = 2n ** 63n - 1n

export interface Chain {
  readonly chainId: number
  readonly fork: Fork
}

export function encodeMessage({ chainId, fork }: Chain, block: BlockContext, message: Message): Uint8Array {
  const writer = new ByteWriter()
  writer.u8(FORKS.indexOf(fork)).flag(message.to !== null)
  writer.raw(fromHex(message.caller, ADDRESS_BYTES)).raw(fromHex(message.to ?? NOBODY, ADDRESS_BYTES))
  writer.raw(wordOf(message.value)).raw(wordOf(message.gasPrice)).raw(gasOf(message.gas))
  writer.u64(chainId).u64(block.number).u64(block.timestamp).raw(gasOf(block.gasLimit))
  writer.raw(fromHex(block.beneficiary, ADDRESS_BYTES)).raw(fromHex(block.prevRandao, WORD_BYTES))
  writer.raw(wordOf(block.baseFeePerGas)).raw(wordOf(BLOB_BASE_FEE)).u16(0)
  writer.u16(message.accessList.length)
  for (const { address, storageKeys } of message.accessList) {
    writer.raw(fromHex(address, ADDRESS_BYTES)).u16(storageKeys.length)
    for (const key of storageKeys) writer.raw(fromHex(key, WORD_BYTES))
  }
  return writer.raw(message.data).finish()
}

/** Beyond what rollups allow, tests have limits that no integer of theirs holds exactly. */
function gasOf(gas: number): Uint8Array {
  const exact = BigInt(gas)
  return bigintToBytes(exact > GAS_MAX ? GAS_MAX : exact, 8)
}

function wordOf(value: bigint): Uint8Array {
  return bigintToBytes(value, WORD_BYTES)
}
