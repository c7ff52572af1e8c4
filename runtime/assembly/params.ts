/** The Beacon Layer's parameters: part of its genesis and of its state. */

import { ByteReader } from './primitives/codec'
import { U256 } from './primitives/uint'

export class BeaconParams {
  constructor(
    readonly epochLength: i64,
    readonly blockTimeMs: i64,
    readonly unbondEpochs: i64,
    readonly evidenceEpochs: i64,
    readonly minStake: U256,
    readonly jailEpochs: i64,
    readonly rewardBpsPerYear: i64,
    readonly actionFee: U256,
    readonly closeAfterBlocks: i64,
    readonly openAfterBlocks: i64,
  ) {}
}

export function readParams(reader: ByteReader): BeaconParams {
  const epochLength = reader.u32()
  const blockTimeMs = reader.u32()
  const unbondEpochs = reader.u32()
  const evidenceEpochs = reader.u32()
  const minStake = reader.u128()
  const jailEpochs = reader.u32()
  const rewardBpsPerYear = reader.u16()
  const actionFee = reader.u128()
  const closeAfterBlocks = reader.u16()
  return new BeaconParams(
    epochLength,
    blockTimeMs,
    unbondEpochs,
    evidenceEpochs,
    minStake,
    jailEpochs,
    rewardBpsPerYear,
    actionFee,
    closeAfterBlocks,
    reader.u16(),
  )
}
