/** Which epoch a Beacon block belongs to; see src/beacon/epochs.ts. */

const SUB_EPOCHS: i64 = 4
export const FREEZE_LEAD_EPOCHS: i64 = 3
export const DRAW_LEAD_EPOCHS: i64 = 2

export function epochOf(at: i64, epochLength: i64): i64 {
  return at == 0 ? 0 : (at - 1) / epochLength
}

/** The last block of an epoch; the genesis of the next epoch's instance. */
export function terminalHeight(epoch: i64, epochLength: i64): i64 {
  return (epoch + 1) * epochLength
}

/** Whether a sub-epoch, a quarter of an epoch, ends with this block, and another one follows in the same epoch. */
export function endsSubEpoch(at: i64, epochLength: i64): bool {
  const place = at - epochOf(at, epochLength) * epochLength
  return place < epochLength && place % (epochLength / SUB_EPOCHS) == 0
}
