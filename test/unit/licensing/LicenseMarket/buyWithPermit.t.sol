// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseMarket } from "../../../../contracts/interfaces/licensing/ILicenseMarket.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { DollarToken, TaxedToken } from "../doubles/PaymentTokens.sol";
import { SignedFixture } from "./SignedFixture.sol";
import { IERC20Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import { ERC20Permit } from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import { ERC3009 } from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";

interface IPermit2Errors {
    error SignatureExpired(uint256 signatureDeadline);
    error InvalidSigner();
    error InvalidNonce();
}

contract BuyWithSignatureTest is SignedFixture {
    // ---- EIP-2612

    function test_RevertWhen_ThePermitIsExpired() public {
        _open(_offer());
        ILicenseMarket.Permit memory p = _signPermit(buyerKey, PRICE, block.timestamp - 1, block.chainid);
        vm.expectRevert(abi.encodeWithSelector(ERC20Permit.ERC2612ExpiredSignature.selector, p.deadline));
        _buyWithPermit(p);
    }

    function test_RevertWhen_ThePermitWasSignedForAnotherChain() public {
        _open(_offer());
        ILicenseMarket.Permit memory p = _signPermit(buyerKey, PRICE, block.timestamp, block.chainid + 1);
        _expectInvalidPermitSigner(p);
        _buyWithPermit(p);
    }

    function test_RevertWhen_SomebodyElseSignedThePermit() public {
        _open(_offer());
        ILicenseMarket.Permit memory p = _signPermit(providerKey, PRICE, block.timestamp, block.chainid);
        vm.expectRevert(abi.encodeWithSelector(ERC20Permit.ERC2612InvalidSigner.selector, provider, buyer));
        _buyWithPermit(p);
    }

    function test_RevertWhen_AUsedPermitIsReplayed() public {
        _open(_offer());
        ILicenseMarket.Permit memory p = _signPermit(buyerKey, PRICE, block.timestamp, block.chainid);
        _buyWithPermit(p);
        assertEq(usd.allowance(buyer, address(market)), 0);
        _expectInvalidPermitSigner(p);
        _buyWithPermit(p);
    }

    function test_WhenThePermitIsFrontRun() public {
        _open(_offer());
        ILicenseMarket.Permit memory p = _signPermit(buyerKey, PRICE, block.timestamp, block.chainid);
        vm.prank(stranger);
        usd.permit(buyer, address(market), p.value, p.deadline, p.v, p.r, p.s);
        assertEq(_buyWithPermit(p), 1);
        assertEq(usd.balanceOf(address(rail)), PRICE);
    }

    function testFuzz_RevertWhen_ThePermitCoversLessThanIsDue(uint128 value) public {
        value = uint128(bound(value, 0, PRICE - 1));
        _open(_offer());
        ILicenseMarket.Permit memory p = _signPermit(buyerKey, value, block.timestamp, block.chainid);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(market), value, PRICE)
        );
        _buyWithPermit(p);
    }

    function test_BuyWithPermit_WhenAllIsWell() public {
        bytes32 offerId = _open(_offer());
        ILicenseMarket.Permit memory p = _signPermit(buyerKey, PRICE, block.timestamp, block.chainid);
        vm.expectEmit(address(market));
        emit ILicenseMarket.LicenseSold(1, offerId, buyer, buyer, PRICE, 1, "ref");
        assertEq(_buyWithPermit(p), 1);
        assertEq(licenses.ownerOf(1), buyer);
        assertEq(usd.balanceOf(address(rail)), PRICE);
    }

    // ---- EIP-3009

    function testFuzz_RevertWhen_TheAuthorizationIsUsedOutsideItsTime(uint256 validAfter, uint256 validBefore) public {
        if (block.timestamp > validAfter && block.timestamp < validBefore) validBefore = block.timestamp;
        _open(_offer());
        ILicenseMarket.Purchase memory p = _purchase(_offer());
        ILicenseMarket.Authorization memory a = _signAuthorization(usd, p, validAfter, validBefore, block.chainid);
        vm.expectRevert(
            abi.encodeWithSelector(ERC3009.ERC3009InvalidAuthorizationTime.selector, validAfter, validBefore)
        );
        market.buyWithAuthorization(p, a);
    }

    function test_RevertWhen_TheAuthorizationWasSignedForAnotherChain() public {
        _open(_offer());
        ILicenseMarket.Purchase memory p = _purchase(_offer());
        ILicenseMarket.Authorization memory a = _signAuthorization(usd, p, 0, type(uint256).max, block.chainid + 1);
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        market.buyWithAuthorization(p, a);
    }

    function testFuzz_RevertWhen_TheAuthorizationIsBoundToAnotherPurchase(
        uint256 salt,
        address licensee,
        bytes32 reference_,
        bytes calldata railData
    )
        public
    {
        vm.assume(salt != 0 && licensee != buyer && licensee != address(0) && reference_ != "ref");
        vm.assume(railData.length != 0);
        ILicenseMarket.Purchase memory signed = _purchase(_offer());
        ILicenseMarket.Authorization memory a = _signAuthorization(usd, signed, 0, type(uint256).max, block.chainid);
        ILicenseMarket.Purchase memory other = _purchase(_offer());
        _open(signed.offer);

        other.licensee = licensee;
        _expectRefused(other, a);
        other = _purchase(_offer());
        other.reference_ = reference_;
        _expectRefused(other, a);
        other = _purchase(_offer());
        other.railData = railData;
        _expectRefused(other, a);
        other = _purchase(_offer());
        other.offer.salt = salt;
        _open(other.offer);
        _expectRefused(other, a);
        assertEq(market.buyWithAuthorization(signed, a), 1);
    }

    function test_RevertWhen_AnAuthorizationIsReplayed() public {
        _open(_offer());
        ILicenseMarket.Purchase memory p = _purchase(_offer());
        ILicenseMarket.Authorization memory a = _signAuthorization(usd, p, 0, type(uint256).max, block.chainid);
        market.buyWithAuthorization(p, a);
        bytes32 nonce = market.authorizationNonce(_idOf(_offer()), buyer, "ref", "");
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, buyer, nonce));
        market.buyWithAuthorization(p, a);
    }

    function testFuzz_RevertWhen_TheRailTakesAnotherSumThanWasAuthorized(uint128 due) public {
        vm.assume(due != PRICE && due != 0);
        rail.setDue(due);
        _open(_offer());
        ILicenseMarket.Purchase memory p = _purchase(_offer());
        ILicenseMarket.Authorization memory a = _signAuthorization(usd, p, 0, type(uint256).max, block.chainid);
        vm.expectRevert(abi.encodeWithSelector(ILicenseMarket.LicenseMarket_DueMismatch.selector, PRICE, due));
        market.buyWithAuthorization(p, a);
    }

    function test_RevertWhen_TheAuthorizedTokenKeepsAPartOfTheTransfer() public {
        (DollarToken token, Offer memory offer) = _taxedOffer();
        ILicenseMarket.Purchase memory p = _purchase(offer);
        ILicenseMarket.Authorization memory a = _signAuthorization(token, p, 0, type(uint256).max, block.chainid);
        uint256 tax = PRICE / 100;
        uint256 arrived = PRICE - tax;
        // The market has what arrived and must pass on the price; the token takes its tax first.
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientBalance.selector, address(market), arrived - tax, arrived
            )
        );
        market.buyWithAuthorization(p, a);
        // Even when the market happens to hold the rest, the buyer's payment falls short at the rail.
        token.mint(address(market), PRICE);
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseMarket.LicenseMarket_TransferTax.selector, address(token), PRICE, arrived)
        );
        market.buyWithAuthorization(p, a);
    }

    function test_WhenTheAuthorizationIsGood() public {
        bytes32 offerId = _open(_offer());
        ILicenseMarket.Purchase memory p = _purchase(_offer());
        ILicenseMarket.Authorization memory a = _signAuthorization(usd, p, 0, type(uint256).max, block.chainid);
        vm.expectEmit(address(market));
        emit ILicenseMarket.LicenseSold(1, offerId, buyer, buyer, PRICE, 1, "ref");
        vm.prank(stranger);
        market.buyWithAuthorization(p, a);
        assertEq(rail.lastPayer(), buyer);
        assertEq(usd.balanceOf(address(rail)), PRICE);
        assertEq(usd.balanceOf(address(market)), 0);
    }

    function test_WhenNothingIsDueYet() public {
        _open(_offer());
        rail.setDue(0);
        ILicenseMarket.Purchase memory p = _purchase(_offer());
        ILicenseMarket.Authorization memory priced = _signAuthorization(usd, p, 0, type(uint256).max, block.chainid);
        _expectRefused(p, priced);
        ILicenseMarket.Authorization memory a = _signAuthorizationOf(0, usd, p, 0, type(uint256).max, block.chainid);
        uint256 before = usd.balanceOf(buyer);
        vm.prank(stranger);
        market.buyWithAuthorization(p, a);
        assertEq(rail.lastPayer(), buyer);
        assertEq(usd.balanceOf(buyer), before);
    }

    // ---- Permit2

    function test_RevertWhen_TheSignatureIsExpired() public {
        _open(_offer());
        ILicenseMarket.Purchase memory p = _purchase(_offer());
        ILicenseMarket.Permit2Transfer memory t = _signPermit2(p, 0, block.timestamp - 1, block.chainid);
        vm.expectRevert(abi.encodeWithSelector(IPermit2Errors.SignatureExpired.selector, block.timestamp - 1));
        market.buyWithPermit2(p, t);
    }

    function test_RevertWhen_TheSignatureWasGivenForAnotherChain() public {
        _open(_offer());
        ILicenseMarket.Purchase memory p = _purchase(_offer());
        ILicenseMarket.Permit2Transfer memory t = _signPermit2(p, 0, block.timestamp, block.chainid + 1);
        vm.expectRevert(IPermit2Errors.InvalidSigner.selector);
        market.buyWithPermit2(p, t);
    }

    function testFuzz_RevertWhen_TheWitnessNamesAnotherPurchase(uint256 salt, address licensee, bytes32 ref) public {
        vm.assume(salt != 0 && licensee != buyer && licensee != address(0) && ref != "ref");
        ILicenseMarket.Purchase memory signed = _purchase(_offer());
        _open(signed.offer);
        ILicenseMarket.Permit2Transfer memory t = _signPermit2(signed, 0, block.timestamp, block.chainid);

        ILicenseMarket.Purchase memory other = _purchase(_offer());
        other.licensee = licensee;
        _expectRefused(other, t);
        other = _purchase(_offer());
        other.reference_ = ref;
        _expectRefused(other, t);
        other = _purchase(_offer());
        other.offer.salt = salt;
        _open(other.offer);
        _expectRefused(other, t);
        assertEq(market.buyWithPermit2(signed, t), 1);
    }

    function test_RevertWhen_TheSignatureIsReplayed() public {
        _open(_offer());
        ILicenseMarket.Purchase memory p = _purchase(_offer());
        ILicenseMarket.Permit2Transfer memory t = _signPermit2(p, 7, block.timestamp, block.chainid);
        market.buyWithPermit2(p, t);
        vm.expectRevert(IPermit2Errors.InvalidNonce.selector);
        market.buyWithPermit2(p, t);
    }

    function test_RevertWhen_SomebodyElseBringsRailData() public {
        _open(_offer());
        ILicenseMarket.Purchase memory p = _purchase(_offer());
        ILicenseMarket.Permit2Transfer memory t = _signPermit2(p, 0, block.timestamp, block.chainid);
        p.railData = "more";
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseMarket.LicenseMarket_RailDataNotSigned.selector, stranger, buyer)
        );
        vm.prank(stranger);
        market.buyWithPermit2(p, t);
    }

    function testFuzz_RevertWhen_TheRailTakesAnotherSumThanWasSigned(uint128 due) public {
        vm.assume(due != PRICE && due != 0);
        rail.setDue(due);
        _open(_offer());
        ILicenseMarket.Purchase memory p = _purchase(_offer());
        ILicenseMarket.Permit2Transfer memory t = _signPermit2(p, 0, block.timestamp, block.chainid);
        vm.expectRevert(abi.encodeWithSelector(ILicenseMarket.LicenseMarket_DueMismatch.selector, PRICE, due));
        market.buyWithPermit2(p, t);
    }

    function test_RevertWhen_TheSignedTokenKeepsAPartOfTheTransfer() public {
        (DollarToken token, Offer memory offer) = _taxedOffer();
        vm.prank(buyer);
        token.approve(PERMIT2, type(uint256).max);
        ILicenseMarket.Purchase memory p = _purchase(offer);
        ILicenseMarket.Permit2Transfer memory t = _signPermit2(p, 0, block.timestamp, block.chainid);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILicenseMarket.LicenseMarket_TransferTax.selector, address(token), PRICE, PRICE - PRICE / 100
            )
        );
        market.buyWithPermit2(p, t);
    }

    function test_WhenTheSignatureIsGood() public {
        bytes32 offerId = _open(_offer());
        ILicenseMarket.Purchase memory p = _purchase(_offer());
        ILicenseMarket.Permit2Transfer memory t = _signPermit2(p, 0, block.timestamp, block.chainid);
        vm.expectEmit(address(market));
        emit ILicenseMarket.LicenseSold(1, offerId, buyer, buyer, PRICE, 1, "ref");
        vm.prank(stranger);
        market.buyWithPermit2(p, t);
        assertEq(rail.lastPayer(), buyer);
        assertEq(usd.balanceOf(address(rail)), PRICE);

        p.railData = "for the rail";
        t = _signPermit2(p, 1, block.timestamp, block.chainid);
        vm.prank(buyer);
        market.buyWithPermit2(p, t);
        assertEq(rail.lastData(), "for the rail");
    }

    // ---- helpers

    function _buyWithPermit(ILicenseMarket.Permit memory p) private returns (uint256) {
        vm.prank(buyer);
        return market.buyWithPermit(_purchase(_offer()), p);
    }

    /// @dev A signature over other data recovers to an account that depends on it; the token names it in its error.
    function _expectInvalidPermitSigner(ILicenseMarket.Permit memory p) private {
        bytes32 structHash =
            keccak256(abi.encode(PERMIT_TYPEHASH, buyer, address(market), p.value, usd.nonces(buyer), p.deadline));
        address recovered = ecrecover(_digest(usd.DOMAIN_SEPARATOR(), structHash), p.v, p.r, p.s);
        vm.expectRevert(abi.encodeWithSelector(ERC20Permit.ERC2612InvalidSigner.selector, recovered, buyer));
    }

    function _expectRefused(ILicenseMarket.Purchase memory p, ILicenseMarket.Authorization memory a) private {
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        market.buyWithAuthorization(p, a);
    }

    function _expectRefused(ILicenseMarket.Purchase memory p, ILicenseMarket.Permit2Transfer memory t) private {
        vm.expectRevert(IPermit2Errors.InvalidSigner.selector);
        market.buyWithPermit2(p, t);
    }

    function _taxedOffer() private returns (DollarToken token, Offer memory offer) {
        token = new TaxedToken();
        config.setPaymentToken(address(token), address(0), 0, true);
        token.mint(buyer, PRICE);
        offer = _offer();
        offer.token = address(token);
        _open(offer);
    }
}
