/** Carries dev instructions out, on the state of the block that they are in. Whether one may be there is checked before. */

import { fromHex } from '../../primitives/bytes.ts'
import type { PastBlock } from '../block-plan.ts'
import type { StateDiff, StateJournal } from '../state/journal.ts'
import { BEACON_ROOTS_ADDRESS, HISTORY_ADDRESS } from '../system-contracts.ts'
import type { Instruction } from './instruction.ts'
import { DEV_ADDRESS, readDevSettings, writeImpersonated, writeSetting, writeTimeOffset } from './settings.ts'

export interface Circumstances {
  /** Of the instruction's own block. */
  readonly timestamp: number
  /** For `revertTo`. */
  readonly past: PastBlock | null
}

/** What an account can have, and a rollup's clock can show. */
const BALANCE_MAX = 1n << 128n
const NONCE_MAX = 1n << 53n
const TIMESTAMP_MAX = 1n << 40n
const GAS_LIMIT_MAX = 1_000_000_000n

/** Why the instruction can't be carried out, having changed nothing; null if it was. */
export function perform(
  journal: StateJournal,
  instruction: Instruction,
  { timestamp, past }: Circumstances,
): string | null {
  const { name, values } = instruction
  switch (name) {
    case 'mine':
    case 'dropTransaction':
      return null
    case 'setBalance':
      if (values[1] >= BALANCE_MAX) return 'the balance must be below 2^128'
      journal.updateAccount(values[0], { balance: values[1] })
      return null
    case 'setNonce': {
      const nonce = journal.account(values[0])?.nonce ?? 0n
      if (values[1] < nonce)
        return `new nonce (${values[1]}) must not be smaller than the existing nonce (${nonce})`
      if (values[1] >= NONCE_MAX) return 'the nonce must be below 2^53'
      journal.updateAccount(values[0], { nonce: values[1] })
      return null
    }
    case 'setCode':
      journal.setCode(values[0], values[1])
      return null
    case 'setStorageAt':
      if (journal.account(values[0]) === null)
        return `${values[0]} has no code, balance or nonce: storage needs one`
      journal.setStorage(values[0], values[1], fromHex(values[2]))
      return null
    case 'increaseTime': {
      const { timeOffset } = readDevSettings(journal)!
      if (BigInt(timestamp) + values[0] >= TIMESTAMP_MAX) return 'the time must be below 2^40'
      writeTimeOffset(journal, timeOffset + values[0])
      return null
    }
    case 'setNextTimestamp':
      if (values[0] < BigInt(timestamp))
        return `timestamp ${values[0]} is lower than the previous block's timestamp ${timestamp}`
      if (values[0] >= TIMESTAMP_MAX) return 'the time must be below 2^40'
      writeSetting(journal, 'nextTimestamp', values[0])
      return null
    case 'setTimestampInterval':
      if (values[0] >= 1n << 32n) return 'the interval must be below 2^32'
      writeSetting(journal, 'timestampInterval', values[0] === 0n ? null : values[0])
      return null
    case 'setNextBaseFee':
      if (values[0] >= BALANCE_MAX) return 'the base fee must be below 2^128'
      writeSetting(journal, 'nextBaseFee', values[0])
      return null
    case 'setNextPrevRandao':
      writeSetting(journal, 'nextPrevRandao', BigInt(values[0]))
      return null
    case 'setCoinbase':
      writeSetting(journal, 'coinbase', BigInt(values[0]) === 0n ? null : BigInt(values[0]))
      return null
    case 'setGasLimit':
      if (values[0] < 21_000n || values[0] > GAS_LIMIT_MAX)
        return `the gas limit must be within 21000 and ${GAS_LIMIT_MAX}`
      writeSetting(journal, 'gasLimit', values[0])
      return null
    case 'setAutomine':
      writeSetting(journal, 'manual', values[0] ? null : 1n)
      return null
    case 'setImpersonated':
      writeImpersonated(journal, values[0], values[1])
      return null
    case 'setAutoImpersonate':
      writeSetting(journal, 'autoImpersonate', values[0] ? 1n : null)
      return null
    case 'revertTo':
      if (past === null) return `there is no block ${values[0]}`
      undo(journal, past.undo)
      return null
  }
}

/** Takes back what earlier blocks have changed, but what the protocol itself knows of them: their hashes, and how many instructions they had. */
function undo(journal: StateJournal, { accounts, storage }: StateDiff): void {
  for (const [address, account] of accounts) if (address !== DEV_ADDRESS) journal.setAccount(address, account)
  for (const [address, slots] of storage) {
    if (address === HISTORY_ADDRESS || address === BEACON_ROOTS_ADDRESS) continue
    for (const [slot, value] of slots) journal.setStorage(address, slot, value)
  }
}
