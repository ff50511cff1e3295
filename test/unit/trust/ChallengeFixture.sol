// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { IServiceChallenges } from "../../../contracts/interfaces/trust/IServiceChallenges.sol";
import { AvailabilityReceipt, DeliveryRequest, Messages } from "../../../contracts/types/Messages.sol";
import { Offer } from "../../../contracts/types/Offer.sol";
import { FaultFixture } from "./FaultFixture.sol";
import { Trees } from "./Trees.sol";
import { HoldDouble } from "./doubles/HoldDouble.sol";

/// @notice A sold license on a rail that keeps holds, a request of its holder, and the moves of challenges.
abstract contract ChallengeFixture is FaultFixture {
    uint32 internal constant WINDOW = 1 days;
    uint32 internal constant COOLDOWN = 3 days;
    uint128 internal constant FEE = PRICE / 100;
    uint128 internal constant PENALTY = PRICE / 10;
    uint64 internal constant CHUNK = 6;
    uint8 internal constant HOLD_RAIL = 9;

    HoldDouble internal _holds;
    Offer internal _sold;
    uint256 internal _id;
    DeliveryRequest internal _request;

    function setUp() public override {
        super.setUp();
        _holds = new HoldDouble(licenses);
        licenses.addRail(HOLD_RAIL, address(_holds), false);
        _sold = _servedOffer();
        _sold.rail = HOLD_RAIL;
        _open(_sold);
        _id = _buy(_sold);
        _fund(reporter);
        _fund(buyer);
        _request = DeliveryRequest(_id, 1, 1, CHUNK, 1, START);
    }

    // ---- moves

    function _fund(address account) internal {
        usd.mint(account, 1000e6);
        vm.prank(account);
        usd.approve(address(challenges), type(uint256).max);
    }

    function _challenge() internal returns (uint256) {
        return _challengeWith(_request, _sign(buyerKey, Messages.hash(_request)));
    }

    function _challengeWith(DeliveryRequest memory request, bytes memory signature) internal returns (uint256) {
        vm.prank(reporter);
        return challenges.open(_sold, request, signature, FEE);
    }

    /// @dev Signs before the revert is expected.
    function _refuseRequest(bytes memory reason) internal {
        bytes memory signature = _sign(buyerKey, Messages.hash(_request));
        vm.expectRevert(reason);
        _challengeWith(_request, signature);
    }

    function _badRequest(bytes32 field) internal {
        _refuseRequest(abi.encodeWithSelector(IServiceChallenges.ServiceChallenges_BadRequest.selector, field));
    }

    function _noAccess(ILicenseToken.Access access) internal {
        _refuseRequest(
            abi.encodeWithSelector(IServiceChallenges.ServiceChallenges_NoAccess.selector, _id, uint8(access))
        );
    }

    function _receiptOf(uint256 challengeId) internal view returns (AvailabilityReceipt memory) {
        return
            AvailabilityReceipt(challengeId, Trees.root(encoded), CHUNK, _leaf(CHUNK).digest, uint40(block.timestamp));
    }

    function _answer(AvailabilityReceipt memory receipt) internal {
        _answerWith(_sold, receipt, 1 << 20, receiptKey, receiptSecret, "");
    }

    /// @dev Expects `reason` when there is one.
    function _answerWith(
        Offer memory offer,
        AvailabilityReceipt memory receipt,
        uint32 size,
        address signer,
        uint256 secret,
        bytes memory reason
    )
        internal
    {
        bytes32[] memory proof = Trees.proof(encoded, CHUNK);
        bytes memory signature = _sign(secret, Messages.hash(receipt));
        if (reason.length != 0) vm.expectRevert(reason);
        challenges.answer(offer, receipt, size, 0, proof, signer, signature);
    }

    function _refuseAnswer(AvailabilityReceipt memory receipt, bytes memory reason) internal {
        _answerWith(_sold, receipt, 1 << 20, receiptKey, receiptSecret, reason);
    }

    function _badAnswer(AvailabilityReceipt memory receipt, bytes32 field) internal {
        _refuseAnswer(
            receipt,
            abi.encodeWithSelector(IServiceChallenges.ServiceChallenges_BadAnswer.selector, receipt.challengeId, field)
        );
    }

    function _wrongState(uint256 challengeId, IServiceChallenges.State state) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IServiceChallenges.ServiceChallenges_WrongState.selector, challengeId, state);
    }

    function _assertState(uint256 challengeId, IServiceChallenges.State state) internal view {
        assertEq(uint8(challenges.challengeOf(challengeId).state), uint8(state));
    }

    function _otherOffer() internal view returns (Offer memory other, bytes memory reason) {
        other = _sold;
        other.salt = 77;
        reason = abi.encodeWithSelector(
            IServiceChallenges.ServiceChallenges_WrongOffer.selector, _id, _idOf(_sold), _idOf(other)
        );
    }
}
