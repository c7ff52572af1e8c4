/** What holds of every Beacon state, whatever has happened: no token appears or vanishes, and nobody's shares are more than there are. */

import type { StateKey } from '../../../src/beacon/keys.ts'
import { type Delegation, readDelegation, readUnbondings } from '../../../src/beacon/staking/delegation.ts'
import { afterSlashes } from '../../../src/beacon/staking/liability.ts'
import { readPool } from '../../../src/beacon/staking/stake-pool.ts'
import { readRegistered } from '../../../src/beacon/staking/validator.ts'
import type { BeaconStateView } from '../../../src/beacon/state.ts'
import { readAccount } from '../../../src/beacon/values.ts'
import { ByteReader } from '../../../src/primitives/codec.ts'

type Entries = readonly (readonly [key: StateKey, value: Uint8Array])[]

/** All that there is, wherever it lies, in wei: what is burned included. */
export function supplyOf(state: BeaconStateView, entries: Entries): bigint {
  let supply = state.burned()
  for (const { pending } of state.attendance().presences) supply += pending
  for (const [key, value] of entries) {
    const reader = new ByteReader(value)
    if (key.startsWith('account/')) supply += readAccount(reader).balance
    else if (key.startsWith('unbonding-pool/')) supply += readPool(reader).tokens
    else if (key.startsWith('insurance/')) supply += reader.u128()
    else if (/^validator\/\d+$/.test(key)) {
      const { stake, unclaimedRewards, commissionEarned } = readRegistered(reader)
      supply += stake + unclaimedRewards + commissionEarned
    }
  }
  return supply
}

/** What is wrong, in words; none if all is well. */
export function stakingFaults(state: BeaconStateView, entries: Entries, genesisSupply: bigint): string[] {
  const faults: string[] = []
  const supply = supplyOf(state, entries)
  const expected = genesisSupply + state.minted()
  if (supply !== expected) faults.push(`the supply is ${supply}, not ${expected}`)
  const held = new Map<number, bigint>()
  const leaving = new Map<string, bigint>()
  for (const [key, value] of entries) {
    const [kind, index] = key.split('/')
    if (kind === 'delegation') {
      const shares = heldShares(state, readDelegation(new ByteReader(value)))
      held.set(Number(index), (held.get(Number(index)) ?? 0n) + shares)
    } else if (kind === 'unbonding') {
      for (const { createdIn, shares } of readUnbondings(new ByteReader(value))) {
        const pool = `unbonding-pool/${index}/${createdIn}`
        leaving.set(pool, (leaving.get(pool) ?? 0n) + shares)
      }
    }
  }
  for (const [index, shares] of held) {
    const there = state.validator(index)!.shares
    if (shares > there)
      faults.push(`validator ${index} has ${there} shares, and its delegators hold ${shares}`)
  }
  for (const [key, value] of entries) {
    if (!key.startsWith('unbonding-pool/')) continue
    const { shares } = readPool(new ByteReader(value))
    if (shares !== (leaving.get(key) ?? 0n))
      faults.push(`${key} has ${shares} shares, held are ${leaving.get(key)}`)
  }
  return faults
}

/** As they will be once they are touched. */
function heldShares(state: BeaconStateView, delegation: Delegation): bigint {
  const slashes = delegation.moved === null ? [] : state.pastSlashes(delegation.moved.from)
  return afterSlashes(delegation, slashes).shares
}
