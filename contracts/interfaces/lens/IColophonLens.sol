// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Offer } from "../../types/Offer.sol";
import { IProtocolConfig } from "../governance/IProtocolConfig.sol";
import { ILicenseMarket } from "../licensing/ILicenseMarket.sol";
import { ILicenseToken } from "../licensing/ILicenseToken.sol";
import { ITermsRegistry } from "../licensing/ITermsRegistry.sol";
import { IEscrowRail } from "../payments/IEscrowRail.sol";
import { IPaymentRail } from "../payments/IPaymentRail.sol";
import { IDatasetRegistry } from "../registry/IDatasetRegistry.sol";

/// @title Reads that would otherwise take many calls
/// @notice Only reads, only of one block, never imported by another contract: what a screen needs in one answer.
interface IColophonLens {
    /// @notice Everything about a license.
    /// @param holder Owner of the license.
    /// @param access Whether the holder may use the licensed version for all licensed uses now, and if not why.
    /// @param live Neither ended, revoked nor expired.
    /// @param locked Cannot be transferred.
    /// @param rail Address of the payment rail.
    /// @param standing What the rail says; None when the rail does not answer, which counts as denied.
    /// @param hold The escrow hold, all zero with another rail.
    /// @param status The status of the version that counts.
    /// @param manifestURI `ipfs://` address of the licensed version's manifest.
    struct LicenseView {
        uint256 licenseId;
        address holder;
        ILicenseToken.License license;
        bytes32 offerId;
        ILicenseToken.Access access;
        bool live;
        bool locked;
        address rail;
        IPaymentRail.Standing standing;
        IEscrowRail.Hold hold;
        bytes32 termsId;
        ITermsRegistry.Terms terms;
        address datasetOwner;
        IDatasetRegistry.Status status;
        IDatasetRegistry.Encoding encoding;
        string manifestURI;
    }

    /// @notice A dataset with its newest version.
    struct DatasetView {
        uint256 datasetId;
        address owner;
        uint32 versionCount;
        IDatasetRegistry.Version version;
        IDatasetRegistry.Status status;
        IDatasetRegistry.Parent[] parents;
        uint256 exclusiveLicense;
        string manifestURI;
    }

    /// @notice Why an offer cannot be bought now; one for each of the market's errors.
    enum Obstacle {
        NotOpened,
        Closed,
        SellerNotOwner,
        VersionNotForSale,
        EncodingNotForSale,
        TokenNotAllowed,
        RailNotForSale,
        NotYetOpen,
        Ended,
        SoldOut,
        ExclusivelyLicensed
    }

    /// @notice An offer as it stands.
    /// @param buyable No obstacle. Balance, allowance and what the rail asks of the buyer are not looked at.
    /// @param obstacles All of them, in the order of the enum.
    /// @param remaining Editions left; the largest number when there is no limit.
    /// @param exclusiveLicense The license that holds the version, or a component that it bundles, exclusively; 0 when none does.
    struct Quote {
        bytes32 offerId;
        bool buyable;
        Obstacle[] obstacles;
        ILicenseMarket.OfferState state;
        uint256 remaining;
        uint256 exclusiveLicense;
        IProtocolConfig.PaymentToken token;
        IDatasetRegistry.SaleState sale;
    }

    /// @notice A use that somebody wants to make under a license.
    struct Claim {
        uint256 licenseId;
        uint32 version;
        uint16 uses;
    }

    /// @notice Whether a claim is covered, and the roots that a proof about it has to name.
    struct Coverage {
        ILicenseToken.Access access;
        uint256 datasetId;
        bytes32 contentRoot;
        bytes32 recordRoot;
        bytes32 revokedRoot;
    }

    /// @dev Thrown when more entries are asked for than one answer gives.
    error ColophonLens_TooMany(uint256 given, uint256 max);

    /// @notice Most entries of one page or list.
    function MAX_ENTRIES() external view returns (uint256);
    /// @notice Everything about a license; reverts when unknown.
    function licenseView(uint256 licenseId) external view returns (LicenseView memory);
    /// @notice Everything about several licenses, at most MAX_ENTRIES.
    function licenseViews(uint256[] calldata licenseIds) external view returns (LicenseView[] memory);
    /// @notice Datasets in order of publication.
    /// @param fromId First dataset, from 1.
    /// @param limit Most entries wanted, at most MAX_ENTRIES.
    /// @return page Datasets from `fromId` on.
    /// @return nextId Where the next page starts, 0 when there is none.
    function catalogue(uint256 fromId, uint256 limit) external view returns (DatasetView[] memory page, uint256 nextId);
    /// @notice Whether an offer can be bought now, and all reasons why not.
    function offerQuote(Offer calldata offer) external view returns (Quote memory);
    /// @notice Which of `user`'s intended uses its licenses cover now, at most MAX_ENTRIES.
    function coverage(address user, Claim[] calldata claims) external view returns (Coverage[] memory);
}
