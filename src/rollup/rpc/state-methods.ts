/** eth_* about accounts, as of any block whose state is still kept, and calls on them. */

import { bigintToBytes, bytesToBigint, type Hex, toHex } from '../../primitives/bytes.ts'
import type { Methods } from '../../rpc/dispatch.ts'
import { readAddress, readArray, readBlock, readObject, readWord } from '../../rpc/params.ts'
import type { RollupApplication } from '../application.ts'
import { EMPTY_ACCOUNT } from '../state/account.ts'
import { codeOf, nonceOf } from '../state/reader.ts'
import type { BlockReader } from './blocks.ts'
import type { CallResult, CallRunner, Estimate } from './call.ts'
import { readCallRequest, readOverrides } from './call-request.ts'
import { failedCall, limitExceeded, refusedTransaction } from './errors.ts'
import { quantity } from './format.ts'

export function stateMethods(
  application: RollupApplication,
  blocks: BlockReader,
  runner: CallRunner,
): Methods {
  const { mempool } = application
  return {
    eth_getBalance: (params) => {
      const { state } = blocks.state(readBlock(params[1]))
      return quantity(state.account(readAddress(params[0], 'address'))?.balance ?? 0n)
    },
    eth_getTransactionCount: (params) => {
      const address = readAddress(params[0], 'address')
      const selector = readBlock(params[1])
      const { state } = blocks.state(selector)
      const nonce = nonceOf(state, address)
      const isPending = selector.by === 'tag' && selector.tag === 'pending'
      return quantity(isPending ? Math.max(nonce, mempool.pendingNonce(address)) : nonce)
    },
    eth_getCode: (params) =>
      toHex(codeOf(blocks.state(readBlock(params[1])).state, readAddress(params[0], 'address'))),
    eth_getStorageAt: (params) => {
      const { state } = blocks.state(readBlock(params[2]))
      const value = state.storage(readAddress(params[0], 'address'), readWord(params[1], 'slot'))
      return wordJson(value)
    },
    eth_getStorageValues: (params) => {
      const wanted = Object.entries(readObject(params[0], 'requests'))
      const { state } = blocks.state(readBlock(params[1]))
      let left = STORAGE_VALUES_MAX
      return Object.fromEntries(
        wanted.map(([address, slots]) => {
          const account = readAddress(address, 'requests')
          const words = readArray(slots, `requests.${address}`, readWord)
          left -= words.length
          if (left < 0) throw limitExceeded(`at most ${STORAGE_VALUES_MAX} slots`)
          return [account, words.map((slot) => wordJson(state.storage(account, slot)))]
        }),
      )
    },
    eth_createAccessList: async (params) => {
      const { state, block } = blocks.state(readBlock(params[1]))
      const site = { state, header: block.header }
      const result = await runner.accessList(readCallRequest(params[0]), site)
      if (result.refusal !== null) throw refusedTransaction(result.refusal)
      const { accessList, outcome } = result
      const error = outcome.error === null ? {} : { error: failedCall(outcome).message }
      return { accessList, gasUsed: quantity(outcome.gasUsed), ...error }
    },
    eth_getProof: (params) => proofJson(blocks, params),
    eth_call: async (params) => {
      const { state, block } = blocks.state(readBlock(params[1]))
      const site = { state, header: block.header }
      return callOutput(await runner.call(readCallRequest(params[0]), site, readOverrides(params[2])))
    },
    eth_estimateGas: async (params) => {
      const selector = readBlock(params[1] ?? 'pending')
      const { state, block } = blocks.state(selector)
      const site = { state, header: block.header }
      return estimatedGas(await runner.estimate(readCallRequest(params[0]), site, readOverrides(params[2])))
    },
  }
}

/** Of one request. */
const STORAGE_VALUES_MAX = 1_024

function wordJson(value: Uint8Array): Hex {
  return toHex(bigintToBytes(bytesToBigint(value), 32))
}

function callOutput({ refusal, outcome }: CallResult) {
  if (refusal !== null) throw refusedTransaction(refusal)
  if (!outcome.succeeded) throw failedCall(outcome)
  return toHex(outcome.output)
}

function estimatedGas(estimate: Estimate) {
  if ('gas' in estimate) return quantity(estimate.gas)
  return callOutput(estimate)
}

function proofJson(blocks: BlockReader, params: readonly unknown[]) {
  const address = readAddress(params[0], 'address')
  const slots = readArray(params[1] ?? [], 'slots', readWord)
  const { state } = blocks.state(readBlock(params[2]))
  const { account, accountProof, storage } = state.prove(address, slots)
  const { balance, nonce, codeHash, storageRoot } = account ?? EMPTY_ACCOUNT
  return {
    address,
    accountProof: accountProof.map(toHex),
    balance: quantity(balance),
    nonce: quantity(nonce),
    codeHash,
    storageHash: storageRoot,
    storageProof: storage.map(({ slot, value, proof }) => ({
      key: slot,
      value: quantity(bytesToBigint(value)),
      proof: proof.map(toHex),
    })),
  }
}
