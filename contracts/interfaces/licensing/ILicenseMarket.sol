// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Offer } from "../../types/Offer.sol";

/// @title Offers, and the one door through which a license is bought
/// @notice An offer is content-addressed; storage keeps its state in one slot. `buy` presents the whole offer. Payment
/// tokens are approved to the market alone, whatever the rail.
interface ILicenseMarket {
    enum OfferStatus {
        None,
        Open,
        Closed
    }

    /// @notice State of an offer, one storage slot. Uses, flags and duration are copied from the terms when it opens.
    struct OfferState {
        OfferStatus status;
        uint32 sold;
        uint40 openedAt;
        uint32 termsIndex;
        uint16 uses;
        uint16 flags;
        uint40 duration;
    }

    /// @notice One purchase.
    /// @param licensee Who gets the license.
    /// @param reference_ Free 32 bytes for the buyer's books; emitted only.
    /// @param railData What the rail needs from the buyer.
    struct Purchase {
        Offer offer;
        address licensee;
        bytes32 reference_;
        bytes railData;
    }

    /// @notice EIP-2612 permit for the market. A permit that was already used is no failure when the allowance is there.
    struct Permit {
        uint256 value;
        uint256 deadline;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    /// @notice EIP-3009 ReceiveWithAuthorization to the market. Its nonce must be `authorizationNonce(...)`, which binds it
    /// to this very purchase; anyone may then submit it.
    struct Authorization {
        address from;
        uint256 validAfter;
        uint256 validBefore;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    /// @notice Permit2 SignatureTransfer with a PurchaseWitness; anyone may submit it.
    struct Permit2Transfer {
        address from;
        uint256 nonce;
        uint256 deadline;
        bytes signature;
    }

    /// @notice An offer was opened. Complete.
    event OfferOpened(bytes32 indexed offerId, address indexed seller, uint256 indexed datasetId, Offer offer);
    /// @notice An offer was closed for good.
    event OfferClosed(bytes32 indexed offerId);
    /// @notice A license was sold. `sold` counts from 1; `due` was paid to the rail at once.
    event LicenseSold(
        uint256 indexed licenseId,
        bytes32 indexed offerId,
        address indexed licensee,
        address payer,
        uint128 due,
        uint32 sold,
        bytes32 reference_
    );

    /// @notice The owner took a license at the price that its holder had announced, and `holder` was paid.
    event ResaleTaken(
        uint256 indexed licenseId, address indexed owner, address indexed holder, address token, uint128 price
    );

    /// @dev Thrown when an offer is opened twice, or a closed one again.
    error LicenseMarket_OfferExists(bytes32 offerId, OfferStatus status);
    /// @dev Thrown when an offer is not open: never opened, altered since it was quoted, or closed.
    error LicenseMarket_OfferNotOpen(bytes32 offerId, OfferStatus status);
    /// @dev Thrown when the caller is not the offer's seller.
    error LicenseMarket_NotSeller(address caller, address seller);
    /// @dev Thrown when the seller does not own the dataset (any more).
    error LicenseMarket_SellerNotOwner(uint256 datasetId, address seller, address owner);
    /// @dev Thrown when the version does not sell now; `status` is IDatasetRegistry.Status.
    error LicenseMarket_VersionNotForSale(uint256 datasetId, uint32 version, uint8 status);
    /// @dev Thrown when the encoding is retired (`provider` zero) or another provider accepted it.
    error LicenseMarket_EncodingNotForSale(uint256 datasetId, uint32 version, uint16 encoding, address provider);
    /// @dev Thrown when an offer asks for a split that does not exist.
    error LicenseMarket_UnknownSplit(uint256 datasetId, uint16 split);
    /// @dev Thrown when the payment token is not allowed for new sales.
    error LicenseMarket_TokenNotAllowed(address token);
    /// @dev Thrown when no rail has this index, or it takes no new sales.
    error LicenseMarket_RailNotForSale(uint8 rail);
    /// @dev Thrown when the offer opens later.
    error LicenseMarket_NotYetOpen(bytes32 offerId, uint40 opensAt);
    /// @dev Thrown when the offer's time is over.
    error LicenseMarket_OfferEnded(bytes32 offerId, uint40 closesAt);
    /// @dev Thrown when all editions are sold.
    error LicenseMarket_SoldOut(bytes32 offerId, uint32 editions);
    /// @dev Thrown when a live license holds the version exclusively.
    error LicenseMarket_ExclusivelyLicensed(uint256 datasetId, uint32 version, uint256 licenseId);
    /// @dev Thrown when fewer base units arrived at the rail than are due: fee-on-transfer and rebasing tokens are refused.
    error LicenseMarket_TransferTax(address token, uint256 expected, uint256 received);
    /// @dev Thrown when a field of the offer has bits set beyond its width.
    error LicenseMarket_NotCanonical();
    /// @dev Thrown when a field that must be set is zero: `field` names it.
    error LicenseMarket_ZeroField(bytes32 field);
    /// @dev Thrown when a bulk purchase has more than MAX_BULK entries or none.
    error LicenseMarket_BulkSize(uint256 given, uint256 max);
    /// @dev Thrown when a signed funding path meets a rail that takes another amount than the offer's price.
    error LicenseMarket_DueMismatch(uint128 funded, uint128 due);
    /// @dev Thrown when someone else than the signer submits a Permit2 purchase with rail data, which its witness does not
    /// bind.
    error LicenseMarket_RailDataNotSigned(address caller, address signer);

    /// @dev Thrown when the offer is not the one that the license was bought from.
    error LicenseMarket_WrongOffer(uint256 licenseId, bytes32 expected, bytes32 given);
    /// @dev Thrown when a resale is announced at another price than the owner agreed to.
    error LicenseMarket_PriceChanged(uint256 licenseId, uint128 agreed, uint128 asked);

    /// @notice Most purchases in one bulk call.
    function MAX_BULK() external view returns (uint256);

    /// @notice Opens an offer. Only its seller, who must own the dataset; terms and split must exist. Emits OfferOpened.
    /// @dev What may change until a sale is checked at every sale, not here: status, encoding, token, rail and its terms.
    function open(Offer calldata offer) external returns (bytes32 offerId);
    /// @notice Closes an offer for good. Only its seller or the dataset's present owner. Emits OfferClosed.
    function close(Offer calldata offer) external;

    /// @notice Buys a license; the caller pays out of an allowance to the market. Emits LicenseSold.
    /// @dev An exclusive sale bars every later sale of its version, by any offer, until that license ended, expired or was
    /// revoked in effect, or is not in standing on a rail that is asked for it (a stream that stopped, a breach); also of
    /// bundles that have the version as component. Licenses sold before it live on, and other versions sell.
    function buy(
        Offer calldata offer,
        address licensee,
        bytes32 reference_,
        bytes calldata railData
    )
        external
        returns (uint256 licenseId);
    /// @notice Buys with an EIP-2612 permit of the caller.
    function buyWithPermit(Purchase calldata purchase, Permit calldata permit) external returns (uint256 licenseId);
    /// @notice Buys with an EIP-3009 authorization of `authorization.from`, who is the payer.
    function buyWithAuthorization(
        Purchase calldata purchase,
        Authorization calldata authorization
    )
        external
        returns (uint256 licenseId);
    /// @notice Buys with a Permit2 signature of `transfer.from`, who is the payer.
    function buyWithPermit2(
        Purchase calldata purchase,
        Permit2Transfer calldata transfer
    )
        external
        returns (uint256 licenseId);
    /// @notice Buys several licenses out of the caller's allowances; all or nothing.
    function buyMany(Purchase[] calldata purchases) external returns (uint256[] memory licenseIds);

    /// @notice Takes a license that its holder announced to sell, for the price announced, out of the caller's allowance to the
    /// market. Only the dataset's owner, under terms with a first refusal, in time (ILicenseToken.announceResale).
    /// @param offer The offer that the license was bought from; its token is the one paid in.
    /// @param price The price that the caller agrees to: an announcement can be replaced until the last moment.
    function takeResale(uint256 licenseId, Offer calldata offer, uint128 price) external;

    /// @notice `keccak256(abi.encode(offer))`.
    function offerIdOf(Offer calldata offer) external pure returns (bytes32 offerId);
    /// @notice State of an offer; all zero when never opened.
    function offerState(bytes32 offerId) external view returns (OfferState memory);
    /// @notice The license that holds a version exclusively now, 0 when none.
    function exclusiveLicense(uint256 datasetId, uint32 version) external view returns (uint256 licenseId);
    /// @notice The EIP-3009 nonce that binds an authorization to a purchase:
    /// `keccak256(abi.encode(offerId, licensee, reference_, keccak256(railData)))`; buying the same again needs another reference.
    function authorizationNonce(
        bytes32 offerId,
        address licensee,
        bytes32 reference_,
        bytes calldata railData
    )
        external
        pure
        returns (bytes32 nonce);
}
