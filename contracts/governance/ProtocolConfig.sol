// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ColophonUpgradeable } from "../common/ColophonUpgradeable.sol";
import { IProtocolConfig } from "../interfaces/governance/IProtocolConfig.sol";

/// @dev The one function of a Superfluid SuperToken that listing a payment token needs.
interface ISuperTokenUnderlying {
    function getUnderlyingToken() external view returns (address);
}

/// @title Governed numbers that several contracts read
contract ProtocolConfig is IProtocolConfig, ColophonUpgradeable {
    /// @custom:storage-location erc7201:colophon.storage.ProtocolConfig
    struct ProtocolConfigStorage {
        mapping(address token => PaymentToken) paymentTokens;
        address treasury;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.ProtocolConfig")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _STORAGE_SLOT = 0xdadf37485559d36dac628c26bd9d8dab040084d0243a206d7dfff406055ecd00;

    /// @inheritdoc IProtocolConfig
    uint16 public constant MAX_FEE_BPS = 500;

    /// @notice Sets the authority and the first treasury. Once, by the proxy's constructor.
    function initialize(address authority_, address treasury_) external initializer {
        __AccessManaged_init(authority_);
        _setTreasury(treasury_);
    }

    /// @inheritdoc IProtocolConfig
    function setPaymentToken(address token, address superToken, uint16 feeBps, bool allowed) external restricted {
        require(token != address(0), ProtocolConfig_ZeroAddress());
        require(feeBps <= MAX_FEE_BPS, ProtocolConfig_FeeTooHigh(feeBps, MAX_FEE_BPS));
        PaymentToken storage stored = _storage().paymentTokens[token];
        _checkSuperToken(token, superToken, stored.superToken);
        require(
            superToken != stored.superToken || feeBps != stored.feeBps || allowed != stored.allowed,
            ProtocolConfig_NoChange()
        );
        (stored.superToken, stored.feeBps, stored.allowed) = (superToken, feeBps, allowed);
        emit PaymentTokenSet(token, superToken, feeBps, allowed);
    }

    /// @inheritdoc IProtocolConfig
    function setTreasury(address treasury_) external restricted {
        require(treasury_ != _storage().treasury, ProtocolConfig_NoChange());
        _setTreasury(treasury_);
    }

    /// @inheritdoc IProtocolConfig
    function paymentToken(address token) external view returns (PaymentToken memory) {
        return _storage().paymentTokens[token];
    }

    /// @inheritdoc IProtocolConfig
    function treasury() external view returns (address) {
        return _storage().treasury;
    }

    function _setTreasury(address treasury_) private {
        require(treasury_ != address(0), ProtocolConfig_ZeroAddress());
        ProtocolConfigStorage storage $ = _storage();
        emit TreasurySet($.treasury, treasury_);
        $.treasury = treasury_;
    }

    /// @dev A super token stays: contributors' pools exist in it. It must wrap exactly this token.
    function _checkSuperToken(address token, address superToken, address current) private view {
        if (superToken == current) return;
        require(current == address(0), ProtocolConfig_SuperTokenFixed(token, current));
        address underlying = ISuperTokenUnderlying(superToken).getUnderlyingToken();
        require(underlying == token, ProtocolConfig_WrongSuperToken(token, superToken, underlying));
    }

    function _storage() private pure returns (ProtocolConfigStorage storage $) {
        assembly ("memory-safe") {
            $.slot := _STORAGE_SLOT
        }
    }
}
