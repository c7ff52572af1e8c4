/** What holds for the whole message: the block, and who sent the transaction. Points into the message's own bytes (message.ts). */

// @ts-ignore: decorator
@unmanaged
export class Environment {
  fork: i32
  chainId: u64
  number: u64
  timestamp: u64
  gasLimit: u64
  /** 20 bytes each. */
  origin: usize
  beneficiary: usize
  /** 32 big-endian bytes each. */
  gasPrice: usize
  prevRandao: usize
  baseFee: usize
  blobBaseFee: usize
  blobHashes: usize
  blobCount: i32
}

export const environment: Environment = changetype<Environment>(memory.data(96, 8))
