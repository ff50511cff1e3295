// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What is for sale, whole and static. An offer is its content: `offerId = keccak256(abi.encode(offer))`, so what
/// is signed is what is bought, and storage keeps only the offer's state.
/// @param seller Owner of the dataset who opened the offer; buying fails once the title has moved.
/// @param salt Free number: distinguishes equal offers and reopens a closed one.
/// @param datasetId Dataset sold, below 2^40.
/// @param version Version sold, from 1.
/// @param encoding Encoding delivered, from 1; its provider is `provider`.
/// @param termsId Registered terms (see ITermsRegistry).
/// @param split Split among contributors that the sale pins, 0 for the owner alone.
/// @param token Payment token.
/// @param price Price in base units of `token`. What it buys is the rail's business: a sum, a rate, a deposit.
/// @param rail Index of the payment rail.
/// @param railTerms The rail's own terms, packed by the rail (see IEscrowRail.EscrowTerms).
/// @param provider Who accepted the encoding and serves it.
/// @param arbitrator Who rules when money is contested; zero means nobody, the default of the rail terms decides.
/// @param opensAt First second at which it sells, 0 for at once.
/// @param closesAt First second at which it no longer sells, 0 for never.
/// @param editions Licenses it sells at most, 0 for no limit.
/// @param exclusive True when nothing else of this version may be sold while a license from this offer lives.
struct Offer {
    address seller;
    uint256 salt;
    uint256 datasetId;
    uint32 version;
    uint16 encoding;
    bytes32 termsId;
    uint16 split;
    address token;
    uint128 price;
    uint8 rail;
    bytes32[2] railTerms;
    address provider;
    address arbitrator;
    uint40 opensAt;
    uint40 closesAt;
    uint32 editions;
    bool exclusive;
}
