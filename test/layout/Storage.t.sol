// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Permissions } from "../../script/base/Permissions.sol";
import { AllRails } from "../base/AllRails.sol";

/// @notice Where contracts keep their state, and how large they are.
contract StorageTest is AllRails {
    uint256 internal constant MAX_RUNTIME = 22_000;

    /// @dev Number of the proxy that a slot belongs to, from 1.
    mapping(bytes32 slot => uint256) private _ownerOf;
    /// @dev Marks the first bytes of all slots.
    bytes private _firsts = new bytes(256);

    /// @dev ERC-7201. Each contract's code must hold the slot that follows from its own name, and none of another's: a wrong
    /// literal fails.
    function test_EveryContractUsesTheSlotOfItsName() public {
        string[] memory proxies = Permissions.proxies();
        for (uint256 i; i < proxies.length; ++i) {
            bytes32 slot = _erc7201(string.concat("colophon.storage.", proxies[i]));
            (_ownerOf[slot], _firsts[uint8(slot[0])]) = (i + 1, 0x01);
        }
        for (uint256 i; i < proxies.length; ++i) {
            assertTrue(_holdsItsSlotAlone(_implementationOf(proxies[i]).code, i + 1), proxies[i]);
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

    /// @dev Looks at every word of the code whose first byte is that of a slot.
    function _holdsItsSlotAlone(bytes memory code, uint256 proxy) private view returns (bool found) {
        bytes memory firsts = _firsts;
        for (uint256 i; i + 32 <= code.length; ++i) {
            bytes32 word;
            assembly ("memory-safe") {
                word := mload(add(add(code, 32), i))
            }
            if (firsts[uint8(word[0])] == 0) continue;
            uint256 owner = _ownerOf[word];
            if (owner == proxy) found = true;
            else if (owner != 0) return false;
        }
    }
}
