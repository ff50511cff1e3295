// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseMarket } from "../../../../contracts/interfaces/licensing/ILicenseMarket.sol";
import { DeployPermit2 } from "../../../../node_modules/@uniswap/v4-periphery/lib/permit2/test/utils/DeployPermit2.sol";
import { LicensingFixture } from "../LicensingFixture.sol";
import { DollarToken } from "../doubles/PaymentTokens.sol";

/// @notice Signatures that pay: EIP-2612, EIP-3009 and Permit2 (its published code), each for any chain id.
abstract contract SignedFixture is LicensingFixture {
    bytes32 internal constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 internal constant PERMIT_TYPEHASH =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
    bytes32 internal constant RECEIVE_TYPEHASH = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 internal constant PERMIT2_TYPEHASH = keccak256(
        "PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,PurchaseWitness witness)PurchaseWitness(bytes32 offerId,address licensee,bytes32 reference)TokenPermissions(address token,uint256 amount)"
    );

    function setUp() public virtual override {
        // Permit2's published code carries the domain of the address it was first built for on chain 31337; on every other
        // chain it computes its own.
        vm.chainId(8453);
        super.setUp();
        new DeployPermit2().deployPermit2();
        vm.startPrank(buyer);
        usd.approve(address(market), 0);
        usd.approve(PERMIT2, type(uint256).max);
        vm.stopPrank();
    }

    function _signPermit(
        uint256 key,
        uint256 value,
        uint256 deadline,
        uint256 chainId
    )
        internal
        view
        returns (ILicenseMarket.Permit memory p)
    {
        (p.value, p.deadline) = (value, deadline);
        bytes32 structHash =
            keccak256(abi.encode(PERMIT_TYPEHASH, buyer, address(market), value, usd.nonces(buyer), deadline));
        (p.v, p.r, p.s) = vm.sign(key, _digest(_tokenDomain(usd, chainId), structHash));
    }

    function _signAuthorization(
        DollarToken token,
        ILicenseMarket.Purchase memory purchase,
        uint256 validAfter,
        uint256 validBefore,
        uint256 chainId
    )
        internal
        view
        returns (ILicenseMarket.Authorization memory)
    {
        return _signAuthorizationOf(purchase.offer.price, token, purchase, validAfter, validBefore, chainId);
    }

    function _signAuthorizationOf(
        uint256 amount,
        DollarToken token,
        ILicenseMarket.Purchase memory purchase,
        uint256 validAfter,
        uint256 validBefore,
        uint256 chainId
    )
        internal
        view
        returns (ILicenseMarket.Authorization memory a)
    {
        bytes32 nonce = market.authorizationNonce(
            _idOf(purchase.offer), purchase.licensee, purchase.reference_, purchase.railData
        );
        (a.from, a.validAfter, a.validBefore) = (buyer, validAfter, validBefore);
        bytes32 structHash =
            keccak256(abi.encode(RECEIVE_TYPEHASH, buyer, address(market), amount, validAfter, validBefore, nonce));
        (a.v, a.r, a.s) = vm.sign(buyerKey, _digest(_tokenDomain(token, chainId), structHash));
    }

    function _signPermit2(
        ILicenseMarket.Purchase memory purchase,
        uint256 nonce,
        uint256 deadline,
        uint256 chainId
    )
        internal
        view
        returns (ILicenseMarket.Permit2Transfer memory t)
    {
        (t.from, t.nonce, t.deadline) = (buyer, nonce, deadline);
        bytes32 witness = keccak256(
            abi.encode(
                keccak256("PurchaseWitness(bytes32 offerId,address licensee,bytes32 reference)"),
                _idOf(purchase.offer),
                purchase.licensee,
                purchase.reference_
            )
        );
        bytes32 permitted = keccak256(
            abi.encode(
                keccak256("TokenPermissions(address token,uint256 amount)"),
                purchase.offer.token,
                uint256(purchase.offer.price)
            )
        );
        bytes32 structHash =
            keccak256(abi.encode(PERMIT2_TYPEHASH, permitted, address(market), nonce, deadline, witness));
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,uint256 chainId,address verifyingContract)"),
                keccak256("Permit2"),
                chainId,
                PERMIT2
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(buyerKey, _digest(domain, structHash));
        t.signature = abi.encodePacked(r, s, v);
    }

    function _tokenDomain(DollarToken token, uint256 chainId) private pure returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPEHASH, keccak256("Dollar"), keccak256("1"), chainId, token));
    }

    function _digest(bytes32 domain, bytes32 structHash) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked("\x19\x01", domain, structHash));
    }
}
