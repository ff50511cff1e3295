// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { IDisputeTypes } from "../interfaces/trust/IDisputeTypes.sol";
import { DisputeFlags, DisputeReasons, Remedies } from "./DisputeReasons.sol";

/// @notice What the end of a dispute comes to, before anything is done: the same for doing it and for showing it.
library DisputeMath {
    using DisputeReasons for IDisputeTypes.Reason;

    /// @param open Whether the rail can still move money of the license.
    /// @param contested Whether the licensee contested what is held; without a ruling the rail's default applies after `contestUntil`.
    /// @param held Base units that a refund of all would return.
    /// @param payer Who would get it; zero when the rail no longer says.
    /// @param rail The license's rail.
    struct RailState {
        bool open;
        bool frozen;
        bool contested;
        uint40 contestUntil;
        uint128 held;
        address payer;
        address rail;
    }

    /// @param refund Of this dispute.
    /// @param owed Of all disputes about the money that have ended.
    /// @param waits Whether another dispute holds the money.
    /// @param closes Whether a contest is decided for the seller, unless something is owed.
    struct MoneyPlan {
        uint128 refund;
        uint128 owed;
        bool waits;
        bool closes;
    }

    /// @notice Who gets what of the bonds. The winner of a ruling takes all; without one, what was posted goes back, but a claim that
    /// is given up costs its bond.
    /// @param appealBack Whether the appeal was not ruled on: its bond goes back.
    /// @param claimantPart What a settlement gives the claimant of its bond.
    function shares(
        IDisputeTypes.Dispute memory d,
        IDisputeTypes.Outcome outcome,
        uint128 counter,
        address appellant,
        uint128 appealBond,
        bool appealBack,
        uint128 claimantPart
    )
        internal
        pure
        returns (uint128 toClaimant, uint128 toRespondent)
    {
        bool upheld = outcome == IDisputeTypes.Outcome.Upheld;
        bool settled = outcome == IDisputeTypes.Outcome.Settled;
        bool unjudged = outcome == IDisputeTypes.Outcome.Silent || outcome == IDisputeTypes.Outcome.Unruled;
        if (settled) toClaimant = claimantPart;
        else if (upheld || unjudged) toClaimant = d.bond;
        toRespondent = d.bond - toClaimant;
        if (upheld) toClaimant += counter;
        else toRespondent += counter;
        if (appealBack ? appellant == d.claimant : upheld) toClaimant += appealBond;
        else toRespondent += appealBond;
    }

    /// @notice What becomes of a license's money when this dispute ends with this refund.
    function money(
        IDisputeTypes.Dispute memory d,
        IDisputeTypes.LicenseBook memory book,
        RailState memory state,
        IDisputeTypes.Outcome outcome,
        uint128 refund
    )
        internal
        pure
        returns (MoneyPlan memory plan)
    {
        if (!state.open) return plan;
        uint128 free = state.held > book.owed ? state.held - book.owed : 0;
        plan.refund = refund < free ? refund : free;
        plan.owed = book.owed + plan.refund;
        plan.waits = state.frozen && (book.more > 0 || d.flags & DisputeFlags.MONEY == 0);
        // Who lost a dispute about a contested hold must not win by its default.
        bool decides = d.flags & DisputeFlags.BUYER != 0 || d.reason == IDisputeTypes.Reason.Contested;
        plan.closes = book.decided || (decides && state.contested && (isRuled(outcome) || outcome == _SETTLED));
    }

    IDisputeTypes.Outcome private constant _SETTLED = IDisputeTypes.Outcome.Settled;

    function isRuled(IDisputeTypes.Outcome outcome) internal pure returns (bool) {
        return outcome == IDisputeTypes.Outcome.Upheld || outcome == IDisputeTypes.Outcome.Rejected;
    }

    /// @notice What is asked of the bond for the loss: up to what was claimed, less what the rail gives back.
    function loss(uint128 found, uint128 claimed, uint128 price, uint128 refunded) internal pure returns (uint128) {
        uint128 most = claimed == 0 ? price : claimed;
        uint128 counted = found < most ? found : most;
        return counted > refunded ? counted - refunded : 0;
    }

    /// @notice Whether a ruling orders only what its reason allows; else which part is wrong. A rejection orders nothing but how a
    /// contest ends.
    function wrongPart(
        IDisputeTypes.Reason reason,
        IDisputeTypes.Ruling calldata r
    )
        internal
        pure
        returns (bytes32 field)
    {
        uint8 may = r.upheld ? reason.remedies() : reason == IDisputeTypes.Reason.Contested ? Remedies.REFUND : 0;
        uint8 does = 0;
        if (r.refund != 0) does |= Remedies.REFUND;
        if (r.loss | r.penalty != 0) does |= Remedies.BOND;
        if (r.endsAt != 0) does |= Remedies.END;
        if (r.status != IDatasetRegistry.Status.None || r.correct) does |= Remedies.STATUS;
        if (r.revokeRecord) does |= Remedies.RECORD;
        if (does & ~may != 0) return "remedy";
        if (r.status == IDatasetRegistry.Status.Trainable || r.status == IDatasetRegistry.Status.Retired) {
            return "status";
        }
        bool leaving = reason == IDisputeTypes.Reason.Privacy || reason == IDisputeTypes.Reason.ConsentWithdrawn;
        if (r.leaves != 0 && !(leaving && r.correct)) return "leaves";
    }
}
