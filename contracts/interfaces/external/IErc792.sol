// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice ERC-792: what an arbitrator offers (Kleros and others). Declared here from the standard.
interface IErc792Arbitrator {
    /// @notice Opens a dispute with `choices` rulings, numbered from 1; 0 is a refusal to rule. Costs `arbitrationCost`.
    function createDispute(uint256 choices, bytes calldata extraData) external payable returns (uint256 disputeID);

    /// @notice Appeals a ruling within its appeal period. Costs `appealCost`.
    function appeal(uint256 disputeID, bytes calldata extraData) external payable;

    /// @notice Wei that a dispute costs.
    function arbitrationCost(bytes calldata extraData) external view returns (uint256 cost);

    /// @notice Wei that an appeal costs.
    function appealCost(uint256 disputeID, bytes calldata extraData) external view returns (uint256 cost);
}

/// @notice ERC-792: what who is arbitrated offers.
interface IErc792Arbitrable {
    /// @notice A ruling was given.
    event Ruling(address indexed _arbitrator, uint256 indexed _disputeID, uint256 _ruling);

    /// @notice Gives the final ruling. Only the arbitrator.
    function rule(uint256 disputeID, uint256 ruling) external;
}

/// @notice ERC-1497: events by which courts find what a dispute is about.
interface IErc1497Evidence {
    /// @notice What rulings mean.
    event MetaEvidence(uint256 indexed _metaEvidenceID, string _evidence);
    /// @notice Evidence for a group of disputes.
    event Evidence(
        address indexed _arbitrator, uint256 indexed _evidenceGroupID, address indexed _party, string _evidence
    );
    /// @notice A dispute was opened at the arbitrator.
    event Dispute(
        address indexed _arbitrator, uint256 indexed _disputeID, uint256 _metaEvidenceID, uint256 _evidenceGroupID
    );
}
