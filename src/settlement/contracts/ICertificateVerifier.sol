// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {BatchHeader} from "./BatchHeader.sol";

/// @title What decides whether a committee has certified a batch.
/// @notice Implementations check the quorum certificate of the batch's last block (BLS12-381, EIP-2537) against the committee that the
/// Beacon Layer elected. They may revert, for a malformed point makes the precompiles revert, or return false.
interface ICertificateVerifier {
    /// @param header What the batch claims.
    /// @param certificate The F certificate of its last block, with whatever proves the committee to this verifier.
    /// @return Whether a quorum certified `header.lastDigest` as the rollup's block at `header.lastHeight`.
    function verifyBatch(BatchHeader calldata header, bytes calldata certificate) external view returns (bool);
}
