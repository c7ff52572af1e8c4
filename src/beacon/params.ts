/** The Beacon Layer's parameters: part of its genesis and of its state, so that a proof of one is a proof like any other. */

import type { ByteReader, ByteWriter } from '../primitives/codec.ts'

export const BEACON_CHAIN_ID = 7_700_000

export interface BeaconParams {
  /** Beacon blocks per epoch, at least {@link EPOCH_LENGTH_MIN}. */
  readonly epochLength: number
  readonly blockTimeMs: number
  /** Epochs between the last duty of a stake and its release. */
  readonly unbondEpochs: number
  /** Evidence of an older epoch is refused; below `unbondEpochs`, so that the guilty still have a stake. */
  readonly evidenceEpochs: number
  /** Of a validator, in wei of the Beacon token. */
  readonly minStake: bigint
  /** Epochs that somebody jailed has to wait before it may come back. */
  readonly jailEpochs: number
  /** What is minted for voters in a year, in basis points of the stake. */
  readonly rewardBpsPerYear: number
  /** Flat, per action, burned. */
  readonly actionFee: bigint
  /** An instance without a recorded terminal is closed so many Beacon blocks into the next epoch... */
  readonly closeAfterBlocks: number
  /** ...and its successor opened so many blocks later; until then certified blocks may still be recorded. */
  readonly openAfterBlocks: number
}

export const EPOCH_LENGTH_MIN = 4
/** What its encoding has room for. */
export const EPOCH_LENGTH_MAX = 0xffff_ffff

const TOKEN = 10n ** 18n

export const DEVNET_PARAMS: BeaconParams = {
  epochLength: 32,
  blockTimeMs: 500,
  unbondEpochs: 8,
  evidenceEpochs: 6,
  minStake: 1_000n * TOKEN,
  jailEpochs: 8,
  rewardBpsPerYear: 500,
  actionFee: TOKEN / 1_000n,
  closeAfterBlocks: 8,
  openAfterBlocks: 8,
}

/** As many blocks as take at least so long. */
export function blocksWithin(durationMs: number, { blockTimeMs }: Pick<BeaconParams, 'blockTimeMs'>): number {
  return Math.ceil(durationMs / blockTimeMs)
}

export function writeParams(writer: ByteWriter, params: BeaconParams): ByteWriter {
  return writer
    .u32(params.epochLength)
    .u32(params.blockTimeMs)
    .u32(params.unbondEpochs)
    .u32(params.evidenceEpochs)
    .u128(params.minStake)
    .u32(params.jailEpochs)
    .u16(params.rewardBpsPerYear)
    .u128(params.actionFee)
    .u16(params.closeAfterBlocks)
    .u16(params.openAfterBlocks)
}

export function readParams(reader: ByteReader): BeaconParams {
  return {
    epochLength: reader.u32(),
    blockTimeMs: reader.u32(),
    unbondEpochs: reader.u32(),
    evidenceEpochs: reader.u32(),
    minStake: reader.u128(),
    jailEpochs: reader.u32(),
    rewardBpsPerYear: reader.u16(),
    actionFee: reader.u128(),
    closeAfterBlocks: reader.u16(),
    openAfterBlocks: reader.u16(),
  }
}
