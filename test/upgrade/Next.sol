// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ERC1967Utils } from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Utils.sol";

/// @dev The next version of any proxied contract: all that the present one does, with a mark and a namespace of its own.
contract Next {
    bytes32 private constant _SLOT = keccak256("colophon.test.Next");

    address private immutable _present;

    constructor(address present) {
        _present = present;
    }

    fallback() external payable {
        address present = _present;
        assembly ("memory-safe") {
            let data := mload(0x40)
            calldatacopy(data, 0, calldatasize())
            let ok := delegatecall(gas(), present, data, calldatasize(), 0, 0)
            returndatacopy(data, 0, returndatasize())
            if iszero(ok) { revert(data, returndatasize()) }
            return(data, returndatasize())
        }
    }

    function setMark(uint256 mark_) external {
        bytes32 slot = _SLOT;
        assembly ("memory-safe") {
            sstore(slot, mark_)
        }
    }

    function mark() external view returns (uint256 mark_) {
        bytes32 slot = _SLOT;
        assembly ("memory-safe") {
            mark_ := sload(slot)
        }
    }

    /// @dev ERC-1822: says that this can be behind a UUPS proxy.
    function proxiableUUID() external pure returns (bytes32) {
        return ERC1967Utils.IMPLEMENTATION_SLOT;
    }
}
