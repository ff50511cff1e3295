// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Governed numbers that several contracts read
/// @notice Payment tokens with their fee, and the treasury. Every value has a hard bound in code; what a purchase uses is
/// fixed with the license, so no vote changes a deal already made.
interface IProtocolConfig {
    /// @param superToken Superfluid wrapper of the token, used to pay contributors through pools; zero when it has none.
    /// @param feeBps Protocol fee on everything released in this token, in basis points, at most MAX_FEE_BPS.
    /// @param allowed True when new sales may be priced in it.
    struct PaymentToken {
        address superToken;
        uint16 feeBps;
        bool allowed;
    }

    /// @notice A payment token was listed, changed or delisted. Values after the change.
    event PaymentTokenSet(address indexed token, address indexed superToken, uint16 feeBps, bool allowed);
    /// @notice The receiver of protocol fees changed.
    event TreasurySet(address indexed previous, address indexed current);

    /// @dev Thrown when a fee above the hard cap is set.
    error ProtocolConfig_FeeTooHigh(uint16 feeBps, uint16 maxFeeBps);
    /// @dev Thrown when `superToken` does not wrap `token`.
    error ProtocolConfig_WrongSuperToken(address token, address superToken, address underlying);
    /// @dev Thrown when a super token, once set, is replaced: pools exist in it.
    error ProtocolConfig_SuperTokenFixed(address token, address superToken);
    /// @dev Thrown when an address that must be set is zero.
    error ProtocolConfig_ZeroAddress();
    /// @dev Thrown when a setter would change nothing.
    error ProtocolConfig_NoChange();

    /// @notice Hard cap of the protocol fee, in basis points.
    function MAX_FEE_BPS() external view returns (uint16);

    /// @notice Lists, changes or delists a payment token. Restricted.
    /// @dev Emits PaymentTokenSet. Delisting stops new sales only.
    function setPaymentToken(address token, address superToken, uint16 feeBps, bool allowed) external;

    /// @notice Sets who receives protocol fees. Restricted. Emits TreasurySet.
    function setTreasury(address treasury_) external;

    /// @notice All that is known of a payment token; all zero for a token never listed. One storage slot.
    function paymentToken(address token) external view returns (PaymentToken memory);

    /// @notice Receiver of protocol fees.
    function treasury() external view returns (address);
}
