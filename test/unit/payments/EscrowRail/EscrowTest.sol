// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { PaymentsFixture } from "../PaymentsFixture.sol";

/// @notice Guards that most moves of a hold share.
abstract contract EscrowTest is PaymentsFixture {
    /// @dev The offer with another price: it hashes to an offer that the license was not bought from.
    function _altered(Offer memory offer) internal pure returns (Offer memory altered) {
        altered = abi.decode(abi.encode(offer), (Offer));
        altered.price += 1;
    }

    function _wrongOffer(uint256 licenseId, Offer memory offer) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IPaymentRail.PaymentRail_WrongOffer.selector,
            licenseId,
            keccak256(abi.encode(offer)),
            keccak256(abi.encode(_altered(offer)))
        );
    }

    function _wrongState(uint256 licenseId, IEscrowRail.HoldState state) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IEscrowRail.EscrowRail_WrongState.selector, licenseId, state);
    }

    function _wrongReceipt(uint256 licenseId, bytes32 field) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IEscrowRail.EscrowRail_WrongReceipt.selector, licenseId, field);
    }

    function _freeze(uint256 licenseId) internal {
        vm.prank(disputes);
        escrow.freeze(licenseId);
    }

    function _stateOf(uint256 licenseId) internal view returns (IEscrowRail.HoldState) {
        return escrow.holdOf(licenseId).state;
    }

    function _assertState(uint256 licenseId, IEscrowRail.HoldState state) internal view {
        assertEq(uint8(_stateOf(licenseId)), uint8(state), "state of the hold");
    }

    /// @dev Calls `data` as `caller` on a hold in every state but `allowed` (a bit set by state) and expects the state named.
    function _assertOnlyIn(uint256 allowed, address caller, bytes4 selector) internal {
        Offer memory offer = _offer();
        for (uint8 i = uint8(IEscrowRail.HoldState.Held); i <= uint8(IEscrowRail.HoldState.Refunded); ++i) {
            if (allowed & (1 << i) != 0) continue;
            uint256 licenseId = _inState(offer, IEscrowRail.HoldState(i));
            vm.expectRevert(_wrongState(licenseId, IEscrowRail.HoldState(i)));
            vm.prank(caller);
            (bool reverted,) = address(escrow).call(abi.encodeWithSelector(selector, licenseId, offer));
            assertTrue(reverted, "expectRevert turns the call into a success");
        }
    }

    function _bit(IEscrowRail.HoldState state) internal pure returns (uint256) {
        return 1 << uint8(state);
    }
}
