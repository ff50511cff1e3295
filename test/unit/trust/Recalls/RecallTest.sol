// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IRecalls } from "../../../../contracts/interfaces/trust/IRecalls.sol";
import { Uses } from "../../../../contracts/types/Uses.sol";
import { TrustFixture } from "../TrustFixture.sol";

/// @notice Recalls of version 1 of the seller's dataset, and a license of it that the buyer holds.
abstract contract RecallTest is TrustFixture {
    bytes32 internal constant LEAVES = keccak256("leaves");
    bytes32 internal constant ROOT = keccak256("revoked root");
    uint32 internal constant PERIOD = 14 days;
    uint32 internal constant CONTEST_PERIOD = 30 days;

    uint256 internal licenseId;

    function setUp() public virtual override {
        super.setUp();
        licenseId = _license(Uses.TRAIN, 0, 0);
        _setRoot(ROOT);
    }

    /// @dev By the owner, with the least period.
    function _openRecall() internal returns (uint256 recallId) {
        vm.prank(seller);
        return recalls.open(datasetId, 1, IRecalls.Reason.OptOut, LEAVES, ROOT, 0);
    }

    function _openByConsent(bytes32 consentHash) internal returns (uint256 recallId) {
        vm.prank(address(consents));
        return recalls.openByConsent(datasetId, 1, consentHash, LEAVES);
    }

    function _acknowledge(uint256 recallId, IRecalls.Action action) internal {
        vm.prank(buyer);
        recalls.acknowledge(recallId, licenseId, action, "evidence");
    }

    function _assertStanding(uint256 recallId, IRecalls.Standing standing) internal view {
        assertEq(uint8(recalls.standingOf(recallId, licenseId)), uint8(standing), "standing");
    }

    function _decide(uint256 recallId, bool stands) internal {
        vm.prank(disputes);
        recalls.decideByRuling(recallId, stands);
    }

    function _notOwner(address caller) internal view returns (bytes memory) {
        return abi.encodeWithSelector(IRecalls.Recalls_NotOwner.selector, datasetId, caller, seller);
    }

    function _unknownRecall(uint256 recallId) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IRecalls.Recalls_Unknown.selector, recallId);
    }

    function _notAffected(uint256 recallId, uint256 id) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IRecalls.Recalls_NotAffected.selector, recallId, id);
    }
}
