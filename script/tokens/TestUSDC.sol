// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import { ERC20Permit } from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title A stand-in for USDC on local chains: 6 decimals, EIP-2612, EIP-3009, free to mint
/// @dev Refuses to exist on any other chain.
contract TestUSDC is ERC20Permit {
    /// @notice EIP-3009: an authorization was used.
    event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce);
    /// @notice EIP-3009: an authorization was cancelled.
    event AuthorizationCanceled(address indexed authorizer, bytes32 indexed nonce);

    /// @dev Thrown on a chain that is not local.
    error TestUSDC_LocalOnly(uint256 chainId);
    /// @dev Thrown before an authorization may be used.
    error TestUSDC_NotYetValid(uint256 validAfter);
    /// @dev Thrown when an authorization's time is over.
    error TestUSDC_Expired(uint256 validBefore);
    /// @dev Thrown when an authorization was used or cancelled.
    error TestUSDC_AuthorizationUsed(address authorizer, bytes32 nonce);
    /// @dev Thrown when an authorization is not signed by its authorizer.
    error TestUSDC_BadSignature(address authorizer, address signer);
    /// @dev Thrown when somebody else than the payee uses a ReceiveWithAuthorization.
    error TestUSDC_CallerNotPayee(address caller, address payee);

    bytes32 public constant TRANSFER_WITH_AUTHORIZATION_TYPEHASH = keccak256(
        "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 public constant RECEIVE_WITH_AUTHORIZATION_TYPEHASH = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 public constant CANCEL_AUTHORIZATION_TYPEHASH =
        keccak256("CancelAuthorization(address authorizer,bytes32 nonce)");

    /// @notice EIP-3009: whether an authorization was used or cancelled.
    mapping(address authorizer => mapping(bytes32 nonce => bool used)) public authorizationState;

    constructor() ERC20("Test USDC", "USDC") ERC20Permit("Test USDC") {
        require(block.chainid == 31_337, TestUSDC_LocalOnly(block.chainid));
    }

    /// @notice Mints to anyone, for anyone.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice EIP-3009: moves money that `from` signed away; anyone may submit.
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    )
        external
    {
        bytes32 structHash = keccak256(
            abi.encode(TRANSFER_WITH_AUTHORIZATION_TYPEHASH, from, to, value, validAfter, validBefore, nonce)
        );
        _use(from, validAfter, validBefore, nonce, structHash, abi.encodePacked(r, s, v));
        _transfer(from, to, value);
    }

    /// @notice EIP-3009: moves money that `from` signed to `to`; only `to` may submit.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    )
        external
    {
        require(msg.sender == to, TestUSDC_CallerNotPayee(msg.sender, to));
        bytes32 structHash = keccak256(
            abi.encode(RECEIVE_WITH_AUTHORIZATION_TYPEHASH, from, to, value, validAfter, validBefore, nonce)
        );
        _use(from, validAfter, validBefore, nonce, structHash, abi.encodePacked(r, s, v));
        _transfer(from, to, value);
    }

    /// @notice EIP-3009: makes an authorization unusable.
    function cancelAuthorization(address authorizer, bytes32 nonce, uint8 v, bytes32 r, bytes32 s) external {
        bytes32 structHash = keccak256(abi.encode(CANCEL_AUTHORIZATION_TYPEHASH, authorizer, nonce));
        _checkSignature(authorizer, nonce, structHash, abi.encodePacked(r, s, v));
        authorizationState[authorizer][nonce] = true;
        emit AuthorizationCanceled(authorizer, nonce);
    }

    /// @inheritdoc ERC20
    function decimals() public pure override returns (uint8) {
        return 6;
    }

    function _use(
        address from,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes32 structHash,
        bytes memory signature
    )
        private
    {
        require(block.timestamp > validAfter, TestUSDC_NotYetValid(validAfter));
        require(block.timestamp < validBefore, TestUSDC_Expired(validBefore));
        _checkSignature(from, nonce, structHash, signature);
        authorizationState[from][nonce] = true;
        emit AuthorizationUsed(from, nonce);
    }

    function _checkSignature(
        address authorizer,
        bytes32 nonce,
        bytes32 structHash,
        bytes memory signature
    )
        private
        view
    {
        require(!authorizationState[authorizer][nonce], TestUSDC_AuthorizationUsed(authorizer, nonce));
        address signer = ECDSA.recover(_hashTypedDataV4(structHash), signature);
        require(signer == authorizer, TestUSDC_BadSignature(authorizer, signer));
    }
}
