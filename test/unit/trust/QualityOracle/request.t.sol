// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IQualityOracle } from "../../../../contracts/interfaces/trust/IQualityOracle.sol";
import { TermsFlags, Uses } from "../../../../contracts/types/Uses.sol";
import { TaxedToken } from "../../licensing/doubles/PaymentTokens.sol";
import { QualityTest } from "./QualityTest.sol";

contract RequestTest is QualityTest {
    function test_Request_RevertWhen_TheVersionDoesNotExist() external {
        _expect(2, METHOD, address(usd), REWARD, SEATS, _unknownVersion());
    }

    function test_Request_RevertWhen_NoMethodIsNamed() external {
        _expect(1, 0, address(usd), REWARD, SEATS, _noMethod());
    }

    function test_Request_RevertWhen_GovernanceSetNoStakeForTheToken() external {
        config.setPaymentToken(address(0xbeef), address(0), 0, true);
        _expect(1, METHOD, address(0xbeef), REWARD, SEATS, _notTaken(address(0xbeef)));
    }

    function test_Request_RevertWhen_TheTokenIsNoLongerAPaymentToken() external {
        config.setPaymentToken(address(usd), address(0), 0, false);
        _expect(1, METHOD, address(usd), REWARD, SEATS, _notTaken(address(usd)));
    }

    function test_Request_RevertWhen_ThereAreTooFewOrTooManySeats() external {
        uint8[2] memory bad = [2, 16];
        for (uint256 i = 0; i < 2; ++i) {
            bytes memory reason = abi.encodeWithSelector(IQualityOracle.QualityOracle_BadSeats.selector, bad[i], 3, 15);
            _expect(1, METHOD, address(usd), REWARD * 2, bad[i], reason);
        }
    }

    function test_Request_RevertWhen_TheRewardIsBelowTheLeast() external {
        uint128 low = 5 * LEAST_REWARD - 1;
        _expect(1, METHOD, address(usd), low, SEATS, _tooLow(low, 5 * LEAST_REWARD));
        quality.setTokenTerms(address(usd), 0, STAKE);
        _expect(1, METHOD, address(usd), 0, SEATS, _tooLow(0, 1));
    }

    function test_Request_RevertWhen_TheTokenKeepsAFee() external {
        TaxedToken taxed = new TaxedToken();
        config.setPaymentToken(address(taxed), address(0), 0, true);
        quality.setTokenTerms(address(taxed), 0, 1);
        taxed.mint(buyer, REWARD);
        vm.prank(buyer);
        taxed.approve(address(quality), REWARD);
        bytes memory reason = abi.encodeWithSelector(
            IQualityOracle.QualityOracle_TransferTax.selector, address(taxed), REWARD, REWARD / 100 * 99
        );
        _expect(1, METHOD, address(taxed), REWARD, SEATS, reason);
    }

    function test_Request_WhenAnybodyAsksAndPays() external {
        uint256 before = usd.balanceOf(address(quality));
        IQualityOracle.Request memory expected;
        (expected.requester, expected.datasetId, expected.version) = (buyer, datasetId, 1);
        (expected.method, expected.token, expected.reward) = (METHOD, address(usd), REWARD);
        (expected.stake, expected.seats, expected.state) = (STAKE, SEATS, IQualityOracle.State.Open);
        expected.commitUntil = START + COMMIT_WINDOW;
        expected.revealUntil = START + COMMIT_WINDOW + REVEAL_WINDOW;
        expected.rules = quality.rules();
        vm.expectEmit(address(quality));
        emit IQualityOracle.QualityRequested(1, datasetId, 1, expected);
        assertEq(_request(), 1);
        assertEq(abi.encode(quality.requestOf(1)), abi.encode(expected));
        assertEq(usd.balanceOf(address(quality)), before + REWARD);
        assertEq(quality.requestCount(), 1);
        assertEq(quality.reportsOf(1).length, 0);
    }

    // ---- for a license

    function test_RequestForLicense_RevertWhen_TheLicenseIsNotLive() external {
        uint256 licenseId = _measured();
        vm.prank(address(rail));
        licenses.end(licenseId);
        _expectFor(
            buyer, licenseId, abi.encodeWithSelector(IQualityOracle.QualityOracle_LicenseNotLive.selector, licenseId)
        );
        _expectFor(buyer, 99, abi.encodeWithSelector(IQualityOracle.QualityOracle_LicenseNotLive.selector, 99));
    }

    function test_RequestForLicense_RevertWhen_TheCallerIsNeitherHolderNorOwner() external {
        uint256 licenseId = _measured();
        _expectFor(
            stranger,
            licenseId,
            abi.encodeWithSelector(IQualityOracle.QualityOracle_NotParty.selector, licenseId, stranger)
        );
    }

    function test_RequestForLicense_RevertWhen_NoMethodWasDeclaredBeforeTheLicenseWasBought() external {
        _declare(METHOD);
        uint256 licenseId = _license(Uses.TRAIN, 0, 0);
        _expectFor(buyer, licenseId, _noMethod());
    }

    function test_RequestForLicense_RevertGiven_TheLicenseHasItsScore() external {
        uint256 licenseId = _measured();
        uint256 requestId = _requestFor(buyer, licenseId);
        _report(requestId, _scores(8000, 8000, 8000));
        quality.settle(requestId);
        _expectFor(
            seller,
            licenseId,
            abi.encodeWithSelector(IQualityOracle.QualityOracle_AlreadyScored.selector, licenseId, requestId)
        );
    }

    function test_RequestForLicense_RevertGiven_TheSameSidesRequestRuns() external {
        vm.warp(START - 1);
        _declare(METHOD);
        vm.warp(START);
        uint256 licenseId = _license(Uses.TRAIN, TermsFlags.TRANSFERABLE, 0);
        uint256 requestId = _requestFor(buyer, licenseId);
        bytes memory runs =
            abi.encodeWithSelector(IQualityOracle.QualityOracle_RequestRuns.selector, licenseId, requestId);
        _expectFor(buyer, licenseId, runs);
        // Handing the license on gives the side no second one.
        vm.prank(buyer);
        licenses.transferFrom(buyer, stranger, licenseId);
        _expectFor(stranger, licenseId, runs);
    }

    function test_RequestForLicense_GivenTheOtherSidesRequestRuns() external {
        uint256 licenseId = _measured();
        assertEq(_requestFor(buyer, licenseId), 1);
        assertEq(_requestFor(seller, licenseId), 2);
    }

    function test_RequestForLicense_GivenTheSidesRequestFailed() external {
        uint256 licenseId = _measured();
        uint256 requestId = _requestFor(buyer, licenseId);
        vm.warp(START + COMMIT_WINDOW + 1);
        quality.settle(requestId);
        assertEq(_requestFor(buyer, licenseId), 2);
    }

    function test_RequestForLicense_WhenTheHolderAsks() external {
        uint256 licenseId = _measured();
        vm.warp(START + 5);
        _declare("another method");
        vm.warp(START + 10);
        IQualityOracle.Request memory asked = quality.requestOf(_requestFor(buyer, licenseId));
        assertEq(asked.licenseId, licenseId);
        assertEq(asked.method, METHOD);
        assertEq(asked.datasetId, datasetId);
        assertEq(asked.version, 1);
    }

    // ---- methods

    function test_DeclareMethod_RevertWhen_TheDeclaredVersionDoesNotExist() external {
        vm.expectRevert(_unknownVersion());
        vm.prank(seller);
        quality.declareMethod(datasetId, 2, METHOD);
    }

    function test_DeclareMethod_RevertWhen_TheCallerIsNotTheOwner() external {
        vm.expectRevert(
            abi.encodeWithSelector(IQualityOracle.QualityOracle_NotOwner.selector, datasetId, buyer, seller)
        );
        vm.prank(buyer);
        quality.declareMethod(datasetId, 1, METHOD);
    }

    function test_DeclareMethod_RevertWhen_NothingWouldChange() external {
        bytes memory same = abi.encodeWithSelector(IQualityOracle.QualityOracle_NoChange.selector);
        vm.startPrank(seller);
        vm.expectRevert(same);
        quality.declareMethod(datasetId, 1, 0);
        quality.declareMethod(datasetId, 1, METHOD);
        vm.expectRevert(same);
        quality.declareMethod(datasetId, 1, METHOD);
        vm.stopPrank();
    }

    function test_DeclareMethod_WhenTheOwnerDeclares() external {
        vm.expectEmit(address(quality));
        emit IQualityOracle.MethodDeclared(datasetId, 1, METHOD);
        _declare(METHOD);
        vm.warp(START + 9);
        _declare(0);
        assertEq(quality.methodAt(datasetId, 1, START - 1), 0);
        assertEq(quality.methodAt(datasetId, 1, START), METHOD);
        assertEq(quality.methodAt(datasetId, 1, START + 8), METHOD);
        assertEq(quality.methodAt(datasetId, 1, START + 9), 0);
    }

    function test_RequestOf_RevertWhen_TheRequestIsUnknown() external {
        vm.expectRevert(_unknownRequest(1));
        quality.requestOf(1);
    }

    // ---- parts

    /// @dev A license of the buyer, bought a second after the method was declared.
    function _measured() private returns (uint256 licenseId) {
        vm.warp(START - 1);
        _declare(METHOD);
        vm.warp(START);
        return _license(Uses.TRAIN, 0, 0);
    }

    function _declare(bytes32 method) private {
        vm.prank(seller);
        quality.declareMethod(datasetId, 1, method);
    }

    function _requestFor(address side, uint256 licenseId) private returns (uint256) {
        vm.prank(side);
        return quality.requestForLicense(licenseId, address(usd), REWARD, 3);
    }

    function _expectFor(address side, uint256 licenseId, bytes memory reason) private {
        vm.expectRevert(reason);
        vm.prank(side);
        quality.requestForLicense(licenseId, address(usd), REWARD, 3);
    }

    function _expect(
        uint32 version,
        bytes32 method,
        address token,
        uint128 reward,
        uint8 seats,
        bytes memory reason
    )
        private
    {
        vm.expectRevert(reason);
        vm.prank(buyer);
        quality.request(datasetId, version, method, token, reward, seats);
    }

    function _unknownVersion() private view returns (bytes memory) {
        return abi.encodeWithSelector(IQualityOracle.QualityOracle_UnknownVersion.selector, datasetId, 2);
    }

    function _noMethod() private view returns (bytes memory) {
        return abi.encodeWithSelector(IQualityOracle.QualityOracle_NoMethod.selector, datasetId, 1);
    }

    function _notTaken(address token) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IQualityOracle.QualityOracle_TokenNotTaken.selector, token);
    }

    function _tooLow(uint128 reward, uint256 least) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IQualityOracle.QualityOracle_RewardTooLow.selector, reward, least);
    }
}
