// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IProtocolConfig } from "../interfaces/governance/IProtocolConfig.sol";
import { ILatestEvidence } from "../interfaces/payments/ILatestEvidence.sol";
import { IPaymentRail } from "../interfaces/payments/IPaymentRail.sol";
import { IStreamOffers } from "../interfaces/payments/IStreamOffers.sol";
import { IStreamRail } from "../interfaces/payments/IStreamRail.sol";
import { IStreamVault } from "../interfaces/payments/IStreamVault.sol";
import { KeptEvidence } from "./KeptEvidence.sol";
import { ProviderSignatures } from "./ProviderSignatures.sol";
import { StreamDeals } from "./StreamDeals.sol";
import { StreamTermsLib } from "./StreamTermsLib.sol";
import { ISuperTokenMinimal } from "./superfluid/ISuperfluidMinimal.sol";

/// @notice See IStreamOffers. A contract of its own because the rail has no room for it.
contract StreamOffers is IStreamOffers {
    IProtocolConfig private immutable _config;
    address private immutable _licenseToken;
    address private immutable _computeReceipts;
    address private immutable _proofRegistry;
    address private immutable _providerBond;

    constructor(
        address config,
        address licenseToken,
        address computeReceipts,
        address proofRegistry,
        address providerBond
    ) {
        _config = IProtocolConfig(config);
        // Of keepers and bond, zero has no code: then offers that name them are refused, and providers sign themselves.
        // slither-disable-start missing-zero-check
        _licenseToken = licenseToken;
        _computeReceipts = computeReceipts;
        _proofRegistry = proofRegistry;
        _providerBond = providerBond;
        // slither-disable-end missing-zero-check
    }

    /// @inheritdoc IStreamOffers
    function dealOf(
        address token,
        uint128 price,
        bytes32[2] calldata railTerms
    )
        external
        view
        returns (IStreamVault.Deal memory)
    {
        StreamTermsLib.check(railTerms, price);
        if (StreamTermsLib.isByEvidence(railTerms) && _keeperOf(railTerms).code.length == 0) {
            revert IStreamRail.StreamRail_NoEvidenceKept(StreamTermsLib.proof(railTerms));
        }
        return _dealOf(token, price, railTerms);
    }

    /// @inheritdoc IStreamOffers
    function liveDealOf(
        address token,
        uint128 price,
        bytes32[2] calldata railTerms
    )
        external
        view
        returns (IStreamVault.Deal memory)
    {
        StreamTermsLib.checkLive(railTerms);
        return _dealOf(token, price, railTerms);
    }

    /// @inheritdoc IStreamOffers
    function lastProvenAt(uint256 licenseId, bytes32[2] calldata railTerms) external view returns (uint40) {
        if (!StreamTermsLib.isByEvidence(railTerms)) return 0;
        uint8 leastAssurance = StreamTermsLib.leastAssurance(railTerms);
        return KeptEvidence.timeOf(
            _keeperOf(railTerms), abi.encodeCall(ILatestEvidence.lastProvenAt, (licenseId, leastAssurance))
        );
    }

    /// @inheritdoc IStreamOffers
    function isSignedFor(address provider, bytes32 structHash, bytes calldata signature) external view returns (bool) {
        return ProviderSignatures.areFor(_licenseToken, _providerBond, provider, structHash, signature);
    }

    /// @inheritdoc IStreamOffers
    function packTerms(IStreamRail.StreamTerms calldata terms) external pure returns (bytes32[2] memory) {
        return StreamTermsLib.pack(terms);
    }

    /// @inheritdoc IStreamOffers
    function unpackTerms(bytes32[2] calldata packed) external pure returns (IStreamRail.StreamTerms memory) {
        return StreamTermsLib.unpack(packed);
    }

    function _keeperOf(bytes32[2] calldata railTerms) private view returns (address) {
        return StreamTermsLib.proof(railTerms) == IStreamRail.Proof.ComputeReceipt ? _computeReceipts : _proofRegistry;
    }

    function _dealOf(
        address token,
        uint128 price,
        bytes32[2] calldata railTerms
    )
        private
        view
        returns (IStreamVault.Deal memory d)
    {
        d.superToken = _config.paymentToken(token).superToken;
        if (d.superToken == address(0)) revert IPaymentRail.PaymentRail_BadTerms("token");
        d.decimals = ISuperTokenMinimal(d.superToken).getUnderlyingDecimals();
        // Of more decimals a super token shows only the first 18.
        if (d.decimals > StreamDeals.SUPER_DECIMALS) revert IPaymentRail.PaymentRail_BadTerms("token");
        uint256 exact = price * StreamDeals.scaleOf(d.decimals) / StreamTermsLib.period(railTerms);
        if (exact == 0 || exact > uint96(type(int96).max)) revert IPaymentRail.PaymentRail_BadTerms("price");
        d.rate = uint96(exact);
    }
}
