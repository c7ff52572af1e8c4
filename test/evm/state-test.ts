/** GeneralStateTests (the format of ethereum/tests): one case, executed as a rollup executes transactions. */

import { addressOfPrivateKey } from '../../src/platform/secp256k1.ts'
import { bigintToBytes, bigintToMinimalBytes, fromHex, type Hex, toHex } from '../../src/primitives/bytes.ts'
import { keccak256 } from '../../src/primitives/hash.ts'
import { encodeRlp, type RlpItem } from '../../src/primitives/rlp.ts'
import { readAuthorization } from '../../src/rollup/authorization.ts'
import { executeTransaction } from '../../src/rollup/executor.ts'
import type { Log } from '../../src/rollup/receipt.ts'
import { EMPTY_ACCOUNT } from '../../src/rollup/state/account.ts'
import { StateJournal } from '../../src/rollup/state/journal.ts'
import type { StateReader } from '../../src/rollup/state/reader.ts'
import { StateVersion } from '../../src/rollup/state/version.ts'
import { HISTORY_ADDRESS } from '../../src/rollup/system-contracts.ts'
import type { Executable } from '../../src/rollup/transaction.ts'
import { checkNonce, checkSender, checkStatically } from '../../src/rollup/transaction-rules.ts'
import type { BlockContext, Vm } from '../../src/rollup/vm/vm.ts'

export const CHAIN_ID = 1

interface PreAccount {
  readonly nonce: Hex
  readonly balance: Hex
  readonly code: Hex
  readonly storage: Readonly<Record<Hex, Hex>>
}

interface TestTransaction {
  readonly data: readonly Hex[]
  readonly gasLimit: readonly Hex[]
  readonly value: readonly Hex[]
  readonly nonce: Hex
  readonly to: Hex | ''
  readonly sender?: Hex
  readonly secretKey?: Hex
  readonly gasPrice?: Hex
  readonly maxFeePerGas?: Hex
  readonly maxPriorityFeePerGas?: Hex
  readonly accessLists?: readonly (readonly { address: Hex; storageKeys: readonly Hex[] }[] | null)[]
  readonly authorizationList?: readonly Readonly<Record<string, Hex>>[]
  readonly blobVersionedHashes?: readonly Hex[]
}

export interface PostCase {
  readonly hash: Hex
  readonly logs: Hex
  readonly indexes: { readonly data: number; readonly gas: number; readonly value: number }
  readonly expectException?: string
}

export interface StateTest {
  readonly env: Readonly<Record<string, Hex>>
  readonly pre: Readonly<Record<Hex, PreAccount>>
  readonly transaction: TestTransaction
  readonly post: Readonly<Record<string, readonly PostCase[]>>
}

export type Verdict = 'passed' | 'skipped' | { readonly reason: string }

/** Blob transactions are skipped: rollups have none. */
export async function runCase(vm: Vm, test: StateTest, post: PostCase): Promise<Verdict> {
  if (test.transaction.blobVersionedHashes !== undefined) return 'skipped'
  const before = preState(test.pre)
  const block = blockOf(test.env)
  const journal = new StateJournal(withBlockHashes(before, block.number))
  const transaction = transactionOf(test.transaction, post)
  const refusal = refusalOf(transaction, block, journal)
  let logs: readonly Log[] = []
  if (refusal === null) {
    logs = (await executeTransaction(vm, journal, block, transaction)).logs
    journal.endTransaction()
  }
  if ((refusal !== null) !== (post.expectException !== undefined)) {
    return { reason: `${refusal ?? 'it was taken'}, expected ${post.expectException ?? 'success'}` }
  }
  const { root } = before.derive(journal.diff())
  if (root !== post.hash) return { reason: `state root ${root}, expected ${post.hash}` }
  const logsHash = toHex(keccak256(encodeRlp(logs.map(rlpOfLog))))
  return logsHash === post.logs ? 'passed' : { reason: `logs ${logsHash}, expected ${post.logs}` }
}

function preState(pre: StateTest['pre']): StateVersion {
  const journal = new StateJournal(StateVersion.empty())
  for (const [key, { nonce, balance, code, storage }] of Object.entries(pre)) {
    const address = key.toLowerCase() as Hex
    journal.setAccount(address, { ...EMPTY_ACCOUNT, nonce: BigInt(nonce), balance: BigInt(balance) })
    if (code !== '0x') journal.setCode(address, fromHex(code))
    for (const [slot, value] of Object.entries(storage)) {
      journal.setStorage(address, toHex(bigintToBytes(BigInt(slot), 32)), bigintToBytes(BigInt(value), 32))
    }
  }
  // Not ended as a transaction: empty accounts stay.
  const state = StateVersion.empty().derive(journal.diff())
  return state
}

/** Tests have keccak256 of a block's decimal number as its hash. */
function withBlockHashes(state: StateVersion, number: number): StateReader {
  const hashes = new Map<Hex, Uint8Array>()
  for (let past = Math.max(0, number - 256); past < number; past++) {
    hashes.set(toHex(bigintToBytes(BigInt(past % 8191), 32)), keccak256(Buffer.from(String(past))))
  }
  return {
    account: (address) => state.account(address),
    codeByHash: (hash) => state.codeByHash(hash),
    storage: (address, slot) =>
      address === HISTORY_ADDRESS && state.account(address) === null
        ? (hashes.get(slot) ?? new Uint8Array(0))
        : state.storage(address, slot),
  }
}

function blockOf(env: StateTest['env']): BlockContext {
  return {
    number: Number(env.currentNumber),
    timestamp: Number(env.currentTimestamp),
    beneficiary: env.currentCoinbase!.toLowerCase() as Hex,
    gasLimit: Number(env.currentGasLimit),
    baseFeePerGas: BigInt(env.currentBaseFee ?? 0),
    prevRandao: toHex(bigintToBytes(BigInt(env.currentRandom ?? 0), 32)),
  }
}

function transactionOf(transaction: TestTransaction, { indexes }: PostCase): Executable {
  const { accessLists, authorizationList, gasPrice, sender, secretKey, to } = transaction
  return {
    from: (sender ?? addressOfPrivateKey(fromHex(secretKey!))).toLowerCase() as Hex,
    to: to === '' ? null : (to.toLowerCase() as Hex),
    nonce: Number(transaction.nonce),
    gasLimit: Number(transaction.gasLimit[indexes.gas]),
    value: BigInt(transaction.value[indexes.value]!),
    data: fromHex(transaction.data[indexes.data]!),
    maxFeePerGas: BigInt(transaction.maxFeePerGas ?? gasPrice!),
    maxPriorityFeePerGas: BigInt(transaction.maxPriorityFeePerGas ?? gasPrice!),
    accessList: (accessLists?.[indexes.data] ?? []).map(({ address, storageKeys }) => ({
      address: address.toLowerCase() as Hex,
      storageKeys: storageKeys.map((key) => toHex(bigintToBytes(BigInt(key), 32))),
    })),
    authorizations: (authorizationList ?? []).map((tuple) =>
      readAuthorization(
        [
          rlpInteger(tuple.chainId!),
          fromHex(tuple.address!),
          rlpInteger(tuple.nonce!),
          rlpInteger(tuple.yParity ?? tuple.v!),
          rlpInteger(tuple.r!),
          rlpInteger(tuple.s!),
        ],
        CHAIN_ID,
      ),
    ),
  }
}

function refusalOf(transaction: Executable, block: BlockContext, state: StateReader): string | null {
  if (transaction.maxFeePerGas < block.baseFeePerGas) return 'the fee cap is below the base fee'
  const refusal =
    checkStatically(transaction, block.gasLimit) ??
    checkNonce(transaction, state) ??
    checkSender(transaction, state)
  return refusal?.message ?? null
}

function rlpInteger(hex: Hex): Uint8Array {
  return bigintToMinimalBytes(BigInt(hex))
}

function rlpOfLog({ address, topics, data }: Log): RlpItem {
  return [fromHex(address), topics.map((topic) => fromHex(topic)), data]
}
