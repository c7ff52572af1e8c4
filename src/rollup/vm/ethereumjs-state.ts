/** The journal as @ethereumjs/evm wants its state: a thin translation of types. State roots are none of the EVM's business here. */

import type { AccountFields, StateManagerInterface } from '@ethereumjs/common'
import { Account, type Address, KECCAK256_NULL, KECCAK256_RLP } from '@ethereumjs/util'
import { fromHex, type Hex, toHex } from '../../primitives/bytes.ts'
import { EMPTY_TRIE_ROOT } from '../header.ts'
import { type Account as AccountState, EMPTY_ACCOUNT, EMPTY_CODE_HASH } from '../state/account.ts'
import type { StateJournal } from '../state/journal.ts'
import { codeOf } from '../state/reader.ts'

export class EthereumjsState implements StateManagerInterface {
  /** The journal of the message that runs; set by the VM before each. */
  journal: StateJournal | null = null

  readonly originalStorageCache = {
    get: async (address: Address, key: Uint8Array) =>
      this.#journal.originalStorage(hexOf(address), toHex(key)),
    clear: () => {},
  }

  async getAccount(address: Address): Promise<Account | undefined> {
    const account = this.#journal.account(hexOf(address))
    if (account === null) return undefined
    const codeHash = account.codeHash === EMPTY_CODE_HASH ? KECCAK256_NULL : fromHex(account.codeHash)
    const storageRoot = account.storageRoot === EMPTY_TRIE_ROOT ? KECCAK256_RLP : fromHex(account.storageRoot)
    return new Account(account.nonce, account.balance, storageRoot, codeHash)
  }

  /** Code and storage have their own ways in, so that only nonce and balance can differ from what getAccount gave. */
  async putAccount(address: Address, account?: Account): Promise<void> {
    const key = hexOf(address)
    if (account === undefined) this.#journal.removeAccount(key)
    else this.#journal.updateAccount(key, { nonce: account.nonce, balance: account.balance })
  }

  async deleteAccount(address: Address): Promise<void> {
    this.#journal.removeAccount(hexOf(address))
  }

  async modifyAccountFields(address: Address, fields: AccountFields): Promise<void> {
    const before: AccountState = this.#journal.account(hexOf(address)) ?? EMPTY_ACCOUNT
    this.#journal.updateAccount(hexOf(address), {
      nonce: fields.nonce ?? before.nonce,
      balance: fields.balance ?? before.balance,
    })
  }

  async putCode(address: Address, code: Uint8Array): Promise<void> {
    this.#journal.setCode(hexOf(address), code.slice())
  }

  async getCode(address: Address): Promise<Uint8Array> {
    return codeOf(this.#journal, hexOf(address))
  }

  async getCodeSize(address: Address): Promise<number> {
    return codeOf(this.#journal, hexOf(address)).length
  }

  async getStorage(address: Address, key: Uint8Array): Promise<Uint8Array> {
    return this.#journal.storage(hexOf(address), toHex(key))
  }

  async putStorage(address: Address, key: Uint8Array, value: Uint8Array): Promise<void> {
    this.#journal.setStorage(hexOf(address), toHex(key), value.slice())
  }

  async clearStorage(address: Address): Promise<void> {
    this.#journal.clearStorage(hexOf(address))
  }

  async checkpoint(): Promise<void> {
    this.#journal.checkpoint()
  }

  async commit(): Promise<void> {
    this.#journal.commitCheckpoint()
  }

  async revert(): Promise<void> {
    this.#journal.revertCheckpoint()
  }

  clearCaches(): void {}

  async getStateRoot(): Promise<Uint8Array> {
    throw new Error('the EVM does not compute state roots')
  }

  async setStateRoot(): Promise<void> {
    throw new Error('the EVM does not choose the state')
  }

  async hasStateRoot(): Promise<boolean> {
    return false
  }

  shallowCopy(): StateManagerInterface {
    throw new Error('the EVM is not copied')
  }

  get #journal(): StateJournal {
    if (this.journal === null) throw new Error('no message is running')
    return this.journal
  }
}

function hexOf(address: Address): Hex {
  return toHex(address.bytes)
}
