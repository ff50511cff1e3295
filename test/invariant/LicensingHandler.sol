// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseMarket } from "../../contracts/interfaces/licensing/ILicenseMarket.sol";
import { ILicenseToken } from "../../contracts/interfaces/licensing/ILicenseToken.sol";
import { LicenseMarket } from "../../contracts/licensing/LicenseMarket.sol";
import { LicenseToken } from "../../contracts/licensing/LicenseToken.sol";
import { LicenseFlags } from "../../contracts/types/LicenseHead.sol";
import { Offer } from "../../contracts/types/Offer.sol";
import { DollarToken } from "../unit/licensing/doubles/PaymentTokens.sol";
import { RailDouble } from "../unit/licensing/doubles/RailDouble.sol";
import { Test } from "forge-std/Test.sol";

/// @notice What sellers, buyers, holders, the rail and rulings may do with licenses, in any order and at any time, with
/// the books that the invariants compare against. A call that cannot work in the present state does nothing.
contract LicensingHandler is Test {
    /// @dev What a license was when it was bought, kept apart from the contracts.
    struct Sold {
        uint256 offer;
        uint40 at;
        uint40 duration;
        uint16 uses;
        uint256 exclusiveBefore;
    }

    LicenseMarket private immutable _market;
    LicenseToken private immutable _licenses;
    RailDouble private immutable _rail;
    DollarToken private immutable _usd;
    address private immutable _disputes;
    address[3] private _actors;

    Offer[] private _offers;
    mapping(uint256 offer => uint40) private _durations;
    mapping(uint256 offer => uint16) private _uses;
    mapping(uint256 licenseId => Sold) private _sold;
    /// @dev Every (license, user, time) for which access may be asked: who ever held or was delegated to.
    mapping(uint256 licenseId => mapping(address user => uint40)) public delegatedUntil;

    uint256 public paid;

    constructor(
        LicenseMarket market,
        LicenseToken licenses,
        RailDouble rail,
        DollarToken usd,
        address disputes,
        address[3] memory actors
    ) {
        (_market, _licenses, _rail, _usd, _disputes) = (market, licenses, rail, usd, disputes);
        _actors = actors;
    }

    function addOffer(Offer calldata offer, uint40 duration, uint16 uses) external {
        _durations[_offers.length] = duration;
        _uses[_offers.length] = uses;
        _offers.push(offer);
    }

    // ---- actions

    function buy(uint256 offerSeed, uint256 actorSeed) external {
        uint256 index = offerSeed % _offers.length;
        Offer memory offer = _offers[index];
        ILicenseMarket.OfferState memory state = _market.offerState(keccak256(abi.encode(offer)));
        uint256 exclusive = _market.exclusiveLicense(offer.datasetId, offer.version);
        bool sells = state.status == ILicenseMarket.OfferStatus.Open && exclusive == 0
            && (offer.editions == 0 || state.sold < offer.editions);
        address actor = _actor(actorSeed);
        if (!sells) {
            vm.prank(actor);
            (bool success,) = address(_market).call(abi.encodeCall(_market.buy, (offer, actor, bytes32(offerSeed), "")));
            assertFalse(success, "an offer sold that must not sell");
            return;
        }
        _usd.mint(actor, offer.price);
        vm.startPrank(actor);
        _usd.approve(address(_market), offer.price);
        uint256 id = _market.buy(offer, actor, bytes32(offerSeed), "");
        vm.stopPrank();
        paid += offer.price;
        _sold[id] = Sold(index, uint40(block.timestamp), _durations[index], _uses[index], exclusive);
    }

    function closeOffer(uint256 offerSeed) external {
        // One offer in eight is enough: a closed one never sells again.
        if (offerSeed % 8 != 0) return;
        Offer memory offer = _offers[(offerSeed / 8) % _offers.length];
        if (_market.offerState(keccak256(abi.encode(offer))).status != ILicenseMarket.OfferStatus.Open) return;
        vm.prank(offer.seller);
        _market.close(offer);
    }

    function move(uint256 licenseSeed, uint256 actorSeed) external {
        uint256 id = _pick(licenseSeed);
        if (id == 0) return;
        bool stuck =
            _licenses.locked(id) || !_licenses.isLive(id) || _licenses.licenseOf(id).flags & LicenseFlags.FROZEN != 0;
        address holder = _licenses.ownerOf(id);
        if (stuck) return;
        for (uint256 i; i < _actors.length; ++i) {
            delegatedUntil[id][_actors[i]] = 0;
        }
        vm.prank(holder);
        _licenses.transferFrom(holder, _actor(actorSeed), id);
    }

    function delegate(uint256 licenseSeed, uint256 actorSeed, uint40 span) external {
        uint256 id = _pick(licenseSeed);
        if (id == 0) return;
        address to = _actor(actorSeed);
        address holder = _licenses.ownerOf(id);
        if (to == holder) return;
        uint40 until = uint40(block.timestamp + bound(span, 1, 60 days));
        delegatedUntil[id][to] = until;
        vm.prank(holder);
        _licenses.delegate(id, to, until);
    }

    function freeze(uint256 licenseSeed, bool byRail, bool frozen) external {
        uint256 id = _pick(licenseSeed);
        if (id == 0) return;
        vm.prank(byRail ? address(_rail) : _disputes);
        _licenses.setFrozen(id, frozen);
    }

    function endOrRevoke(uint256 licenseSeed, uint256 how) external {
        uint256 id = _pick(licenseSeed);
        if (id == 0 || !_licenses.isLive(id) || how % 4 > 2) return;
        if (how % 4 == 0) {
            _rail.endLicense(id);
        } else if (how % 4 == 1) {
            vm.prank(_disputes);
            _licenses.revokeByRuling(id);
        } else {
            address seller = _offers[_sold[id].offer].seller;
            vm.prank(seller);
            // Fails where the terms do not allow it or it runs already; the invariants do not depend on it.
            (bool success,) = address(_licenses).call(abi.encodeCall(_licenses.revoke, (id)));
            if (!success) return;
        }
    }

    function wait(uint256 span) external {
        vm.warp(block.timestamp + bound(span, 1 hours, 20 days));
    }

    // ---- books

    function soldOf(uint256 licenseId) external view returns (Sold memory) {
        return _sold[licenseId];
    }

    function offerCount() external view returns (uint256) {
        return _offers.length;
    }

    function offerAt(uint256 index) external view returns (Offer memory) {
        return _offers[index];
    }

    function actorAt(uint256 index) external view returns (address) {
        return _actors[index];
    }

    function _actor(uint256 seed) private view returns (address) {
        return _actors[seed % _actors.length];
    }

    function _pick(uint256 seed) private view returns (uint256) {
        uint256 count = _licenses.licenseCount();
        return count == 0 ? 0 : seed % count + 1;
    }
}
