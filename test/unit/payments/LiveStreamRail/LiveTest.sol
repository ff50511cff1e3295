// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILiveStreamRail } from "../../../../contracts/interfaces/payments/ILiveStreamRail.sol";
import { ILiveVault } from "../../../../contracts/interfaces/payments/ILiveVault.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IRevenueDistributor } from "../../../../contracts/interfaces/payments/IRevenueDistributor.sol";
import { IStreamRail } from "../../../../contracts/interfaces/payments/IStreamRail.sol";
import { IDatasetRegistry } from "../../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { IDistributionMinimal } from "../../../../contracts/payments/superfluid/ISuperfluidMinimal.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { BondDouble } from "../../../mocks/BondDouble.sol";
import { IFlowSender, StreamTest } from "../StreamRail/StreamTest.sol";
import { ERC1967Proxy } from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";

interface IPoolMember {
    function getTotalAmountReceivedByMember(address member) external view returns (uint256);
}

/// @notice The live rail on the real Superfluid framework, at 100 base units per second, of which a parent gets a tenth and the
/// split's two contributors nine tenths of the rest.
abstract contract LiveTest is StreamTest {
    uint8 internal constant LIVE = 8;
    /// @dev Four hours of deposit, and one in which the buffer can pay.
    uint256 internal constant BUFFER = 5 hours * uint256(BASE_RATE);

    ILiveStreamRail internal liveRail;
    BondDouble internal bond;
    uint256 internal parentId;
    address internal parentOwner;

    function setUp() public virtual override {
        super.setUp();
        _deployLive();
        licenses.addRail(LIVE, address(liveRail), true);
        bond.cover(provider, true);
        vm.prank(buyer);
        usdc.approve(address(liveRail), type(uint256).max);
        _asFlow(
            buyer,
            abi.encodeCall(
                IFlowSender.updateFlowOperatorPermissions, (usdcx, address(liveRail), 7, type(int96).max, "")
            )
        );
        uint256 parentKey;
        (parentOwner, parentKey) = makeAddrAndKey("parentOwner");
        parentId = _publish(parentOwner, new IDatasetRegistry.ParentLink[](0));
        IDatasetRegistry.ParentLink[] memory links = new IDatasetRegistry.ParentLink[](1);
        links[0] = _link(parentId, parentKey, seller, 1000);
        datasetId = _publish(seller, links);
    }

    function _deployLive() private {
        bytes32 salt = keccak256("colophon.LiveStreamRail");
        liveRail = ILiveStreamRail(factory.addressOf(salt));
        bond = new BondDouble();
        address template = deployCode("LiveVault.sol:LiveVault", abi.encode(liveRail, host, cfa, gda));
        bytes memory neighbors = abi.encode(market, licenses, distributor, disputes, registry, offers);
        bytes memory superfluid = abi.encode(host, cfa, gdaForwarder, template, bond);
        address implementation = deployCode("LiveStreamRail.sol:LiveStreamRail", bytes.concat(neighbors, superfluid));
        bytes memory init = abi.encodeWithSignature("initialize(address)", manager);
        factory.deploy(salt, abi.encodePacked(type(ERC1967Proxy).creationCode, abi.encode(implementation, init)));
    }

    // ---- offers

    function _liveOffer() internal view returns (Offer memory offer) {
        IStreamRail.StreamTerms memory t;
        (t.period, t.notice) = (PERIOD, NOTICE);
        offer = _streamOffer(t);
        offer.rail = LIVE;
    }

    function _splitOffer() internal returns (Offer memory offer) {
        offer = _liveOffer();
        offer.split = _createSplit(_members(carol, 6000, dave, 3000));
    }

    function _open(Offer memory offer) internal {
        vm.prank(seller);
        market.open(offer);
    }

    function _buyLive(Offer memory offer, uint256 buffer) internal returns (uint256 licenseId) {
        if (uint8(market.offerState(keccak256(abi.encode(offer))).status) == 0) _open(offer);
        vm.prank(buyer);
        return market.buy(offer, buyer, "ref", abi.encode(buffer, 0));
    }

    function _badTerms(bytes32 field) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IPaymentRail.PaymentRail_BadTerms.selector, field);
    }

    // ---- flows

    function _rest(uint256 licenseId) internal view returns (ILiveVault) {
        return ILiveVault(liveRail.liveOf(licenseId).rest);
    }

    function _contributors(uint256 licenseId) internal view returns (ILiveVault) {
        return ILiveVault(liveRail.liveOf(licenseId).contributors);
    }

    function _poolRate(uint256 licenseId) internal view returns (uint256) {
        return _contributors(licenseId).deal().rate;
    }

    /// @dev The payer stops both flows on Superfluid itself.
    function _stopPaying(uint256 licenseId) internal {
        _deleteFlow(buyer, buyer, address(_rest(licenseId)));
        _deleteFlow(buyer, buyer, address(_contributors(licenseId)));
    }

    /// @dev A stranger ends what an insolvent vault passes on.
    function _liquidateVault(ILiveVault vault) internal {
        bytes memory data =
            abi.encodeCall(IDistributionMinimal.distributeFlow, (usdcx, address(vault), vault.deal().pool, 0, ""));
        vm.prank(stranger);
        (bool done,) = host.call(abi.encodeWithSignature("callAgreement(address,bytes,bytes)", gda, data, ""));
        assertTrue(done, "liquidated");
    }

    function _leaves(ILiveVault vault) internal view returns (uint256) {
        (, int96 rate,) = IDistributionMinimal(gda).getFlow(usdcx, address(vault), vault.deal().pool);
        return uint96(rate);
    }

    // ---- reading

    function _assertLive(uint256 licenseId, IPaymentRail.Standing standing) internal view {
        assertEq(uint8(liveRail.standing(licenseId)), uint8(standing), "standing");
    }

    function _earned(uint256 licenseId, address member) internal view returns (uint256) {
        return IPoolMember(_contributors(licenseId).deal().pool).getTotalAmountReceivedByMember(member);
    }

    /// @dev Fee, royalty and owner's part that are booked, in super tokens.
    function _booked() internal view returns (uint256) {
        return distributor.accruedFees(usdcx) + distributor.accruedRoyalty(parentId, 1, usdcx)
            + distributor.claimable(seller, usdcx);
    }

    /// @dev What is booked as held is here once it was collected.
    function _assertBooks() internal {
        liveRail.collect(usdcx);
        IRevenueDistributor.Books memory books = distributor.booksOf(usdcx);
        assertGe(_superBalance(address(distributor)), books.held, "all that is booked is here");
        assertEq(distributor.awayOf(usdcx), 0, "nothing is missing");
    }
}
