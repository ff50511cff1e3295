// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IStreamVault } from "../../../../contracts/interfaces/payments/IStreamVault.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { StreamTest } from "../StreamRail/StreamTest.sol";

contract StreamVaultAccessTest is StreamTest {
    function test_RevertWhen_SomebodyElseThanTheRailMovesAnything() external {
        address vault = _vault(_buy(_timeOffer()));
        bytes[] memory calls = new bytes[](6);
        calls[0] = abi.encodeCall(IStreamVault.sync, ());
        calls[1] = abi.encodeCall(IStreamVault.setRate, (1));
        calls[2] = abi.encodeCall(IStreamVault.stop, (false, true));
        calls[3] = abi.encodeCall(IStreamVault.take, (block.timestamp));
        calls[4] = abi.encodeCall(IStreamVault.sendToPayer, (1));
        calls[5] = abi.encodeCall(IStreamVault.takeStray, (block.timestamp, true));
        for (uint256 i = 0; i < calls.length; ++i) {
            address caller = i % 2 == 0 ? stranger : buyer;
            vm.prank(caller);
            (bool done, bytes memory answer) = vault.call(calls[i]);
            assertFalse(done, "went through");
            assertEq(answer, abi.encodeWithSelector(IStreamVault.StreamVault_NotRail.selector, caller), "why not");
        }
    }

    function testFuzz_WhenAnyoneReads(uint128 price) external {
        price = uint128(bound(price, 1, 500e6));
        vm.warp(START + price);
        IStreamVault.Deal memory deal;
        {
            uint256 licenseId = _buyAt(price);
            deal = IStreamVault(_vault(licenseId)).deal();
            assertEq(IStreamVault(_vault(licenseId)).rail(), address(rail), "rail");
        }
        assertEq(deal.superToken, usdcx, "super token");
        assertEq(deal.decimals, 6, "decimals");
        assertEq(deal.payer, buyer, "payer");
        assertEq(deal.start, START + price, "start");
        assertEq(deal.rate, uint256(price) * SCALE / PERIOD, "rate");
    }

    function _buyAt(uint128 price) private returns (uint256) {
        Offer memory offer = _timeOffer();
        offer.price = price;
        return _buy(offer);
    }
}
