// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {BatchHeader} from "./BatchHeader.sol";
import {ICertificateVerifier} from "./ICertificateVerifier.sol";

/// @title The L1's ordered record of what the rollups of one Beacon Layer did.
/// @notice Takes batches of consecutive blocks, each beginning where the rollup's last batch ended. Anyone may post: a batch is good or
/// bad by what it holds, not by who pays for it.
///
/// One inbox serves all rollups of a network, instead of a factory with one inbox for each. Rollups share no state here but the
/// code, so nothing is gained in isolation by separating them; a rollup costs no deployment before its first batch, which suits
/// short-lived ones; watchers follow one address; and the verifier with its committees is wired once.
///
/// It has no owner and can't be changed: another verifier or window is another deployment, which users choose to trust or not.
///
/// What it does NOT promise while `verifier` is the zero address: that a batch was certified at all. It then proves order and availability
/// only, the first to post decides a rollup's next batch, and whoever reads it compares `lastDigest` with a soft confirmation.
contract RollupInbox {
    using SafeCast for uint256;

    /// @notice An accepted batch.
    struct Batch {
        /// Height of its last block.
        uint64 lastHeight;
        /// The L1 block that it is in; its challenge window begins there.
        uint64 l1Block;
        bytes32 lastDigest;
        bytes32 stateRoot;
        bytes32 dataHash;
    }

    event BatchPosted(
        uint64 indexed rollupId,
        uint64 indexed batchIndex,
        uint64 firstHeight,
        uint64 lastHeight,
        bytes32 lastDigest,
        bytes32 stateRoot,
        bytes32 dataHash
    );

    /// The batch doesn't begin right after the rollup's last one; another seat may have posted already.
    error NotContiguous(uint64 expectedFirstHeight, uint64 firstHeight);
    /// The batch builds on another block than the one that the rollup's last batch ended with.
    error UnknownParent(bytes32 expectedParent, bytes32 parentDigest);
    /// The last height is below the first.
    error EmptyRange(uint64 firstHeight, uint64 lastHeight);
    error CertificateRejected();
    /// A window of no blocks would settle a batch before anyone could object.
    error NoChallengeWindow();

    /// @notice L1 blocks after a batch's own within which it can be challenged.
    uint64 public immutable challengeWindowBlocks;
    /// @notice Asked about every batch, unless zero.
    ICertificateVerifier public immutable verifier;
    /// @notice The inbox's own L1 block: no event is older.
    uint64 public immutable deploymentBlock;

    mapping(uint64 rollupId => Batch[]) private _batches;

    constructor(uint64 challengeWindowBlocks_, ICertificateVerifier verifier_) {
        require(challengeWindowBlocks_ != 0, NoChallengeWindow());
        challengeWindowBlocks = challengeWindowBlocks_;
        verifier = verifier_;
        deploymentBlock = block.number.toUint64();
    }

    /// @notice Appends a batch to its rollup. A rollup's first batch begins at height 1, on its genesis block.
    /// @param certificate For the verifier; ignored while there is none.
    /// @param data The blocks. Kept as calldata only: the inbox stores its hash.
    function postBatch(BatchHeader calldata header, bytes calldata certificate, bytes calldata data) external {
        Batch[] storage batches = _batches[header.rollupId];
        uint256 index = batches.length;
        _requireNext(batches, index, header);
        if (address(verifier) != address(0)) {
            require(verifier.verifyBatch(header, certificate), CertificateRejected());
        }
        bytes32 dataHash = keccak256(data);
        batches.push(
            Batch({
                lastHeight: header.lastHeight,
                l1Block: block.number.toUint64(),
                lastDigest: header.lastDigest,
                stateRoot: header.stateRoot,
                dataHash: dataHash
            })
        );
        emit BatchPosted(
            header.rollupId,
            index.toUint64(),
            header.firstHeight,
            header.lastHeight,
            header.lastDigest,
            header.stateRoot,
            dataHash
        );
    }

    /// @notice Where the rollup's next batch must begin: after `lastHeight`, on `lastDigest`. Zeros if it has no batch yet.
    function headOf(uint64 rollupId) external view returns (uint64 batchCount, uint64 lastHeight, bytes32 lastDigest) {
        Batch[] storage batches = _batches[rollupId];
        uint256 count = batches.length;
        if (count == 0) return (0, 0, 0);
        Batch storage last = batches[count - 1];
        return (count.toUint64(), last.lastHeight, last.lastDigest);
    }

    /// @notice The rollup's batch number `batchIndex`, from 0.
    function batchAt(uint64 rollupId, uint64 batchIndex) external view returns (Batch memory) {
        return _batches[rollupId][batchIndex];
    }

    /// @dev The first batch's parent can't be checked: the inbox learns of a rollup by it. A verifier binds it to the registered genesis.
    function _requireNext(Batch[] storage batches, uint256 index, BatchHeader calldata header) private view {
        uint64 expectedFirstHeight = 1;
        bytes32 expectedParent = header.parentDigest;
        if (index != 0) {
            Batch storage last = batches[index - 1];
            expectedFirstHeight = last.lastHeight + 1;
            expectedParent = last.lastDigest;
        }
        require(
            header.firstHeight == expectedFirstHeight,
            NotContiguous(expectedFirstHeight, header.firstHeight)
        );
        require(header.parentDigest == expectedParent, UnknownParent(expectedParent, header.parentDigest));
        require(header.lastHeight >= header.firstHeight, EmptyRange(header.firstHeight, header.lastHeight));
    }
}
