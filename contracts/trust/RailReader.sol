// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { IEscrowRail } from "../interfaces/payments/IEscrowRail.sol";
import { ILiveStreamRail } from "../interfaces/payments/ILiveStreamRail.sol";
import { ILiveVault } from "../interfaces/payments/ILiveVault.sol";
import { IMeterRail } from "../interfaces/payments/IMeterRail.sol";
import { IPaymentRail } from "../interfaces/payments/IPaymentRail.sol";
import { IRevenueShareRail } from "../interfaces/payments/IRevenueShareRail.sol";
import { IStreamRail } from "../interfaces/payments/IStreamRail.sol";
import { IStreamVault } from "../interfaces/payments/IStreamVault.sol";
import { StreamDeals } from "../payments/StreamDeals.sol";
import { StreamFlags } from "../payments/StreamState.sol";
import { ISuperTokenMinimal } from "../payments/superfluid/ISuperfluidMinimal.sol";
import { DisputeMath } from "./DisputeMath.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @notice What a license's rail holds and says. Each kind of rail keeps its book in its own way; this knows all of them. Of a rail that
/// it does not know it reads the standing alone: its money can be frozen and set free, and is not refunded.
abstract contract RailReader {
    ILicenseToken internal immutable _licenseToken;

    constructor(address licenseToken) {
        _licenseToken = ILicenseToken(licenseToken);
    }

    /// @notice What the license's rail says.
    /// @param price The price of the license's offer.
    function railState(uint256 licenseId, uint128 price) external view returns (DisputeMath.RailState memory) {
        // Which offer it was is not asked for.
        // slither-disable-next-line unused-return
        (ILicenseToken.License memory license,, address rail) = _licenseToken.dealOf(licenseId);
        return _railState(rail, licenseId, price, license.expiry);
    }

    function _railState(
        address rail,
        uint256 licenseId,
        uint128 price,
        uint40 expiry
    )
        internal
        view
        returns (DisputeMath.RailState memory s)
    {
        s.rail = rail;
        // A rail that lacks the function reverts, and the next kind is tried.
        try IEscrowRail(rail).holdOf(licenseId) returns (IEscrowRail.Hold memory hold) {
            _readEscrow(s, hold, price);
            return s;
        } catch { }
        try IMeterRail(rail).meterOf(licenseId) returns (IMeterRail.Meter memory meter) {
            _readMeter(s, meter);
            return s;
        } catch { }
        try IStreamRail(rail).streamOf(licenseId) returns (IStreamRail.Stream memory stream) {
            _readStream(s, stream, expiry);
            return s;
        } catch { }
        try IRevenueShareRail(rail).accountOf(licenseId) returns (IRevenueShareRail.Account memory account) {
            (s.open, s.frozen) = (!account.closed, account.frozen);
            (s.held, s.payer) = (account.held, account.payer);
            return s;
        } catch { }
        try ILiveStreamRail(rail).liveOf(licenseId) returns (ILiveStreamRail.Live memory live) {
            _readLive(s, live);
            return s;
        } catch { }
        IPaymentRail.Standing standing = IPaymentRail(rail).standing(licenseId);
        s.open = standing != IPaymentRail.Standing.None && standing != IPaymentRail.Standing.Closed;
        s.frozen = standing == IPaymentRail.Standing.Frozen;
    }

    function _readEscrow(DisputeMath.RailState memory s, IEscrowRail.Hold memory hold, uint128 price) private pure {
        s.open = hold.state != IEscrowRail.HoldState.None && hold.state < IEscrowRail.HoldState.Released;
        if (!s.open) return;
        (s.frozen, s.held, s.payer) = (hold.frozen, price, hold.payer);
        s.contested = hold.state == IEscrowRail.HoldState.Contested;
        if (s.contested) s.contestUntil = hold.deadline;
    }

    function _readMeter(DisputeMath.RailState memory s, IMeterRail.Meter memory meter) private pure {
        s.open = !meter.finished;
        if (!s.open) return;
        (s.frozen, s.payer) = (meter.frozen, meter.payer);
        if (meter.funded > meter.spent) s.held = meter.funded - meter.spent;
    }

    function _readStream(DisputeMath.RailState memory s, IStreamRail.Stream memory stream, uint40 expiry) private view {
        s.open = stream.flags & StreamFlags.DONE == 0;
        if (!s.open) return;
        s.frozen = stream.flags & StreamFlags.FROZEN != 0;
        s.contested = stream.flags & StreamFlags.CONTESTED != 0;
        if (s.contested) s.contestUntil = stream.deadline;
        uint256 time = block.timestamp;
        if (expiry != 0 && expiry < time) time = expiry;
        if (stream.flags & StreamFlags.NOTICED != 0 && stream.endsAt < time) time = stream.endsAt;
        IStreamVault vault = IStreamVault(stream.vault);
        IStreamVault.Deal memory deal = vault.deal();
        s.payer = deal.payer;
        (uint256 received, uint256 out) = (vault.receivedUntil(time), vault.flow().out);
        if (received > out) s.held = uint128((received - out) / StreamDeals.scaleOf(deal.decimals));
    }

    /// @dev What was not passed on is the payer's in any case.
    function _readLive(DisputeMath.RailState memory s, ILiveStreamRail.Live memory live) private view {
        s.open = !live.ended;
        if (!s.open) return;
        s.frozen = live.frozen;
        ILiveVault.Deal memory deal = ILiveVault(live.rest).deal();
        s.payer = deal.payer;
        uint256 units = IERC20(deal.superToken).balanceOf(live.rest);
        if (live.contributors != address(0)) units += IERC20(deal.superToken).balanceOf(live.contributors);
        s.held = uint128(units / StreamDeals.scaleOf(ISuperTokenMinimal(deal.superToken).getUnderlyingDecimals()));
    }
}
