/** The host's part of evm/beacon-evm.wit: the state of the message that runs, and the precompiled contracts. */

import type { EVM, ExecResult } from '@ethereumjs/evm'
import { bigintToBytes, concatBytes, fromHex, toHex } from '../../../primitives/bytes.ts'
import { EMPTY_TRIE_ROOT } from '../../header.ts'
import type { StateJournal } from '../../state/journal.ts'
import { blockHashAt } from '../../system-contracts.ts'
import { isBlsOperation, runBlsOperation } from './bls-precompiles.ts'

/** As jco names it. */
export interface EvmHostInterface {
  getAccount(address: Uint8Array): Uint8Array | undefined
  getCode(codeHash: Uint8Array): Uint8Array
  getStorage(slot: Uint8Array): Uint8Array
  getBlockHash(number: bigint): Uint8Array
  precompile(number: number, gas: bigint, input: Uint8Array): Uint8Array
}

const ADDRESS_BYTES = 20
const WORD_BYTES = 32
const FAILED = Uint8Array.of(0)

export class EvmHost {
  /** Of the message that runs; null between messages. */
  journal: StateJournal | null = null
  readonly interface: EvmHostInterface

  /** `native` has the precompiled contracts of the fork. */
  constructor(native: EVM) {
    this.interface = {
      getAccount: (address) => {
        const account = this.#journal.account(toHex(address))
        if (account === null) return undefined
        const { nonce, balance, codeHash, storageRoot } = account
        const hasStorage = Uint8Array.of(Number(storageRoot !== EMPTY_TRIE_ROOT))
        const words = concatBytes(bigintToBytes(nonce, 8), bigintToBytes(balance, WORD_BYTES))
        return concatBytes(words, fromHex(codeHash), hasStorage)
      },
      getCode: (codeHash) => this.#journal.codeByHash(toHex(codeHash)),
      getStorage: (slot) => {
        const address = toHex(slot.subarray(0, ADDRESS_BYTES))
        return padded(this.#journal.storage(address, toHex(slot.subarray(ADDRESS_BYTES))))
      },
      getBlockHash: (number) => fromHex(blockHashAt(this.#journal, Number(number))),
      precompile: (number, gas, input) => runPrecompile(native, number, gas, input),
    }
  }

  get #journal(): StateJournal {
    if (this.journal === null) throw new Error('no message is running')
    return this.journal
  }
}

function runPrecompile(native: EVM, number: number, gas: bigint, input: Uint8Array): Uint8Array {
  if (isBlsOperation(number)) {
    const result = runBlsOperation(number, gas, input)
    return result === null ? FAILED : succeeded(BigInt(result.gas), result.output)
  }
  const contract = native.precompiles.get(number.toString(16).padStart(2 * ADDRESS_BYTES, '0'))
  if (contract === undefined) throw new Error(`there is no precompiled contract ${number}`)
  const result = contract({ data: input, gasLimit: gas, common: native.common, _EVM: native }) as ExecResult
  if (result.exceptionError !== undefined) return FAILED
  return succeeded(result.executionGasUsed, result.returnValue)
}

function succeeded(gas: bigint, output: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(1), bigintToBytes(gas, 8), output)
}

function padded(value: Uint8Array): Uint8Array {
  if (value.length === WORD_BYTES) return value
  const word = new Uint8Array(WORD_BYTES)
  word.set(value, WORD_BYTES - value.length)
  return word
}
