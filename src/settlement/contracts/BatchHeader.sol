// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice What a batch claims about the rollup blocks that its data holds. All its fields are static, so that it is encoded in place.
struct BatchHeader {
    /// Number of the rollup in the Beacon Layer's registry.
    uint64 rollupId;
    /// Heights of the first and the last block.
    uint64 firstHeight;
    uint64 lastHeight;
    /// Consensus header digests of the block before the first, and of the last.
    bytes32 parentDigest;
    bytes32 lastDigest;
    /// Ethereum block hash of the last block, and the state root in it.
    bytes32 lastBlockHash;
    bytes32 stateRoot;
    /// The Beacon block that records the last block's certificate: its height and consensus header digest.
    uint64 beaconHeight;
    bytes32 beaconDigest;
}
