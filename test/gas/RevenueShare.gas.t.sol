// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Messages, RevenueAudit, RevenueStatement } from "../../contracts/types/Messages.sol";
import { Offer } from "../../contracts/types/Offer.sol";
import { Uses } from "../../contracts/types/Uses.sol";
import { RevenueShareTest } from "../unit/payments/RevenueShareRail/RevenueShareTest.sol";

/// @notice Gas of whole transactions of revenue shares, each after another of its kind by the same buyer and seller.
/// forge-config: default.isolate = true
contract RevenueShareGasTest is RevenueShareTest {
    string private constant FILE = "share";

    function test_Open() external {
        (, Offer memory offer) = _shared();
        vm.prank(buyer);
        market.buy(offer, buyer, "ref", "");
        vm.snapshotGasLastCall(FILE, "gas.share.open");
    }

    function test_Statement() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        _state(licenseId, offer, 1, REVENUE);
        vm.warp(_endOf(2));
        RevenueStatement memory statement = _statement(licenseId, 2, REVENUE);
        bytes memory signature = _signed(statement, buyerKey);
        vm.prank(buyer);
        rail.submitStatement(licenseId, offer, statement, signature, "");
        vm.snapshotGasLastCall(FILE, "gas.share.statement");
    }

    function test_Audit() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        _state(licenseId, offer, 1, REVENUE);
        RevenueAudit memory audit = _audit(licenseId, 1, 2 * REVENUE);
        rail.submitAudit(licenseId, offer, audit, _sign(auditorKey, Messages.hash(audit)));
        vm.snapshotGasLastCall(FILE, "gas.share.audit");
    }

    function test_Access() external {
        (uint256 licenseId,) = _shared();
        // A plain call, because a static one is not isolated into a transaction of its own.
        (bool success,) = address(licenses).call(abi.encodeCall(licenses.accessOf, (licenseId, buyer, 1, Uses.TRAIN)));
        assertTrue(success);
        vm.snapshotValue(FILE, "gas.access.share", vm.lastCallGas().gasTotalUsed - 21_000);
    }
}
