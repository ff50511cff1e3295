// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The money of every rail in a few lines, written from docs/decisions/0003 and 0006 to 0008 and not from the
/// contracts: slow lists instead of cursors, sums instead of differences. Amounts are base units of one token, streams in
/// super token units.
/// @dev Invariants: in = released + back + held, for every deal.
library RailsModel {
    uint256 internal constant SCALE = 1e12;

    enum Rail {
        Escrow,
        Meter,
        Stream,
        Share
    }

    /// @param paid Taken from the payer.
    /// @param released Given to the distributor.
    /// @param back Given back to the payer.
    struct Deal {
        Rail rail;
        address payer;
        uint256 price;
        uint256 paid;
        uint256 released;
        uint256 back;
        bool over;
    }

    /// @dev A time in which a flow ran: `until` 0 while it runs.
    struct Piece {
        uint256 from;
        uint256 until;
        uint256 rate;
    }

    /// @notice What waits in the rail.
    function held(Deal memory d) internal pure returns (uint256) {
        return d.paid - d.released - d.back;
    }

    // ---- meters

    /// @notice A thousand units for the price, the first 500 of all free, rounded down.
    function priceOf(uint256 price, uint256 units) internal pure returns (uint256) {
        return units <= 500 ? 0 : price * (units - 500) / 1000;
    }

    // ---- streams

    /// @notice Super token units that flowed in until `time`.
    function flowed(Piece[] memory pieces, uint256 time) internal pure returns (uint256 sum) {
        for (uint256 i; i < pieces.length; ++i) {
            uint256 until = pieces[i].until == 0 || pieces[i].until > time ? time : pieces[i].until;
            if (until > pieces[i].from) sum += pieces[i].rate * (until - pieces[i].from);
        }
    }

    /// @notice Whole base units of it.
    function earned(Piece[] memory pieces, uint256 time) internal pure returns (uint256) {
        return flowed(pieces, time) / SCALE;
    }

    // ---- live streams

    /// @notice What of a rate goes to the contributors' pool: what fee and parents leave of it, by the split, rounded down to a
    /// multiple of the pool's units.
    function poolRate(
        uint256 rate,
        uint256 feeBps,
        uint256 parentsBps,
        uint256 splitBps
    )
        internal
        pure
        returns (uint256)
    {
        uint256 exact = rate * (10_000 - feeBps) * (10_000 - parentsBps) * splitBps / 1e12;
        return exact / splitBps * splitBps;
    }

    // ---- revenue share

    /// @notice The greater of the guarantee and 5 %, rounded down.
    function owed(uint256 guarantee, uint256 revenue) internal pure returns (uint256) {
        uint256 share = revenue * 500 / 10_000;
        return share > guarantee ? share : guarantee;
    }
}
