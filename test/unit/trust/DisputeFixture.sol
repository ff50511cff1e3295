// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ERC1967Proxy } from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";

import { IEscrowRail } from "../../../contracts/interfaces/payments/IEscrowRail.sol";
import { IDatasetRegistry } from "../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { IDisputeTypes } from "../../../contracts/interfaces/trust/IDisputeTypes.sol";
import { DisputeManager } from "../../../contracts/trust/DisputeManager.sol";
import { Offer } from "../../../contracts/types/Offer.sol";
import { AllRails } from "../../base/AllRails.sol";

/// @notice The deployed protocol with bonds that tests can tell apart, parties that can pay them, and helpers for the steps of a
/// dispute before the deployment's council.
abstract contract DisputeFixture is AllRails {
    uint32 internal constant RESPONSE = 5 days;
    uint32 internal constant REFER = 7 days;
    uint32 internal constant APPEAL = 5 days;
    uint32 internal constant RULING = 14 days;
    uint32 internal constant LIMITATION = 180 days;
    uint16 internal constant PRICE_BPS = 500;
    /// @dev 5 % of PRICE, more than the fixed bond.
    uint128 internal constant LICENSE_BOND = 5e6;
    uint128 internal constant VERSION_BOND = 50e6;
    uint128 internal constant OTHER_BOND = 20e6;
    uint8 internal constant COUNTER_FACTOR = 2;
    uint8 internal constant APPEAL_FACTOR = 2;
    uint128 internal constant ALL = type(uint128).max;

    DisputeManager internal disputes;
    uint16 internal councilJudge;
    Offer internal none;

    function setUp() public virtual override {
        super.setUp();
        disputes = disputeManager;
        councilJudge = disputes.judgeOf(address(council));
        _setBonds();
        _fundParty(alice);
        _fundParty(bob);
        _fundParty(carol);
        _fundParty(mallory);
        _fundParty(provider);
    }

    // ---- deployment

    /// @notice Puts a proxy of `implementation` where the deploy script would.
    function deployAt(string memory name, address implementation) internal returns (address) {
        bytes memory init = abi.encodeWithSignature("initialize(address)", accessManager);
        bytes memory code = abi.encodePacked(type(ERC1967Proxy).creationCode, abi.encode(implementation, init));
        vm.prank(address(timelock));
        factory.deploy(_salt(name), code);
        return _addressOf(name);
    }

    /// @notice The numbers that the deployment starts with.
    function numbersInput() internal view returns (IDisputeTypes.Numbers memory) {
        return IDisputeTypes.Numbers({
            responseWindow: RESPONSE,
            referWindow: REFER,
            appealWindow: APPEAL,
            limitation: LIMITATION,
            priceBps: PRICE_BPS,
            counterFactor: COUNTER_FACTOR,
            appealFactor: APPEAL_FACTOR,
            judge: councilJudge,
            bondToken: address(usdc)
        });
    }

    function _setBonds() private {
        vm.startPrank(governance);
        disputes.setBond(IDisputeTypes.Subject.License, address(usdc), 1e6);
        disputes.setBond(IDisputeTypes.Subject.Version, address(usdc), VERSION_BOND);
        for (uint8 subject = 3; subject <= uint8(type(IDisputeTypes.Subject).max); ++subject) {
            disputes.setBond(IDisputeTypes.Subject(subject), address(usdc), OTHER_BOND);
        }
        vm.stopPrank();
    }

    function _fundParty(address account) private {
        usdc.mint(account, 10_000e6);
        vm.prank(account);
        usdc.approve(address(disputes), type(uint256).max);
    }

    // ---- claims

    function claimOf(IDisputeTypes.Reason reason, uint256 id) internal view returns (IDisputeTypes.Claim memory) {
        return IDisputeTypes.Claim({
            reason: reason,
            id: id,
            claimed: 0,
            token: address(0),
            occurredAt: uint40(vm.getBlockTimestamp()),
            freeze: true
        });
    }

    function versionId(uint256 datasetId, uint32 version) internal pure returns (uint256) {
        return datasetId << 32 | version;
    }

    function evidence() internal pure returns (IDisputeTypes.Evidence memory) {
        return IDisputeTypes.Evidence(keccak256("what was seen"), "ipfs://evidence", bytes32(0));
    }

    /// @notice Files a claim as `by`.
    function file(
        address by,
        IDisputeTypes.Reason reason,
        uint256 id,
        Offer memory offer
    )
        internal
        returns (uint256 disputeId)
    {
        IDisputeTypes.Claim memory claim = claimOf(reason, id);
        vm.prank(by);
        return disputes.open(claim, offer, evidence());
    }

    /// @notice A license of bob about whose undelivered content he claims.
    function fileNotDelivered() internal returns (uint256 disputeId, uint256 licenseId, Offer memory offer) {
        (offer, licenseId) = buyEscrow();
        disputeId = file(bob, IDisputeTypes.Reason.NotDelivered, licenseId, offer);
    }

    /// @notice Contests a delivered license as bob.
    function contested() internal returns (Offer memory offer, uint256 licenseId) {
        (offer, licenseId) = buyEscrow();
        deliver(licenseId, offer);
        vm.prank(bob);
        escrow.contest(licenseId, offer, keccak256("reasons"));
    }

    function respondAs(address by, uint256 disputeId, Offer memory offer) internal {
        vm.prank(by);
        disputes.respond(disputeId, offer, evidence());
    }

    /// @notice Answers as the respondent, and refers.
    function bringToCouncil(uint256 disputeId, Offer memory offer) internal {
        respondAs(disputes.disputeOf(disputeId).respondent, disputeId, offer);
        disputes.refer(disputeId, "");
    }

    /// @notice Refers a dispute that nobody answered.
    function bringUnanswered(uint256 disputeId) internal {
        forward(RESPONSE + 1);
        disputes.refer(disputeId, "");
    }

    // ---- rulings

    function rejection() internal pure returns (IDisputeTypes.Ruling memory ruling) {
        ruling.reasons = keccak256("rejected because");
    }

    function refundOf(uint128 amount) internal pure returns (IDisputeTypes.Ruling memory ruling) {
        (ruling.upheld, ruling.refund, ruling.reasons) = (true, amount, keccak256("upheld because"));
    }

    /// @notice The council's ruling at first instance.
    function council2(uint256 disputeId, IDisputeTypes.Ruling memory ruling) internal {
        councilRules(disputeId, 0, ruling, 2);
    }

    function councilRules(uint256 disputeId, uint8 round, IDisputeTypes.Ruling memory ruling, uint256 votes) internal {
        for (uint256 i = 0; i < votes; ++i) {
            vm.prank(councillors[i]);
            council.vote(disputeId, round, ruling);
        }
    }

    /// @notice Waits until nobody can appeal, and ends the dispute.
    function finish(uint256 disputeId, Offer memory offer) internal {
        forward(APPEAL + 1);
        disputes.conclude(disputeId, offer);
    }

    /// @notice From claim to end, through the council.
    function decide(uint256 disputeId, Offer memory offer, IDisputeTypes.Ruling memory ruling) internal {
        bringToCouncil(disputeId, offer);
        council2(disputeId, ruling);
        finish(disputeId, offer);
    }

    // ---- what is looked at

    function phaseOf(uint256 disputeId) internal view returns (IDisputeTypes.Phase) {
        return disputes.disputeOf(disputeId).phase;
    }

    function outcomeOf(uint256 disputeId) internal view returns (IDisputeTypes.Outcome) {
        return disputes.disputeOf(disputeId).outcome;
    }

    function assertEnded(uint256 disputeId, IDisputeTypes.Outcome outcome) internal view {
        assertEq(uint8(phaseOf(disputeId)), uint8(IDisputeTypes.Phase.Closed), "closed");
        assertEq(uint8(outcomeOf(disputeId)), uint8(outcome), "outcome");
    }

    function holdState(uint256 licenseId) internal view returns (IEscrowRail.HoldState) {
        return escrow.holdOf(licenseId).state;
    }

    function isFrozen(uint256 licenseId) internal view returns (bool) {
        return escrow.holdOf(licenseId).frozen;
    }

    function statusOf(uint256 datasetId) internal view returns (IDatasetRegistry.Status) {
        return registry.statusOf(datasetId, 1);
    }

    function assertStatus(uint256 datasetId, IDatasetRegistry.Status status) internal view {
        assertEq(uint8(statusOf(datasetId)), uint8(status), "status");
    }
}
