/** What became of an action, and its encoding. */

import { ByteWriter } from './primitives/codec'
import { NONE } from './primitives/ids'

export class Receipt {
  constructor(
    readonly hash: string,
    readonly sender: string,
    readonly type: i64,
    /** Null if the action was applied. */
    readonly refusal: string | null,
    /** Registered or closed by it. */
    readonly rollup: i64,
  ) {}
}

export function encodeReceipt(receipt: Receipt): Uint8Array {
  const refusal = receipt.refusal
  return new ByteWriter()
    .hex(receipt.hash, 32)
    .hex(receipt.sender, 20)
    .u8(receipt.type)
    .text(refusal === null ? '' : refusal)
    .u64(receipt.rollup == NONE ? 0 : receipt.rollup)
    .finish()
}
