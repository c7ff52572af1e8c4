/** The account in whose name a command acts: one of the dev accounts, a validator's of this devnet, or one whose key the environment has. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readNodeKeys } from '../config/node-config.ts'
import { DEV_ACCOUNTS } from '../devnet/dev-accounts.ts'
import type { DevnetFolder } from '../devnet/folder.ts'
import { defineError } from '../errors/beacon-error.ts'
import { addressOfPrivateKey } from '../platform/secp256k1.ts'
import { fromHex, type Hex, isHex } from '../primitives/bytes.ts'

export interface SigningAccount {
  readonly address: Hex
  readonly privateKey: Hex
}

/** A key on the command line would stay in the shell's history, and be seen by whoever lists processes. */
export const KEY_VARIABLE = 'BEACON_PRIVATE_KEY'

export const ACCOUNT_UNKNOWN = defineError<{ text: string }>({
  code: 'C309',
  name: 'ACCOUNT_UNKNOWN',
  kind: 'user',
  message: ({ text }) => `'${text}' is no account that this command can sign for`,
  hint: () =>
    `name a dev account (0 to ${DEV_ACCOUNTS.length - 1}) or a validator of this devnet (validator-2), or set ${KEY_VARIABLE} and leave --from out`,
})

/** `from` is what was typed; without it, the environment's key, or else dev account 0. */
export function signingAccount(folder: DevnetFolder, from: string | undefined): SigningAccount {
  const ours = from === undefined ? accountOfEnvironment() : null
  if (ours !== null) return ours
  const text = from ?? '0'
  const dev = /^\d{1,3}$/.test(text) ? DEV_ACCOUNTS[Number(text)] : undefined
  return dev ?? validatorAccount(folder, text)
}

/** Null if the environment has no key; throws ACCOUNT_UNKNOWN if it has none that is one. */
export function accountOfEnvironment(): SigningAccount | null {
  const key = process.env[KEY_VARIABLE]
  if (key === undefined) return null
  if (!isHex(key, 32)) throw ACCOUNT_UNKNOWN({ text: `$${KEY_VARIABLE}` })
  return { address: addressOfPrivateKey(fromHex(key)), privateKey: key.toLowerCase() as Hex }
}

function validatorAccount(folder: DevnetFolder, process: string): SigningAccount {
  const file = join(folder.nodePath(process), 'keys.json')
  if (!/^validator-\d{1,5}$/.test(process) || !existsSync(file)) throw ACCOUNT_UNKNOWN({ text: process })
  const { account } = readNodeKeys(file)
  return { address: addressOfPrivateKey(fromHex(account)), privateKey: account }
}
