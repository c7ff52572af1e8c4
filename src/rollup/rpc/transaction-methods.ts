/** eth_* that bring transactions in. */

import { addressOfPrivateKey } from '../../platform/secp256k1.ts'
import type { Hex } from '../../primitives/bytes.ts'
import type { Methods } from '../../rpc/dispatch.ts'
import {
  optional,
  readData,
  readLooseNumber,
  readNumber,
  readObject,
  readQuantity,
} from '../../rpc/params.ts'
import type { RollupApplication } from '../application.ts'
import { baseFeeAfter } from '../block-plan.ts'
import { hasDevMethods, isImpersonated } from '../dev/settings.ts'
import { encodeKeyless, signTransaction } from '../sign-transaction.ts'
import { TRANSACTION_BYTES_MAX } from '../transaction.ts'
import type { BlockReader } from './blocks.ts'
import type { CallRunner } from './call.ts'
import { readCallRequest } from './call-request.ts'
import { failedCall, limitExceeded, refusedTransaction, syncTimeout, unknownAccount } from './errors.ts'
import { TIP_SUGGESTED } from './fee-methods.ts'
import { receiptJson } from './format.ts'
import type { StatusReader } from './status.ts'

/** EIP-7966: how long eth_sendRawTransactionSync waits unless told, and at most. */
const SYNC_TIMEOUT_MS = 2_000
const SYNC_TIMEOUT_MS_MAX = 20_000

export function transactionMethods(
  application: RollupApplication,
  blocks: BlockReader,
  runner: CallRunner,
  statuses: StatusReader,
  devKeys: readonly Uint8Array[],
): Methods {
  const { chain, mempool, spec } = application
  const keys = new Map(devKeys.map((key) => [addressOfPrivateKey(key), key]))

  const submit = (raw: Uint8Array): Hex => {
    const { hash, refusal } = application.submit(raw)
    if (refusal !== null) throw refusedTransaction(refusal)
    return hash
  }

  const mayImpersonate = (address: Hex) =>
    hasDevMethods(chain.head.state) && isImpersonated(chain.head.state, address)

  const gasFor = async (value: unknown): Promise<number> => {
    const { state, block } = blocks.state({ by: 'tag', tag: 'pending' })
    const estimate = await runner.estimate(readCallRequest(value), { state, header: block.header }, new Map())
    if ('gas' in estimate) return estimate.gas
    throw estimate.refusal === null ? failedCall(estimate.outcome) : refusedTransaction(estimate.refusal)
  }

  return {
    eth_sendRawTransaction: ([raw]) => submit(readData(raw, 'transaction')),

    eth_sendRawTransactionSync: async ([raw, timeout]) => {
      const asked = optional(readLooseNumber)(timeout, 'timeout') ?? SYNC_TIMEOUT_MS
      const timeoutMs = Math.min(asked, SYNC_TIMEOUT_MS_MAX)
      const hash = submit(readData(raw, 'transaction'))
      if ((await statuses.waitFor(hash, 'soft', timeoutMs)) === null) throw syncTimeout(hash, timeoutMs)
      const { height, index } = chain.locate(hash)!
      return receiptJson(chain.blockAt(height)!, index)
    },

    eth_accounts: () => [...keys.keys()],

    eth_sendTransaction: async ([value]) => {
      const fields = readObject(value, 'transaction')
      const request = readCallRequest(value)
      const key = keys.get(request.from)
      if (key === undefined && !mayImpersonate(request.from)) throw unknownAccount(request.from)
      if (request.data.length > TRANSACTION_BYTES_MAX) throw limitExceeded('oversized data')
      const tip = optional(readQuantity)(fields.maxPriorityFeePerGas, 'transaction.maxPriorityFeePerGas')
      const gasLimit = request.gas ?? (await gasFor(value))
      const maxFeePerGas = request.gasPrice ?? 2n * baseFeeAfter(chain.head) + (tip ?? TIP_SUGGESTED)
      // Chosen after the last wait, so that two calls side by side don't get the same one.
      const nonce =
        optional(readNumber)(fields.nonce, 'transaction.nonce') ?? mempool.pendingNonce(request.from)
      const maxPriorityFeePerGas = tip ?? (request.gasPrice === null ? TIP_SUGGESTED : maxFeePerGas)
      const transaction = { ...request, nonce, gasLimit, maxFeePerGas, maxPriorityFeePerGas }
      return submit(
        key === undefined
          ? encodeKeyless(transaction, request.from, spec.chainId)
          : signTransaction(transaction, spec.chainId, key),
      )
    },
  }
}
