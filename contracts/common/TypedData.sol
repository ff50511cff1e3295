// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MessageHashUtils } from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import { SignatureChecker } from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @notice The one EIP-712 domain of the protocol: name Colophon, version 1, this chain, verifying contract LicenseToken.
/// @dev One domain for all contracts, so a signer sees one party. Each message's own type tells which contract acts on it.
library TypedData {
    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant NAME_HASH = keccak256("Colophon");
    bytes32 private constant VERSION_HASH = keccak256("1");

    /// @dev Recomputed at each use: it then follows a chain split.
    function domainSeparator(address licenseToken) internal view returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPEHASH, NAME_HASH, VERSION_HASH, block.chainid, licenseToken));
    }

    /// @notice The digest that a signer signs for a message with struct hash `structHash`.
    function digest(address licenseToken, bytes32 structHash) internal view returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(domainSeparator(licenseToken), structHash);
    }

    /// @notice True when `signer` (an account or an ERC-1271 contract) signed the message.
    function isSignedBy(
        address licenseToken,
        bytes32 structHash,
        address signer,
        bytes calldata signature
    )
        internal
        view
        returns (bool)
    {
        return SignatureChecker.isValidSignatureNowCalldata(signer, digest(licenseToken, structHash), signature);
    }
}
