// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Permissions } from "../../script/base/Permissions.sol";
import { AllRails } from "../base/AllRails.sol";

/// @notice Where contracts keep their state, and how large they are.
contract StorageTest is AllRails {
    uint256 internal constant MAX_RUNTIME = 22_000;

    /// @dev ERC-7201. Each contract's code must hold the slot that follows from its own name, so a wrong literal fails.
    function test_EveryContractUsesTheSlotOfItsName() public view {
        string[] memory proxies = Permissions.proxies();
        for (uint256 i; i < proxies.length; ++i) {
            bytes32 slot = _erc7201(string.concat("colophon.storage.", proxies[i]));
            assertTrue(_contains(_implementationOf(proxies[i]).code, slot), proxies[i]);
            for (uint256 k; k < proxies.length; ++k) {
                if (k == i) continue;
                bytes32 other = _erc7201(string.concat("colophon.storage.", proxies[k]));
                assertFalse(_contains(_implementationOf(proxies[i]).code, other), "a foreign slot");
            }
        }
    }

    /// @dev After a purchase on every rail every contract has state; none of it at the slots of ordinary variables.
    function test_NoContractHasLinearStorage() public {
        (, uint256 licenseId) = buyEscrow();
        assertEq(licenseId, 1);
        sell(meterOffer(), bob);
        sell(streamOffer(), bob);
        sell(revenueShareOffer(), bob);
        string[] memory proxies = Permissions.proxies();
        for (uint256 i; i < proxies.length; ++i) {
            for (uint256 slot; slot < 64; ++slot) {
                assertEq(vm.load(_addressOf(proxies[i]), bytes32(slot)), bytes32(0), proxies[i]);
            }
        }
    }

    function test_EveryRuntimeIsWithinItsBudget() public view {
        string[] memory proxies = Permissions.proxies();
        for (uint256 i; i < proxies.length; ++i) {
            assertLe(_implementationOf(proxies[i]).code.length, MAX_RUNTIME, proxies[i]);
        }
        assertLe(address(lens).code.length, MAX_RUNTIME);
        assertLe(address(streamOffers).code.length, MAX_RUNTIME);
        assertLe(address(streamVault).code.length, MAX_RUNTIME);
        assertLe(address(liveVault).code.length, MAX_RUNTIME);
        assertLe(address(factory).code.length, MAX_RUNTIME);
    }

    function _erc7201(string memory id) private pure returns (bytes32) {
        return keccak256(abi.encode(uint256(keccak256(bytes(id))) - 1)) & ~bytes32(uint256(0xff));
    }

    function _contains(bytes memory code, bytes32 word) private pure returns (bool) {
        for (uint256 i; i + 32 <= code.length; ++i) {
            bytes32 at;
            assembly ("memory-safe") {
                at := mload(add(add(code, 32), i))
            }
            if (at == word) return true;
        }
        return false;
    }
}
