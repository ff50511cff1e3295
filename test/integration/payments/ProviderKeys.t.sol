// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../../../contracts/interfaces/payments/IEscrowRail.sol";
import { IStreamRail } from "../../../contracts/interfaces/payments/IStreamRail.sol";
import { IProviderBond } from "../../../contracts/interfaces/trust/IProviderBond.sol";
import { KeyPurposes } from "../../../contracts/trust/TrustBits.sol";
import { DeliveryReceipt, Messages, ServiceReport } from "../../../contracts/types/Messages.sol";
import { Offer } from "../../../contracts/types/Offer.sol";
import { AllRails } from "../../base/AllRails.sol";

/// @notice What a provider's registered keys sign, where money follows receipts and reports.
contract ProviderKeysTest is AllRails {
    address private key;
    uint256 private secret;

    function setUp() public override {
        super.setUp();
        (key, secret) = makeAddrAndKey("key of the provider's gateway");
        IProviderBond.Profile memory profile;
        (profile.payout, profile.endpoints) = (provider, "https://provider.example");
        (profile.endpointsHash, profile.termsHash) = ("endpoints", "terms");
        vm.prank(provider);
        providerBond.register(profile);
    }

    function test_AKeyForReceiptsSignsDeliveries() public {
        _addKey(KeyPurposes.RECEIPTS);
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        DeliveryReceipt memory receipt = deliveryReceipt(licenseId, offer);
        escrow.submitReceipt(licenseId, offer, receipt, sign(secret, Messages.hash(receipt)));
        assertEq(uint8(escrow.holdOf(licenseId).state), uint8(IEscrowRail.HoldState.Delivered));
    }

    function test_AKeyForReceiptsSignsServiceReports() public {
        _addKey(KeyPurposes.ALL);
        (Offer memory offer, uint256 licenseId) = _subscribe();
        ServiceReport memory report = _report(licenseId, offer);
        streams.submitReport(licenseId, offer, report, sign(secret, Messages.hash(report)));
        assertEq(streams.streamOf(licenseId).reportedTo, 1);
    }

    function test_OtherKeysSignNothing() public {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        (Offer memory streamed, uint256 streamId) = _subscribe();
        _expectRefused(licenseId, offer, streamId, streamed);
        _addKey(KeyPurposes.LOGS);
        _expectRefused(licenseId, offer, streamId, streamed);
    }

    function test_ARevokedKeySignsNothingMore() public {
        _addKey(KeyPurposes.RECEIPTS);
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        (Offer memory streamed, uint256 streamId) = _subscribe();
        vm.prank(provider);
        providerBond.revokeKey(key);
        _expectRefused(licenseId, offer, streamId, streamed);
    }

    function test_AKeySignsForItsOwnProviderAlone() public {
        IProviderBond.Profile memory profile = IProviderBond.Profile(mallory, "https://m", "endpoints", "terms");
        vm.startPrank(mallory);
        providerBond.register(profile);
        providerBond.addKey(key, KeyPurposes.ALL);
        vm.stopPrank();
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        (Offer memory streamed, uint256 streamId) = _subscribe();
        _expectRefused(licenseId, offer, streamId, streamed);
    }

    /// @dev An account with code signs by its code; its own key is no way around that.
    function test_AnAccountsCodeDecidesForItself() public {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        vm.etch(provider, hex"5f5ffd");
        DeliveryReceipt memory receipt = deliveryReceipt(licenseId, offer);
        bytes memory signature = signReceipt(receipt);
        vm.expectRevert(abi.encodeWithSelector(IEscrowRail.EscrowRail_BadSignature.selector, provider));
        escrow.submitReceipt(licenseId, offer, receipt, signature);
    }

    /// @dev Where nobody keeps keys yet, providers sign themselves.
    function test_WithoutABondOnlyTheProviderSigns() public {
        _addKey(KeyPurposes.ALL);
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        (Offer memory streamed, uint256 streamId) = _subscribe();
        vm.etch(address(providerBond), "");
        _expectRefused(licenseId, offer, streamId, streamed);
        deliver(licenseId, offer);
    }

    // ---- helpers

    function _addKey(uint8 purposes) private {
        vm.prank(provider);
        providerBond.addKey(key, purposes);
    }

    /// @dev A stream proven by reports whose first epoch is over.
    function _subscribe() private returns (Offer memory offer, uint256 licenseId) {
        IStreamRail.StreamTerms memory t;
        (t.period, t.epoch, t.notice, t.grace) = (STREAM_PERIOD, STREAM_EPOCH, 1 days, 2 hours);
        (t.holdbackBps, t.proof) = (10_000, IStreamRail.Proof.Report);
        (t.window, t.openFor, t.defaultAfter) = (2 hours, 6 hours, 3 days);
        offer = streamOffer();
        offer.railTerms = streamOffers.packTerms(t);
        licenseId = sell(offer, bob);
        forward(STREAM_EPOCH);
    }

    function _report(uint256 licenseId, Offer memory offer) private view returns (ServiceReport memory) {
        return ServiceReport({
            licenseId: licenseId,
            datasetId: offer.datasetId,
            epochFrom: 0,
            epochTo: 1,
            servedRoot: "served",
            deliveries: 1,
            bytesServed: 1,
            deadline: uint40(block.timestamp + 1 days)
        });
    }

    function _expectRefused(uint256 licenseId, Offer memory offer, uint256 streamId, Offer memory streamed) private {
        DeliveryReceipt memory receipt = deliveryReceipt(licenseId, offer);
        bytes memory signature = sign(secret, Messages.hash(receipt));
        vm.expectRevert(abi.encodeWithSelector(IEscrowRail.EscrowRail_BadSignature.selector, provider));
        escrow.submitReceipt(licenseId, offer, receipt, signature);
        ServiceReport memory report = _report(streamId, streamed);
        signature = sign(secret, Messages.hash(report));
        vm.expectRevert(abi.encodeWithSelector(IStreamRail.StreamRail_BadSignature.selector, provider));
        streams.submitReport(streamId, streamed, report, signature);
    }
}
