// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { IQualityOracle } from "../../../../contracts/interfaces/trust/IQualityOracle.sol";
import { QualityOracle } from "../../../../contracts/trust/QualityOracle.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { PaymentsFixture } from "../../payments/PaymentsFixture.sol";
import { ERC1967Proxy } from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";

/// @notice The real escrow, whose money waits for a score of 80 % by the real oracle.
contract ReleaseTest is PaymentsFixture {
    bytes32 private constant _METHOD = keccak256("method");
    uint128 private constant _REWARD = 30e6;
    uint8 private constant _GRADE = 80;

    QualityOracle private quality;
    Offer private offer;
    address[3] private reporters;

    function setUp() public override {
        super.setUp();
        address implementation = deployCode(
            "QualityOracle.sol:QualityOracle", abi.encode(address(licenses), address(registry), address(config))
        );
        bytes memory init = abi.encodeCall(QualityOracle.initialize, (address(manager)));
        bytes memory code = abi.encodePacked(type(ERC1967Proxy).creationCode, abi.encode(implementation, init));
        quality = QualityOracle(factory.deploy(keccak256("colophon.QualityOracle"), code));
        quality.setTokenTerms(address(usdc), 1e6, 10e6);
        vm.prank(buyer);
        usdc.approve(address(quality), type(uint256).max);
        for (uint256 i = 0; i < 3; ++i) {
            reporters[i] = makeAddr(vm.toString(i));
            quality.setReporter(reporters[i], true);
            vm.prank(buyer);
            quality.deposit(reporters[i], address(usdc), 10e6);
        }
        IEscrowRail.EscrowTerms memory t = _escrowTerms();
        (t.condition, t.leastAssurance) = (IEscrowRail.ReleaseCondition.Quality, _GRADE);
        (t.contestBond, t.coolingOff, t.objectionWindow) = (0, 0, 0);
        offer = _offer();
        offer.railTerms = escrow.packTerms(t);
    }

    function test_Release_WhenTheScoreReachesWhatTheOfferAsks() external {
        uint256 licenseId = _sell();
        _score(licenseId, 8000, true);
        assertEq(escrow.settle(licenseId, offer), PRICE);
        assertEq(uint8(escrow.holdOf(licenseId).state), uint8(IEscrowRail.HoldState.Released));
    }

    function test_Release_WhenTheScoreIsBelowWhatTheOfferAsks() external {
        uint256 licenseId = _sell();
        _score(licenseId, 7999, true);
        _assertRefunded(licenseId);
    }

    function test_Release_WhenTheReportersKeepSilent() external {
        uint256 licenseId = _sell();
        _score(licenseId, 8000, false);
        _assertRefunded(licenseId);
    }

    function test_Release_WhenNoMethodWasDeclaredBeforeThePurchase() external {
        uint256 licenseId = _buy(offer);
        _declare();
        vm.expectRevert(abi.encodeWithSelector(IQualityOracle.QualityOracle_NoMethod.selector, datasetId, 1));
        vm.prank(buyer);
        quality.requestForLicense(licenseId, address(usdc), _REWARD, 3);
        _assertRefunded(licenseId);
    }

    function _declare() private {
        vm.prank(seller);
        quality.declareMethod(datasetId, 1, _METHOD);
    }

    function _sell() private returns (uint256 licenseId) {
        _declare();
        vm.warp(START + 1);
        return _buy(offer);
    }

    /// @dev All commit; all or none reveal.
    function _score(uint256 licenseId, uint16 score, bool reveal) private {
        vm.prank(buyer);
        uint256 requestId = quality.requestForLicense(licenseId, address(usdc), _REWARD, 3);
        for (uint256 i = 0; i < 3; ++i) {
            bytes32 commitment = quality.commitmentOf(requestId, reporters[i], score, "salt");
            vm.prank(reporters[i]);
            quality.commit(requestId, commitment);
        }
        for (uint256 i = 0; i < 3 && reveal; ++i) {
            vm.prank(reporters[i]);
            quality.reveal(requestId, score, "salt");
        }
        if (!reveal) vm.warp(block.timestamp + 1 days + 1);
        quality.settle(requestId);
    }

    /// @dev Nothing is released, and after the deadline anybody sends the money back.
    function _assertRefunded(uint256 licenseId) private {
        vm.expectRevert(
            abi.encodeWithSelector(
                IEscrowRail.EscrowRail_EvidenceNeeded.selector, licenseId, IEscrowRail.ReleaseCondition.Quality
            )
        );
        escrow.settle(licenseId, offer);
        vm.warp(block.timestamp + SLA + 1);
        uint256 before = usdc.balanceOf(buyer);
        escrow.refundUndelivered(licenseId, offer);
        assertEq(usdc.balanceOf(buyer), before + PRICE);
    }
}
