// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Messages, RevenueAudit, RevenueStatement } from "../../contracts/types/Messages.sol";
import { Offer } from "../../contracts/types/Offer.sol";
import { Uses } from "../../contracts/types/Uses.sol";
import { MarketLoops } from "../mocks/MarketLoop.sol";
import { RevenueShareTest } from "../unit/payments/RevenueShareRail/RevenueShareTest.sol";

/// @notice Gas of whole transactions of revenue shares, each after another of its kind by the same buyer and
/// seller, and (`_first`) before any.
/// forge-config: default.isolate = true
contract RevenueShareGasTest is RevenueShareTest {
    string private constant FILE = "share";

    function test_Open() external {
        (, Offer memory offer) = _shared();
        vm.snapshotGasLastCall(FILE, "gas.share.open_first");
        vm.prank(buyer);
        market.buy(offer, buyer, "ref", "");
        vm.snapshotGasLastCall(FILE, "gas.share.open");
    }

    function test_Statement() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        _state(licenseId, offer, 1, REVENUE);
        vm.snapshotGasLastCall(FILE, "gas.share.statement_first");
        vm.warp(_endOf(2));
        RevenueStatement memory statement = _statement(licenseId, 2, REVENUE);
        bytes memory signature = _signed(statement, buyerKey);
        vm.prank(buyer);
        rail.submitStatement(licenseId, offer, statement, signature, "");
        vm.snapshotGasLastCall(FILE, "gas.share.statement");
    }

    /// @dev The same with 100 and with 10,000 licenses that pay a share.
    function test_StatementsDoNotGrowWithLicenses() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        _state(licenseId, offer, 1, REVENUE);
        uint256 one = _stateLater(licenseId, offer, 2);
        _openMore(offer, licenseId, 99);
        assertApproxEqRel(_stateLater(licenseId, offer, 3), one, 0.05e18, "stating grows with 100 licenses");
        _openMore(offer, licenseId + 99, 9900);
        assertApproxEqRel(_stateLater(licenseId, offer, 4), one, 0.05e18, "stating grows with 10,000 licenses");
        vm.snapshotGasLastCall(FILE, "gas.share.statement.10000");
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

    function _stateLater(uint256 licenseId, Offer memory offer, uint32 period) private returns (uint256) {
        vm.warp(_endOf(period));
        RevenueStatement memory statement = _statement(licenseId, period, REVENUE);
        bytes memory signature = _signed(statement, buyerKey);
        vm.prank(buyer);
        rail.submitStatement(licenseId, offer, statement, signature, "");
        return vm.lastCallGas().gasTotalUsed;
    }

    function _openMore(Offer memory offer, uint256 lastId, uint256 count) private {
        MarketLoops.openMany(address(market), address(rail), lastId + 1, count, offer, buyer, buyer, "");
    }
}
