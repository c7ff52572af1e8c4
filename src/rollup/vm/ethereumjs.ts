/**
 * @ethereumjs/evm, at Prague, as a VM: only `runCall`, never its transaction or block processing.
 */

import { createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common'
import { createEVM, type EVM, type EVMResult } from '@ethereumjs/evm'
import { Address } from '@ethereumjs/util'
import { fromHex, type Hex, toHex } from '../../primitives/bytes.ts'
import { keccak256 } from '../../primitives/hash.ts'
import { ROLLUP_FORK } from '../forks.ts'
import type { StateJournal } from '../state/journal.ts'
import { blockHashAt } from '../system-contracts.ts'
import { EthereumjsState } from './ethereumjs-state.ts'
import { ROLLUP_PRECOMPILES } from './precompiles.ts'
import type { BlockContext, Message, Outcome, Vm } from './vm.ts'

export async function createEthereumjsVm(chainId: number): Promise<Vm> {
  const common = createCustomCommon({ chainId, name: 'rollup' }, Mainnet, {
    hardfork: Hardfork.Prague,
    customCrypto: { keccak256: (bytes) => keccak256(bytes) },
  })
  const state = new EthereumjsState()
  const blockchain = {
    getBlock: async (number: number) => ({ hash: () => fromHex(blockHashAt(state.journal!, number)) }),
    putBlock: async () => {},
    shallowCopy: () => blockchain,
  }
  const evm = await createEVM({
    common,
    stateManager: state,
    blockchain,
    customPrecompiles: ROLLUP_PRECOMPILES,
  })
  return new EthereumjsVm(evm, state)
}

class EthereumjsVm implements Vm {
  readonly fork = ROLLUP_FORK
  readonly #evm: EVM
  readonly #state: EthereumjsState

  constructor(evm: EVM, state: EthereumjsState) {
    this.#evm = evm
    this.#state = state
  }

  async run(journal: StateJournal, block: BlockContext, message: Message): Promise<Outcome> {
    if (this.#state.journal !== null) throw new Error('a VM runs one message at a time')
    this.#state.journal = journal
    try {
      this.#warm(block, message)
      const result = await this.#evm.runCall({
        block: { header: headerOf(block) },
        gasPrice: message.gasPrice,
        caller: addressOf(message.caller),
        to: message.to === null ? undefined : addressOf(message.to),
        value: message.value,
        data: message.data,
        gasLimit: BigInt(message.gas),
        skipNonceIncrement: true,
      })
      return outcomeOf(result, message)
    } finally {
      this.#evm.journal.cleanJournal()
      this.#evm.transientStorage.clear()
      this.#state.journal = null
    }
  }

  isPrecompile(address: Hex): boolean {
    return this.#evm.precompiles.has(address.slice(2))
  }

  /** EIP-2929, EIP-2930 and EIP-3651: what the transaction may touch at the lower price. */
  #warm(block: BlockContext, message: Message): void {
    const { journal, precompiles } = this.#evm
    journal.cleanJournal()
    for (const address of precompiles.keys()) journal.addAlwaysWarmAddress(address)
    journal.addAlwaysWarmAddress(message.caller)
    journal.addAlwaysWarmAddress(block.beneficiary)
    if (message.to !== null) journal.addAlwaysWarmAddress(message.to)
    for (const { address, storageKeys } of message.accessList) {
      journal.addAlwaysWarmAddress(address)
      for (const key of storageKeys) journal.addAlwaysWarmSlot(address, key)
    }
  }
}

function outcomeOf({ execResult, createdAddress }: EVMResult, message: Message): Outcome {
  const error = execResult.exceptionError?.error ?? null
  const created = execResult.createdAddresses ?? new Set()
  return {
    succeeded: error === null,
    error,
    gasUsed: Number(execResult.executionGasUsed),
    gasRefund: Number(execResult.gasRefund ?? 0n),
    output: execResult.returnValue,
    logs: (execResult.logs ?? []).map(([address, topics, data]) => ({
      address: toHex(address),
      topics: topics.map(toHex),
      data,
    })),
    createdAddress: message.to === null && createdAddress !== undefined ? toHex(createdAddress.bytes) : null,
    destroyed: [...(execResult.selfdestruct?.keys() ?? [])].filter((address) => created.has(address)),
  }
}

function headerOf(block: BlockContext) {
  return {
    number: BigInt(block.number),
    coinbase: addressOf(block.beneficiary),
    timestamp: BigInt(block.timestamp),
    difficulty: 0n,
    prevRandao: fromHex(block.prevRandao),
    gasLimit: BigInt(block.gasLimit),
    baseFeePerGas: block.baseFeePerGas,
    getBlobGasPrice: () => 1n,
  }
}

function addressOf(hex: Hex): Address {
  return new Address(fromHex(hex, 20))
}
