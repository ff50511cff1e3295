// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Test } from "forge-std/Test.sol";

import { TestUSDC } from "../../script/tokens/TestUSDC.sol";

import { IEscrowRail } from "../../contracts/interfaces/payments/IEscrowRail.sol";
import { IDisputeTypes } from "../../contracts/interfaces/trust/IDisputeTypes.sol";
import { EscrowRail } from "../../contracts/payments/EscrowRail.sol";
import { DisputeManager } from "../../contracts/trust/DisputeManager.sol";
import { DisputeFlags } from "../../contracts/trust/DisputeReasons.sol";
import { Settlement } from "../../contracts/types/Messages.sol";
import { Offer } from "../../contracts/types/Offer.sol";
import { ArbitratorDouble } from "../mocks/ArbitratorDouble.sol";

/// @notice Walks through disputes about a few licenses and versions: everybody does everything, in any order, at any time.
/// @dev A move that its time or state does not allow is tried and refused, which is a move as well.
contract DisputesHandler is Test {
    struct World {
        DisputeManager disputes;
        EscrowRail escrow;
        TestUSDC usdc;
        ArbitratorDouble judge;
        address faults;
        address buyer;
        address seller;
        address stranger;
    }

    World private _w;
    Offer[] private _offers;
    uint256[] private _licenses;
    uint256[] private _versions;
    uint256[] public openDisputes;
    mapping(bytes32 move => uint256) public calls;
    /// @dev Set when money moved that was frozen, and no ruling, agreement or fault moved it.
    bool public movedWhileFrozen;

    constructor(World memory w, Offer[] memory offers, uint256[] memory licenses) {
        _w = w;
        for (uint256 i = 0; i < offers.length; ++i) {
            _offers.push(offers[i]);
            _licenses.push(licenses[i]);
            _versions.push(offers[i].datasetId << 32 | 1);
        }
    }

    // ---- claims

    function claimAboutLicense(uint256 which, uint256 reason, bool freeze) external {
        which = bound(which, 0, _licenses.length - 1);
        reason = bound(reason, 1, 7);
        IDisputeTypes.Claim memory claim;
        (claim.reason, claim.id) = (IDisputeTypes.Reason(reason), _licenses[which]);
        (claim.occurredAt, claim.freeze) = (uint40(block.timestamp), freeze);
        _open(reason <= 5 ? _w.buyer : _w.seller, claim, _offers[which]);
    }

    function takeDown(uint256 which, uint256 reason) external {
        which = bound(which, 0, _versions.length - 1);
        IDisputeTypes.Claim memory claim;
        (claim.reason, claim.id) = (IDisputeTypes.Reason(bound(reason, 8, 12)), _versions[which]);
        claim.occurredAt = uint40(block.timestamp);
        Offer memory none;
        _open(_w.stranger, claim, none);
    }

    function respond(uint256 which) external {
        (bool any, uint256 id, Offer memory offer) = _pick(which);
        if (!any) return;
        IDisputeTypes.Evidence memory e;
        address respondent = _w.disputes.disputeOf(id).respondent;
        vm.prank(respondent);
        try _w.disputes.respond(id, offer, e) {
            ++calls["respond"];
        } catch { }
    }

    function counterBond(uint256 which) external {
        (bool any, uint256 id,) = _pick(which);
        if (!any) return;
        address respondent = _w.disputes.disputeOf(id).respondent;
        vm.prank(respondent);
        try _w.disputes.counterBond(id) {
            ++calls["counterBond"];
        } catch { }
    }

    // ---- rulings

    function refer(uint256 which) external {
        (bool any, uint256 id,) = _pick(which);
        if (!any) return;
        try _w.disputes.refer(id, "") {
            ++calls["refer"];
        } catch { }
    }

    function rule(uint256 which, bool upheld, uint128 refund) external {
        (bool any, uint256 id,) = _pick(which);
        if (!any || _w.disputes.disputeOf(id).phase != IDisputeTypes.Phase.Asked) return;
        IDisputeTypes.Ruling memory r = _w.disputes.reliefOf(id, upheld);
        if (r.refund != 0) r.refund = uint128(bound(refund, 1, type(uint128).max));
        vm.prank(address(_w.judge));
        try _w.disputes.rule(id, r) {
            ++calls["rule"];
        } catch { }
    }

    function appeal(uint256 which, bool byClaimant) external {
        (bool any, uint256 id, Offer memory offer) = _pick(which);
        if (!any) return;
        IDisputeTypes.Dispute memory d = _w.disputes.disputeOf(id);
        vm.prank(byClaimant ? d.claimant : d.respondent);
        try _w.disputes.appeal(id, offer, "") {
            ++calls["appeal"];
        } catch { }
    }

    // ---- ends

    function conclude(uint256 which) external {
        (bool any, uint256 id, Offer memory offer) = _pick(which);
        if (!any) return;
        try _w.disputes.conclude(id, offer) {
            ++calls["conclude"];
            _drop(id);
        } catch { }
    }

    function withdraw(uint256 which) external {
        (bool any, uint256 id, Offer memory offer) = _pick(which);
        if (!any) return;
        address claimant = _w.disputes.disputeOf(id).claimant;
        vm.prank(claimant);
        try _w.disputes.withdraw(id, offer) {
            ++calls["withdraw"];
            _drop(id);
        } catch { }
    }

    function settle(uint256 which, uint128 refund, uint128 part) external {
        (bool any, uint256 id, Offer memory offer) = _pick(which);
        if (!any) return;
        IDisputeTypes.Dispute memory d = _w.disputes.disputeOf(id);
        Settlement memory terms = Settlement({
            disputeId: id,
            refund: offer.seller == address(0) ? 0 : uint128(bound(refund, 0, offer.price)),
            revoke: false,
            claimantBond: uint128(bound(part, 0, d.bond)),
            deadline: uint40(block.timestamp)
        });
        vm.prank(d.claimant);
        try _w.disputes.settle(terms, offer, "", "") { }
        catch {
            return;
        }
        vm.prank(d.respondent);
        try _w.disputes.settle(terms, offer, "", "") {
            ++calls["settle"];
            _drop(id);
        } catch { }
    }

    function fault(uint256 which) external {
        which = bound(which, 0, _licenses.length - 1);
        vm.prank(_w.faults);
        if (_w.disputes.applyFault(_licenses[which], _offers[which], _w.stranger) != 0) ++calls["fault"];
    }

    // ---- what the rail's own users do meanwhile

    function useRail(uint256 which, uint256 move) external {
        which = bound(which, 0, _licenses.length - 1);
        (uint256 id, Offer memory offer) = (_licenses[which], _offers[which]);
        IEscrowRail.Hold memory hold = _w.escrow.holdOf(id);
        bytes memory data;
        move = bound(move, 0, 4);
        if (move == 0) data = abi.encodeCall(IEscrowRail.confirm, (id, offer));
        else if (move == 1) data = abi.encodeCall(IEscrowRail.refundUndelivered, (id, offer));
        else if (move == 2) data = abi.encodeCall(IEscrowRail.requestWithdrawal, (id, offer));
        else if (move == 3) data = abi.encodeCall(IEscrowRail.completeWithdrawal, (id, offer));
        else data = abi.encodeCall(IEscrowRail.applyDefault, (id, offer));
        vm.prank(_w.buyer);
        (bool done,) = address(_w.escrow).call(data);
        if (!done) return;
        ++calls["rail"];
        if (hold.frozen && _w.escrow.holdOf(id).state >= IEscrowRail.HoldState.Released) movedWhileFrozen = true;
    }

    function wait(uint256 time) external {
        vm.warp(block.timestamp + bound(time, 1 hours, 6 days));
    }

    // ---- for the invariants

    /// @notice Moves on until everybody's time is over, and ends what is left: by anyone.
    function endAll() external {
        vm.warp(block.timestamp + 60 days);
        while (openDisputes.length > 0) {
            uint256 id = openDisputes[openDisputes.length - 1];
            Offer memory offer = _offerOf(id);
            vm.prank(_w.stranger);
            _w.disputes.conclude(id, offer);
            _drop(id);
        }
    }

    function openCount() external view returns (uint256) {
        return openDisputes.length;
    }

    function licenseCount() external view returns (uint256) {
        return _licenses.length;
    }

    function licenseAt(uint256 i) external view returns (uint256 licenseId, Offer memory offer) {
        return (_licenses[i], _offers[i]);
    }

    /// @notice Bonds that open disputes hold.
    function bondsHeld() external view returns (uint256 total) {
        for (uint256 i = 0; i < openDisputes.length; ++i) {
            (, uint128 appealed, uint128 counter) = _w.disputes.bondsOf(openDisputes[i]);
            total += uint256(_w.disputes.disputeOf(openDisputes[i]).bond) + appealed + counter;
        }
    }

    /// @notice Open disputes that hold a license's money.
    function holdersOf(uint256 licenseId) external view returns (uint256 count) {
        for (uint256 i = 0; i < openDisputes.length; ++i) {
            IDisputeTypes.Dispute memory d = _w.disputes.disputeOf(openDisputes[i]);
            bool license = d.reason <= IDisputeTypes.Reason.FalseStatement;
            if (license && d.subjectId == licenseId && d.flags & DisputeFlags.MONEY != 0) ++count;
        }
    }

    /// @notice Open disputes that stop a version's sales.
    function stoppersOf(uint256 datasetId) external view returns (uint256 count) {
        for (uint256 i = 0; i < openDisputes.length; ++i) {
            IDisputeTypes.Dispute memory d = _w.disputes.disputeOf(openDisputes[i]);
            if (d.subjectId == (datasetId << 32 | 1) && d.flags & DisputeFlags.SALES != 0) ++count;
        }
    }

    // ---- private

    function _open(address by, IDisputeTypes.Claim memory claim, Offer memory offer) private {
        IDisputeTypes.Evidence memory e;
        vm.prank(by);
        try _w.disputes.open(claim, offer, e) returns (uint256 id) {
            openDisputes.push(id);
            ++calls["open"];
        } catch { }
    }

    function _pick(uint256 which) private view returns (bool any, uint256 id, Offer memory offer) {
        if (openDisputes.length == 0) return (false, 0, offer);
        id = openDisputes[bound(which, 0, openDisputes.length - 1)];
        return (true, id, _offerOf(id));
    }

    function _offerOf(uint256 id) private view returns (Offer memory offer) {
        IDisputeTypes.Dispute memory d = _w.disputes.disputeOf(id);
        if (d.reason > IDisputeTypes.Reason.FalseStatement) return offer;
        for (uint256 i = 0; i < _licenses.length; ++i) {
            if (_licenses[i] == d.subjectId) return _offers[i];
        }
    }

    function _drop(uint256 id) private {
        for (uint256 i = 0; i < openDisputes.length; ++i) {
            if (openDisputes[i] != id) continue;
            openDisputes[i] = openDisputes[openDisputes.length - 1];
            openDisputes.pop();
            return;
        }
    }
}
