// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAttestationRegistry } from "../interfaces/trust/IAttestationRegistry.sol";
import { AttestationState } from "./AttestationState.sol";
import { Subjects } from "./Subjects.sol";
import { IERC721Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import { IERC721Metadata } from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";
import { Strings } from "@openzeppelin/contracts/utils/Strings.sol";
import { IERC165 } from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

/// @notice The ERC-721 and ERC-5192 face of badges. Not the library's token: that one stores an owner so that it can move, and a
/// badge's holder follows from its subject, so there is nothing that could be moved.
abstract contract Badges is AttestationState, IERC721Metadata, IERC721Errors {
    /// @dev ERC-165 id of ERC-5192: the selector of `locked(uint256)`.
    bytes4 private constant _ERC5192_ID = 0xb45a3c0e;

    // ---- what a badge refuses

    /// @inheritdoc IERC721
    function transferFrom(address, address, uint256 badgeId) external pure {
        revert AttestationRegistry_Soulbound(badgeId);
    }

    /// @inheritdoc IERC721
    function safeTransferFrom(address, address, uint256 badgeId) external pure {
        revert AttestationRegistry_Soulbound(badgeId);
    }

    /// @inheritdoc IERC721
    function safeTransferFrom(address, address, uint256 badgeId, bytes calldata) external pure {
        revert AttestationRegistry_Soulbound(badgeId);
    }

    /// @inheritdoc IERC721
    function approve(address, uint256 badgeId) external pure {
        revert AttestationRegistry_Soulbound(badgeId);
    }

    /// @inheritdoc IERC721
    function setApprovalForAll(address, bool) external pure {
        revert AttestationRegistry_NoOperators();
    }

    // ---- reads

    /// @inheritdoc IERC721
    function ownerOf(uint256 badgeId) external view returns (address) {
        StoredBadge storage badge = _storage().badges[badgeId];
        if (badge.issuer == address(0)) revert ERC721NonexistentToken(badgeId);
        return _holder(badge);
    }

    /// @inheritdoc IERC721
    /// @dev Badges of a holder, revoked and expired ones too.
    function balanceOf(address holder) external view returns (uint256) {
        if (holder == address(0)) revert ERC721InvalidOwner(holder);
        return _storage().balances[holder];
    }

    /// @inheritdoc IERC721
    function getApproved(uint256 badgeId) external view returns (address) {
        _badge(badgeId);
        return address(0);
    }

    /// @inheritdoc IERC721
    function isApprovedForAll(address, address) external pure returns (bool) {
        return false;
    }

    /// @inheritdoc IAttestationRegistry
    function locked(uint256 badgeId) external view returns (bool) {
        _badge(badgeId);
        return true;
    }

    /// @inheritdoc IERC721Metadata
    function name() external pure returns (string memory) {
        return "Colophon Badge";
    }

    /// @inheritdoc IERC721Metadata
    function symbol() external pure returns (string memory) {
        return "COLB";
    }

    /// @inheritdoc IERC721Metadata
    /// @dev What is stored, as ERC-721 metadata in a data URI: nothing of a badge lives anywhere else.
    function tokenURI(uint256 badgeId) external view returns (string memory) {
        StoredBadge storage badge = _badge(badgeId);
        string memory head = string.concat(
            "data:application/json;utf8,{\"name\":\"Colophon Badge ",
            Strings.toHexString(badgeId, 32),
            "\",\"attributes\":[",
            _attribute("schema", _hex(_storage().schemaIds[badge.schemaIndex])),
            ",",
            _attribute("subject", _hex(Subjects.load(badge.subject))),
            ",",
            _attribute("issuer", Strings.toHexString(badge.issuer)),
            ","
        );
        return string.concat(
            head,
            _attribute("data hash", _hex(badge.dataHash)),
            ",",
            _attribute("issued at", Strings.toString(badge.issuedAt)),
            ",",
            _attribute("expires at", Strings.toString(badge.expiresAt)),
            ",",
            _attribute("revoked at", Strings.toString(_storage().revokedAt[badgeId])),
            "]}"
        );
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IERC721).interfaceId || interfaceId == type(IERC721Metadata).interfaceId
            || interfaceId == _ERC5192_ID || interfaceId == type(IERC165).interfaceId;
    }

    function _attribute(string memory trait, string memory value) private pure returns (string memory) {
        return string.concat("{\"trait_type\":\"", trait, "\",\"value\":\"", value, "\"}");
    }

    function _hex(bytes32 word) private pure returns (string memory) {
        return Strings.toHexString(uint256(word), 32);
    }
}
