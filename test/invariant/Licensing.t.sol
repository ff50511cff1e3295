// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../../contracts/interfaces/licensing/ILicenseToken.sol";
import { LicenseFlags } from "../../contracts/types/LicenseHead.sol";
import { Offer } from "../../contracts/types/Offer.sol";
import { TermsFlags, Uses } from "../../contracts/types/Uses.sol";
import { LicensingFixture } from "../unit/licensing/LicensingFixture.sol";
import { LicensingHandler } from "./LicensingHandler.sol";

/// @notice Licensing invariants LIC-1 to LIC-6 of docs/INVARIANTS.md.
contract LicensingInvariantTest is LicensingFixture {
    LicensingHandler private handler;

    function setUp() public override {
        super.setUp();
        address[3] memory actors = [makeAddr("alice"), makeAddr("bob"), makeAddr("carol")];
        handler = new LicensingHandler(market, licenses, rail, usd, disputes, actors);
        _addOffer(LICENSED, 0, 10 days, 0, false);
        _addOffer(Uses.TRAIN, TermsFlags.TRANSFERABLE | TermsFlags.REVOCABLE, 0, 3, false);
        _addOffer(Uses.ALL, TermsFlags.TRANSFERABLE, 40 days, 0, false);
        _addOffer(Uses.EVALUATE, TermsFlags.REVOCABLE, 15 days, 2, true);
        targetContract(address(handler));
        bytes4[] memory actions = new bytes4[](7);
        actions[0] = handler.buy.selector;
        actions[1] = handler.closeOffer.selector;
        actions[2] = handler.move.selector;
        actions[3] = handler.delegate.selector;
        actions[4] = handler.freeze.selector;
        actions[5] = handler.endOrRevoke.selector;
        actions[6] = handler.wait.selector;
        targetSelector(FuzzSelector({ addr: address(handler), selectors: actions }));
    }

    /// @dev LIC-1
    function invariant_ALicenseNeverOutlivesItsTerms() public view {
        for (uint256 id = 1; id <= licenses.licenseCount(); ++id) {
            LicensingHandler.Sold memory sold = handler.soldOf(id);
            ILicenseToken.License memory head = licenses.licenseOf(id);
            assertEq(head.start, sold.at, "start");
            if (sold.duration == 0) continue;
            assertTrue(head.expiry != 0 && head.expiry <= sold.at + sold.duration, "expiry");
            if (block.timestamp >= sold.at + sold.duration) assertFalse(licenses.isLive(id), "live");
        }
    }

    /// @dev LIC-2
    function invariant_SoldNeverExceedsEditions() public view {
        uint256 total;
        for (uint256 i; i < handler.offerCount(); ++i) {
            Offer memory offer = handler.offerAt(i);
            uint32 sold = market.offerState(_idOf(offer)).sold;
            if (offer.editions != 0) assertLe(sold, offer.editions);
            total += sold;
        }
        assertEq(total, licenses.licenseCount(), "every license comes from one counted sale");
    }

    /// @dev LIC-3: nothing was sold while an exclusive license lived, and at most the newest one lives.
    function invariant_ExclusivityHolds() public view {
        uint256 living;
        for (uint256 id = 1; id <= licenses.licenseCount(); ++id) {
            assertEq(handler.soldOf(id).exclusiveBefore, 0, "sold beside an exclusive license");
            bool exclusive = licenses.licenseOf(id).flags & LicenseFlags.EXCLUSIVE != 0;
            if (!exclusive || !licenses.isLive(id)) continue;
            living = id;
            assertEq(id, licenses.licenseCount(), "sold after an exclusive license that lives");
        }
        assertEq(market.exclusiveLicense(datasetId, 1), living);
    }

    /// @dev LIC-4
    function invariant_GrantedOnlyToWhoMay() public view {
        for (uint256 id = 1; id <= licenses.licenseCount(); ++id) {
            for (uint256 a; a < 3; ++a) {
                _checkGranted(id, handler.actorAt(a));
            }
            _checkDenied(id, address(handler));
        }
    }

    /// @dev LIC-5
    function invariant_MoneyArrivedAtTheRail() public view {
        assertEq(usd.balanceOf(address(rail)), handler.paid());
        assertEq(usd.balanceOf(address(market)), 0);
    }

    /// @dev LIC-6
    function invariant_LockedLicensesNeverMove() public view {
        for (uint256 id = 1; id <= licenses.licenseCount(); ++id) {
            if (!licenses.locked(id)) continue;
            uint40 start = licenses.licenseOf(id).start;
            assertTrue(licenses.heldThroughout(id, licenses.ownerOf(id), start, uint40(block.timestamp)));
        }
    }

    function _checkGranted(uint256 id, address user) private view {
        LicensingHandler.Sold memory sold = handler.soldOf(id);
        for (uint16 use = 1; use <= Uses.ALL; use <<= 1) {
            ILicenseToken.Access access = licenses.accessOf(id, user, 1, use);
            bool holder = licenses.ownerOf(id) == user;
            bool may = holder || handler.delegatedUntil(id, user) > block.timestamp;
            ILicenseToken.License memory head = licenses.licenseOf(id);
            bool expected = may && licenses.isLive(id) && head.flags & LicenseFlags.FROZEN == 0 && sold.uses & use != 0;
            assertEq(access == ILicenseToken.Access.Granted, expected, "granted exactly when it may");
        }
    }

    function _checkDenied(uint256 id, address user) private view {
        assertEq(uint8(licenses.accessOf(id, user, 1, Uses.TRAIN)), uint8(ILicenseToken.Access.NotHolder));
    }

    function _addOffer(uint16 uses, uint16 flags, uint40 duration, uint32 editions, bool exclusive) private {
        Offer memory offer = _offerWith(uses, flags, duration);
        (offer.editions, offer.exclusive, offer.price) = (editions, exclusive, 1e6);
        _open(offer);
        handler.addOffer(offer, duration, uses);
    }
}
