// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";

/// @notice A rail that does what a test tells it: takes a set sum, gives a set standing, reverts, or calls somebody.
contract RailDouble is IPaymentRail {
    enum Answer {
        Standing,
        Revert,
        Nothing,
        Nonsense,
        Bomb
    }

    error RailDouble_Refused(uint256 price);

    ILicenseToken private immutable _licenses;

    Answer public answer;
    Standing private _standing = Standing.Current;
    bool private _overridden;
    uint128 private _due;
    address private _target;
    bytes private _callData;

    uint256 public lastLicenseId;
    address public lastPayer;
    bytes public lastData;

    constructor(ILicenseToken licenses) {
        _licenses = licenses;
    }

    function setDue(uint128 due) external {
        (_overridden, _due) = (true, due);
    }

    function setStanding(Standing standing_) external {
        _standing = standing_;
    }

    function setAnswer(Answer answer_) external {
        answer = answer_;
    }

    function callOnOpen(address target, bytes calldata callData) external {
        (_target, _callData) = (target, callData);
    }

    function open(
        uint256 licenseId,
        Offer calldata offer,
        address,
        address payer,
        bytes calldata railData
    )
        external
        returns (uint128)
    {
        (lastLicenseId, lastPayer, lastData) = (licenseId, payer, railData);
        if (_target != address(0)) {
            (bool success, bytes memory reason) = _target.call(_callData);
            if (!success) {
                assembly ("memory-safe") {
                    revert(add(reason, 0x20), mload(reason))
                }
            }
        }
        return _overridden ? _due : offer.price;
    }

    function standing(uint256) external view returns (Standing) {
        if (answer == Answer.Revert) revert RailDouble_Refused(0);
        if (answer == Answer.Nothing) {
            assembly ("memory-safe") {
                return(0, 0)
            }
        }
        if (answer == Answer.Nonsense) {
            assembly ("memory-safe") {
                mstore(0, 8)
                return(0, 0x20)
            }
        }
        if (answer == Answer.Bomb) {
            assembly ("memory-safe") {
                return(0, 100000)
            }
        }
        return _standing;
    }

    function checkOffer(Offer calldata offer) external pure {
        if (offer.price == 0) revert RailDouble_Refused(0);
    }

    function endLicense(uint256 licenseId) external {
        _licenses.end(licenseId);
    }

    function freezeLicense(uint256 licenseId, bool frozen) external {
        _licenses.setFrozen(licenseId, frozen);
    }

    function settle(uint256, Offer calldata) external pure returns (uint128) {
        return 0;
    }

    function freeze(uint256) external { }

    function unfreeze(uint256) external { }

    function refund(uint256, Offer calldata, uint128) external { }

    function close(uint256, Offer calldata) external { }

    function claimDeferred(address, address, address) external { }

    function deferredOf(address, address) external pure returns (uint256) {
        return 0;
    }
}

/// @notice Knows how many splits a dataset has; nothing else of a distributor.
contract SplitsDouble {
    mapping(uint256 datasetId => uint16) public splitCount;

    function setSplitCount(uint256 datasetId, uint16 count) external {
        splitCount[datasetId] = count;
    }
}
