// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPermit2 } from "../interfaces/external/IPermit2.sol";
import { Offer } from "../types/Offer.sol";
import { LicenseMarketBase } from "./LicenseMarketBase.sol";
import { IERC20 } from "@openzeppelin/contracts/interfaces/IERC20.sol";
import { IERC2612 } from "@openzeppelin/contracts/interfaces/IERC2612.sol";
import { IERC3009 } from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @notice The ways in which the money of a purchase gets from the payer to the rail.
abstract contract LicenseMarketFunding is LicenseMarketBase {
    using SafeERC20 for IERC20;

    bytes32 private constant _WITNESS_TYPEHASH =
        keccak256("PurchaseWitness(bytes32 offerId,address licensee,bytes32 reference)");
    string private constant _WITNESS_TYPE_STRING =
        "PurchaseWitness witness)PurchaseWitness(bytes32 offerId,address licensee,bytes32 reference)TokenPermissions(address token,uint256 amount)";

    /// @dev Uses a permit of the caller. One that fails is no failure when the allowance is there: it was used already,
    /// perhaps by somebody who saw it in the mempool. Otherwise the token's own reason is passed on.
    function _usePermit(address token, Permit calldata p) internal {
        try IERC2612(token).permit(msg.sender, address(this), p.value, p.deadline, p.v, p.r, p.s) { }
        catch (bytes memory reason) {
            if (IERC20(token).allowance(msg.sender, address(this)) >= p.value) return;
            assembly ("memory-safe") {
                revert(add(reason, 0x20), mload(reason))
            }
        }
    }

    /// @dev Moves `due` from the caller's allowance to the rail, or to whoever sells a license on.
    // Several purchases in one call are bought together or not at all.
    // slither-disable-next-line calls-loop
    function _payFromAllowance(address token, address rail, uint128 due) internal {
        // An amount that the rail named, not a balance that somebody could nudge.
        // slither-disable-next-line incorrect-equality
        if (due == 0) return;
        uint256 before = IERC20(token).balanceOf(rail);
        IERC20(token).safeTransferFrom(msg.sender, rail, due);
        _requireArrived(token, rail, before, due);
    }

    /// @dev Takes the signer's authorization, whose nonce binds it to the purchase, and passes the money on to the rail.
    function _payByAuthorization(
        Offer calldata offer,
        address rail,
        uint128 due,
        bytes32 nonce,
        Authorization calldata a
    )
        internal
    {
        _requireWholePrice(offer, due);
        uint256 before = IERC20(offer.token).balanceOf(rail);
        IERC3009(offer.token)
            .receiveWithAuthorization(a.from, address(this), due, a.validAfter, a.validBefore, nonce, a.v, a.r, a.s);
        // An amount that the rail named, not a balance that somebody could nudge.
        // slither-disable-next-line incorrect-equality
        if (due == 0) return;
        IERC20(offer.token).safeTransfer(rail, due);
        _requireArrived(offer.token, rail, before, due);
    }

    /// @dev Lets Permit2 move the money; the signature binds it to the purchase by its witness.
    function _payByPermit2(
        Offer calldata offer,
        address rail,
        uint128 due,
        bytes32 witness,
        Permit2Transfer calldata t
    )
        internal
    {
        _requireWholePrice(offer, due);
        uint256 before = IERC20(offer.token).balanceOf(rail);
        _permit2.permitWitnessTransferFrom(
            IPermit2.PermitTransferFrom({
                permitted: IPermit2.TokenPermissions({ token: offer.token, amount: due }),
                nonce: t.nonce,
                deadline: t.deadline
            }),
            IPermit2.SignatureTransferDetails({ to: rail, requestedAmount: due }),
            t.from,
            witness,
            _WITNESS_TYPE_STRING,
            t.signature
        );
        _requireArrived(offer.token, rail, before, due);
    }

    function _witnessOf(bytes32 offerId, address licensee, bytes32 reference_) internal pure returns (bytes32) {
        return keccak256(abi.encode(_WITNESS_TYPEHASH, offerId, licensee, reference_));
    }

    /// @dev A signature is given for the price that the offer names, or for nothing where the rail takes nothing yet: it then
    /// says who subscribes, which lets a plain account wrap, permit and buy in one batch of Superfluid's host.
    function _requireWholePrice(Offer calldata offer, uint128 due) private pure {
        if (due != 0 && due != offer.price) revert LicenseMarket_DueMismatch(offer.price, due);
    }

    /// @dev Refuses tokens that deliver less than they say.
    // Several purchases in one call are bought together or not at all.
    // slither-disable-next-line calls-loop
    function _requireArrived(address token, address rail, uint256 before, uint128 due) private view {
        uint256 present = IERC20(token).balanceOf(rail);
        uint256 received = present > before ? present - before : 0;
        if (received < due) revert LicenseMarket_TransferTax(token, due, received);
    }
}
