// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { LicenseHead } from "../../types/LicenseHead.sol";

/// @title Licenses: ERC-721, ERC-5192 (locked unless terms allow transfer), ERC-2981
/// @notice A license is pinned at purchase to version, encoding, terms, split, fee and rail; the rest (provider, arbitrator,
/// rail terms) is committed by its offer id and presented when needed. `accessOf` says why not, never only false.
interface ILicenseToken {
    /// @notice The answer to "may this user use this version so, now?". `Granted` is the only yes.
    enum Access {
        None,
        Granted,
        NotHolder,
        Expired,
        Revoked,
        Frozen,
        PaymentLapsed,
        QuotaExhausted,
        Breach,
        Closed,
        UseNotLicensed,
        VersionNotLicensed,
        DatasetSuspended
    }

    /// @notice A license's head, one storage slot (docs/decisions: bit layouts). Times in seconds; expiry 0 means no end.
    struct License {
        uint40 datasetId;
        uint24 version;
        uint16 encoding;
        uint40 start;
        uint40 expiry;
        uint32 termsIndex;
        uint16 split;
        uint16 feeBps;
        uint16 uses;
        uint8 rail;
        uint8 flags;
    }

    /// @notice A resale that waits for the owner's refusal, in the token that the license was bought with.
    /// @param announcedAt 0 when none is announced.
    struct Resale {
        address buyer;
        uint40 announcedAt;
        uint128 price;
    }

    /// @notice A period of delegated access.
    struct Delegation {
        uint40 from;
        uint40 until;
    }

    /// @notice A past holder and when holding ended.
    struct PastHolder {
        address holder;
        uint40 until;
    }

    /// @notice A license was minted. With the offer of `offerId` this is complete.
    event LicenseMinted(uint256 indexed licenseId, bytes32 indexed offerId, address indexed licensee, License license);
    /// @notice ERC-5192: the token cannot be transferred.
    event Locked(uint256 tokenId);
    /// @notice ERC-5192: the token can be transferred.
    event Unlocked(uint256 tokenId);
    /// @notice The caller selected the license that answers `hasValidLicense` for this dataset and version; 0 clears.
    event LicenseActivated(address indexed user, uint256 indexed datasetId, uint32 indexed version, uint256 licenseId);
    /// @notice The holder gave `delegate` access until `until`.
    event AccessDelegated(uint256 indexed licenseId, address indexed holder, address indexed delegate, uint40 until);
    /// @notice The holder took access back.
    event DelegationEnded(uint256 indexed licenseId, address indexed holder, address indexed delegate);
    /// @notice The rail or the dispute manager (`by`) froze access or ended its own freeze.
    /// @param held Whether `by` holds a freeze now.
    /// @param frozen Whether anyone does, which is what stops access.
    event LicenseFrozen(uint256 indexed licenseId, address indexed by, bool held, bool frozen);
    /// @notice The rail ended the license (refund, withdrawal, close).
    event LicenseEnded(uint256 indexed licenseId);
    /// @notice The license was revoked, in effect from `effectiveAt`, by its owner's right in the terms or by ruling.
    event LicenseRevoked(uint256 indexed licenseId, address indexed by, uint40 effectiveAt);
    /// @notice The holder wants to sell to `buyer` for `price`. The dataset's owner may take the license at that price until
    /// `refusalUntil`; after that, until `openUntil`, it can move to `buyer` alone.
    event ResaleAnnounced(
        uint256 indexed licenseId,
        address indexed holder,
        address indexed buyer,
        uint128 price,
        uint40 refusalUntil,
        uint40 openUntil
    );
    /// @notice The holder took the announcement back.
    event ResaleCancelled(uint256 indexed licenseId, address indexed holder);
    /// @notice A payment rail got an index. `live` rails are asked for standing at every access.
    event RailAdded(uint8 indexed index, address indexed rail, bool live);
    /// @notice A rail takes new sales, or no longer.
    event RailSellsSet(uint8 indexed index, bool sells);

    /// @dev Thrown when the license does not exist.
    error LicenseToken_Unknown(uint256 licenseId);
    /// @dev Thrown when the caller is not the market.
    error LicenseToken_NotMarket(address caller);
    /// @dev Thrown when the caller is not the license's rail.
    error LicenseToken_NotRail(uint256 licenseId, address caller);
    /// @dev Thrown when the caller is neither the license's rail nor the dispute manager.
    error LicenseToken_NotRailOrDispute(uint256 licenseId, address caller);
    /// @dev Thrown when the caller does not hold the license.
    error LicenseToken_NotHolder(uint256 licenseId, address caller);
    /// @dev Thrown when a locked license is moved.
    error LicenseToken_Locked(uint256 licenseId);
    /// @dev Thrown when a frozen, ended, revoked or expired license is moved.
    error LicenseToken_NotTransferableNow(uint256 licenseId);
    /// @dev Thrown when a license is activated for a dataset that it is not of and has no component of, or for a version that
    /// it does not cover.
    error LicenseToken_WrongDataset(uint256 licenseId, uint256 licensedId, uint256 datasetId, uint32 version);
    /// @dev Thrown when the terms do not let the owner revoke.
    error LicenseToken_NotRevocable(uint256 licenseId);
    /// @dev Thrown when the caller is not the dataset registry.
    error LicenseToken_NotRegistry(address caller);
    /// @dev Thrown when the caller does not own the dataset of the license.
    error LicenseToken_NotDatasetOwner(uint256 licenseId, address caller, address owner);
    /// @dev Thrown when a license already ended, expired or was revoked.
    error LicenseToken_AlreadyEnded(uint256 licenseId);
    /// @dev Thrown when a delegation would end in the past, goes to the holder or nobody, or is taken back when none runs.
    error LicenseToken_BadDelegation(address delegate, uint40 until);
    /// @dev Thrown when a rail index is taken, zero, or the rail is no contract.
    error LicenseToken_BadRail(uint8 index, address rail);
    /// @dev Thrown when no rail sells under this index.
    error LicenseToken_RailNotForSale(uint8 index);
    /// @dev Thrown when a rail's sales are already as asked.
    error LicenseToken_NoChange(uint8 index, bool sells);
    /// @dev Thrown when terms with a first refusal bar the move: nothing was announced for `to` (both times zero), or it is
    /// not open now; `from` and `until` are the first and last second at which it is.
    error LicenseToken_FirstRefusal(uint256 licenseId, address to, uint256 from, uint256 until);
    /// @dev Thrown when a resale is announced under terms that give the owner no first refusal, or to nobody.
    error LicenseToken_NothingToAnnounce(uint256 licenseId, address buyer);
    /// @dev Thrown when no resale is announced, or the owner's time to take it, until `until`, is over.
    error LicenseToken_NothingToTake(uint256 licenseId, uint256 until);

    /// @notice Mints a license. Only the market. Emits Transfer, Locked or Unlocked, LicenseMinted.
    /// @param head Head of the license, packed; the token sets `start` to the present and the flags from `termsFlags`, `exclusive` and the rail.
    /// @param termsFlags Bits of TermsFlags.
    /// @param exclusive Whether the license is exclusive.
    /// @return licenseId Sequential, from 1.
    /// @return rail The rail's address, so that the market asks once.
    function mint(
        address licensee,
        bytes32 offerId,
        LicenseHead head,
        uint16 termsFlags,
        bool exclusive
    )
        external
        returns (uint256 licenseId, address rail);
    /// @notice Freezes or unfreezes access. Only the license's rail or the dispute manager; each ends only its own freeze.
    function setFrozen(uint256 licenseId, bool frozen) external;
    /// @notice Ends the license. Only its rail.
    function end(uint256 licenseId) external;
    /// @notice Revokes under terms that allow it, after their notice. Only the dataset's owner. A license whose notice runs
    /// still gives access.
    function revoke(uint256 licenseId) external;
    /// @notice Revokes at once by ruling. Only the dispute manager.
    function revokeByRuling(uint256 licenseId) external;
    /// @notice Selects (or with licenseId 0 clears) the license that answers `hasValidLicense` for the caller: a license of the
    /// dataset, or of a bundle that has this version as component.
    function activate(uint256 licenseId, uint256 datasetId, uint32 version) external;
    /// @notice Gives access to another address until a time. Only the holder; a transfer ends all delegations.
    function delegate(uint256 licenseId, address to, uint40 until) external;
    /// @notice Takes delegated access back. Only the holder.
    function undelegate(uint256 licenseId, address to) external;
    /// @notice Announces a resale, or another one instead, which starts the owner's time anew. Only the holder, under terms
    /// with a first refusal: such a license moves no other way.
    /// @param price Base units of the token that the license was bought with.
    function announceResale(uint256 licenseId, address buyer, uint128 price) external;
    /// @notice Takes an announcement back. Only the holder.
    function cancelResale(uint256 licenseId) external;
    /// @notice Moves an announced license to the dataset's owner, who pays for it in the same call. Only the market.
    function takeResale(uint256 licenseId, address owner) external returns (address holder, uint128 price);
    /// @notice Gives a rail its index, for good; it sells from then on. Restricted.
    function addRail(uint8 index, address rail, bool live) external;
    /// @notice Lets a rail take new sales or not; licenses sold live on. Restricted.
    function setRailSells(uint8 index, bool sells) external;
    /// @notice Stops new sales through a rail. Restricted to guardians, who can only stop. Emits RailSellsSet.
    function stopRailSales(uint8 index) external;

    /// @notice Suspends access to a version, or lifts that; version 0 is the whole dataset. Only the registry, whose status events
    /// tell of it.
    function setSuspended(uint256 datasetId, uint32 version, bool suspended) external;

    /// @notice Why `user` may (Granted) or may not use `version` of the license's dataset for all of `uses` now.
    /// @dev The first reason that applies, in this order: NotHolder (also for an unknown license), Closed (ended by its
    /// rail), Revoked, Expired, Frozen, UseNotLicensed (also when no use is asked: default deny), VersionNotLicensed (also
    /// for a version that does not exist), DatasetSuspended, then for live rails Frozen, PaymentLapsed, QuotaExhausted,
    /// Breach or Closed. A live rail that reverts or answers nonsense gives PaymentLapsed. Escrow needs no rail call.
    function accessOf(uint256 licenseId, address user, uint32 version, uint16 uses) external view returns (Access);
    /// @notice The same for any dataset: the license's own, or a component when the version that was sold is a bundle. What
    /// key services and gateways ask, because it cannot be asked of the wrong dataset.
    /// @dev A component is a parent of the sold version, in the version linked, whose owner granted `bundle`; one level. For a
    /// component: whatever `accessOf` refuses of the bundle itself, then VersionNotLicensed (no component in this version),
    /// then DatasetSuspended (the component is). Uses are those of the bundle's license.
    function accessTo(
        uint256 licenseId,
        address user,
        uint256 datasetId,
        uint32 version,
        uint16 uses
    )
        external
        view
        returns (Access);
    /// @notice True exactly when `accessTo` is Granted for the license that `user`, and only `user`, selected.
    function hasValidLicense(address user, uint256 datasetId, uint32 version, uint16 uses) external view returns (bool);
    /// @notice A license's head; reverts when unknown.
    function licenseOf(uint256 licenseId) external view returns (License memory);
    /// @notice The offer that a license was bought from; zero when unknown.
    function offerIdOf(uint256 licenseId) external view returns (bytes32);
    /// @notice Who the license was sold to, whoever holds it now; zero when unknown.
    function licenseeOf(uint256 licenseId) external view returns (address);
    /// @notice What a rail or the distributor needs: head, offer id and the rail's address; reverts when unknown.
    function dealOf(uint256 licenseId) external view returns (License memory license, bytes32 offerId, address rail);
    /// @notice What a release needs, at the least cost: the packed head and the rail's address; reverts when unknown.
    function releaseOf(uint256 licenseId) external view returns (LicenseHead head, address rail);
    /// @notice Whether the license is neither ended, revoked nor expired now (payment standing not asked).
    function isLive(uint256 licenseId) external view returns (bool);
    /// @notice The license that `user` selected, 0 when none.
    function activeLicense(address user, uint256 datasetId, uint32 version) external view returns (uint256 licenseId);
    /// @notice The present holder's delegation to `to`.
    function delegationOf(uint256 licenseId, address to) external view returns (Delegation memory);
    /// @notice Whether `user` was holder or delegate in every second from `from` to `to` (both included), by stored history.
    /// False when `to` lies ahead. Says nothing of expiry or freezes.
    function heldThroughout(uint256 licenseId, address user, uint40 from, uint40 to) external view returns (bool);
    /// @notice The license's packed head where `heldThroughout` is true, zero where it is not.
    function headIfHeld(
        uint256 licenseId,
        address user,
        uint40 from,
        uint40 to
    )
        external
        view
        returns (LicenseHead head);
    /// @notice The resale that is announced, all zero when none.
    function resaleOf(uint256 licenseId) external view returns (Resale memory);
    /// @notice Seconds after an announcement in which the owner may take the license.
    function REFUSAL_WINDOW() external view returns (uint40);
    /// @notice Seconds after that in which it can move to the announced buyer.
    function RESALE_WINDOW() external view returns (uint40);
    /// @notice The rail at an index.
    function railAt(uint8 index) external view returns (address rail, bool live, bool sells);
    /// @notice ERC-5192.
    function locked(uint256 licenseId) external view returns (bool);
    /// @notice Number of licenses minted; ids run from 1 to this.
    function licenseCount() external view returns (uint256);
    /// @notice The domain separator of all Colophon EIP-712 messages.
    function DOMAIN_SEPARATOR() external view returns (bytes32);
}
