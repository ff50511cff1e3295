// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { RailDouble } from "../../licensing/doubles/RailDouble.sol";

/// @notice A rail double that also tells, as an escrow does, in which state a hold is.
contract HoldDouble is RailDouble {
    IEscrowRail.HoldState private _state = IEscrowRail.HoldState.Held;

    constructor(ILicenseToken licenses) RailDouble(licenses) { }

    function setState(IEscrowRail.HoldState state) external {
        _state = state;
    }

    function holdOf(uint256) external view returns (IEscrowRail.Hold memory hold) {
        hold.state = _state;
    }
}
