// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILatestEvidence } from "../../contracts/interfaces/payments/ILatestEvidence.sol";
import { IReleaseEvidence } from "../../contracts/interfaces/payments/IReleaseEvidence.sol";

/// @notice A keeper of evidence that answers what a test sets, or fails in each way that an answer can.
contract EvidenceDouble is IReleaseEvidence, ILatestEvidence {
    enum Fault {
        None,
        Revert,
        Empty,
        TooBig,
        Bomb
    }

    struct Evidence {
        uint40 at;
        uint8 assurance;
    }

    mapping(uint256 licenseId => Evidence) private _evidence;
    Fault private _fault;

    function set(uint256 licenseId, uint40 at, uint8 assurance) external {
        _evidence[licenseId] = Evidence(at, assurance);
    }

    function setFault(Fault fault) external {
        _fault = fault;
    }

    /// @inheritdoc IReleaseEvidence
    function provenAt(uint256 licenseId, uint8 leastAssurance) external view returns (uint40) {
        return _answer(licenseId, leastAssurance);
    }

    /// @inheritdoc ILatestEvidence
    function lastProvenAt(uint256 licenseId, uint8 leastAssurance) external view returns (uint40) {
        return _answer(licenseId, leastAssurance);
    }

    function _answer(uint256 licenseId, uint8 leastAssurance) private view returns (uint40) {
        Fault fault = _fault;
        if (fault == Fault.Revert) revert("no answer");
        assembly ("memory-safe") {
            if eq(fault, 2) { return(0, 0) }
            if eq(fault, 3) {
                mstore(0, not(0))
                return(0, 32)
            }
            if eq(fault, 4) { revert(0, 1000000) }
        }
        Evidence memory evidence = _evidence[licenseId];
        return evidence.assurance < leastAssurance ? 0 : evidence.at;
    }
}
