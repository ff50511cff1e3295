// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The one function of Permit2 (SignatureTransfer) that Colophon calls.
interface IPermit2 {
    struct TokenPermissions {
        address token;
        uint256 amount;
    }

    struct PermitTransferFrom {
        TokenPermissions permitted;
        uint256 nonce;
        uint256 deadline;
    }

    struct SignatureTransferDetails {
        address to;
        uint256 requestedAmount;
    }

    /// @notice Moves tokens of `owner`, who signed the permit together with `witness` and named the caller as spender.
    /// @param witness EIP-712 struct hash of the witness.
    /// @param witnessTypeString What follows `PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256
    /// nonce,uint256 deadline,` in the type string.
    function permitWitnessTransferFrom(
        PermitTransferFrom calldata permit,
        SignatureTransferDetails calldata transferDetails,
        address owner,
        bytes32 witness,
        string calldata witnessTypeString,
        bytes calldata signature
    )
        external;
}
