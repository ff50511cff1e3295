// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseMarket } from "../../contracts/interfaces/licensing/ILicenseMarket.sol";
import { ILicenseToken } from "../../contracts/interfaces/licensing/ILicenseToken.sol";
import { IDatasetRegistry } from "../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { PackedOfferState } from "../../contracts/licensing/LicenseMarketState.sol";
import { LicenseToken } from "../../contracts/licensing/LicenseToken.sol";
import { LicenseHead } from "../../contracts/types/LicenseHead.sol";
import { Test } from "forge-std/Test.sol";

/// @dev A license token with one rail, without proxy and authority.
contract LicenseTokenWithRail is LicenseToken {
    constructor(address registry) LicenseToken(msg.sender, registry, address(1), address(2)) {
        _storage().nextId = 1;
    }

    function setRail(uint8 index, address rail) external {
        _storage().rails[index] = Rail({ rail: rail, live: false, sells: true });
    }
}

/// @dev Gives one status for every version.
contract StatusDouble {
    IDatasetRegistry.Status public status;

    function setStatus(IDatasetRegistry.Status status_) external {
        status = status_;
    }

    function statusOf(uint256, uint32) external view returns (IDatasetRegistry.Status) {
        return status;
    }
}

/// @notice Properties of access and packing, for all values (run by halmos; forge runs none of them).
contract LicensingSymbolicTest is Test {
    address private constant HOLDER = address(0xb0b);

    LicenseTokenWithRail private licenses;
    StatusDouble private registry;

    function setUp() public {
        registry = new StatusDouble();
        licenses = new LicenseTokenWithRail(address(registry));
        registry.setStatus(IDatasetRegistry.Status.Trainable);
    }

    function check_AStrangerIsNeverGranted(
        uint256 raw,
        address user,
        uint32 version,
        uint16 uses,
        uint16 flags,
        bool exclusive
    )
        public
    {
        vm.assume(user != HOLDER);
        uint256 id = _mint(raw, flags, exclusive);
        assert(licenses.accessOf(id, user, version, uses) == ILicenseToken.Access.NotHolder);
    }

    function check_FewerUsesNeverLoseAGrant(
        uint256 raw,
        uint32 version,
        uint16 uses,
        uint16 fewer,
        uint16 flags
    )
        public
    {
        vm.assume(fewer != 0 && fewer & ~uses == 0);
        uint256 id = _mint(raw, flags, false);
        if (licenses.accessOf(id, HOLDER, version, uses) != ILicenseToken.Access.Granted) return;
        assert(licenses.accessOf(id, HOLDER, version, fewer) == ILicenseToken.Access.Granted);
    }

    function check_ASuspendedVersionIsNeverGranted(
        uint256 raw,
        uint32 version,
        uint16 uses,
        uint16 flags,
        bool whole
    )
        public
    {
        uint256 id = _mint(raw, flags, false);
        vm.prank(address(registry));
        licenses.setSuspended(LicenseHead.wrap(raw).datasetId(), whole ? 0 : version, true);
        assert(licenses.accessOf(id, HOLDER, version, uses) != ILicenseToken.Access.Granted);
    }

    function check_FlagAndExpiryTouchNothingElse(uint256 raw, uint8 flag, bool set, uint40 end) public pure {
        ILicenseToken.License memory before = LicenseHead.wrap(raw).unpack();
        ILicenseToken.License memory l = LicenseHead.wrap(raw).withFlag(flag, set).withExpiry(end).unpack();
        assert(l.expiry == end);
        assert(l.flags == (set ? before.flags | flag : before.flags & ~flag));
        (l.expiry, l.flags) = (before.expiry, before.flags);
        assert(keccak256(abi.encode(l)) == keccak256(abi.encode(before)));
    }

    function check_ASaleTouchesTheCountAlone(uint184 raw, uint32 sold) public pure {
        vm.assume(uint8(raw) <= uint8(type(ILicenseMarket.OfferStatus).max));
        ILicenseMarket.OfferState memory before = PackedOfferState.wrap(raw).unpack();
        ILicenseMarket.OfferState memory state = PackedOfferState.wrap(raw).withSold(sold).unpack();
        assert(state.sold == sold);
        state.sold = before.sold;
        assert(keccak256(abi.encode(state)) == keccak256(abi.encode(before)));
    }

    /// @dev Of any head: its rail gets an address, so that it sells.
    function _mint(uint256 raw, uint16 flags, bool exclusive) private returns (uint256 id) {
        vm.assume(block.timestamp != 0 && block.timestamp < type(uint40).max);
        licenses.setRail(LicenseHead.wrap(raw).rail(), address(3));
        (id,) = licenses.mint(HOLDER, "offer", LicenseHead.wrap(raw), flags, exclusive);
    }
}
