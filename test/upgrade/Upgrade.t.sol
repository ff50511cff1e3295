// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAccessManaged } from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import { IAccessManager } from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import { IERC1967 } from "@openzeppelin/contracts/interfaces/IERC1967.sol";
import { UUPSUpgradeable } from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

import { Roles } from "../../contracts/access/Roles.sol";
import { IKeyNetwork } from "../../contracts/interfaces/keys/IKeyNetwork.sol";
import { IColophonLens } from "../../contracts/interfaces/lens/IColophonLens.sol";
import { Offer } from "../../contracts/types/Offer.sol";
import { Permissions } from "../../script/base/Permissions.sol";
import { AllRails } from "../base/AllRails.sol";
import { Next } from "./Next.sol";

/// @notice Every proxy upgraded to a next version: state kept, immutables right, nobody but the upgrader.
contract UpgradeTest is AllRails {
    bytes32 internal constant IMPLEMENTATION_SLOT = bytes32(uint256(keccak256("eip1967.proxy.implementation")) - 1);

    Offer internal offer;
    uint256 internal licenseId;
    uint256 internal meteredId;
    uint256 internal streamedId;
    uint256 internal sharedId;

    function setUp() public override {
        super.setUp();
        (offer, licenseId) = buyEscrow();
        (meteredId, streamedId) = (sell(meterOffer(), bob), sell(streamOffer(), bob));
        sharedId = sell(revenueShareOffer(), bob);
        _startEpoch();
    }

    function test_EveryProxyKeepsItsState() public {
        bytes32 before = _stateHash();
        string[] memory proxies = Permissions.proxies();
        for (uint256 i; i < proxies.length; ++i) {
            address proxy = _addressOf(proxies[i]);
            address next = _next(proxies[i]);
            vm.expectEmit(proxy);
            emit IERC1967.Upgraded(next);
            vm.prank(governance);
            UUPSUpgradeable(proxy).upgradeToAndCall(next, abi.encodeCall(Next.setMark, (i + 1)));
            assertEq(address(uint160(uint256(vm.load(proxy, IMPLEMENTATION_SLOT)))), next);
            assertEq(Next(payable(proxy)).mark(), i + 1);
            assertEq(_stateHash(), before, proxies[i]);
        }
        // And the deal goes on: delivered, released, paid, under the new code.
        deliver(licenseId, offer);
        forward(3 days + 1);
        escrow.settle(licenseId, offer);
        assertEq(usdc.balanceOf(alice), PRICE - PRICE * FEE_BPS / 10_000);
        assertEq(buy(offer, carol), sharedId + 1);
    }

    function test_NobodyElseUpgrades() public {
        string[] memory proxies = Permissions.proxies();
        address[4] memory callers = [mallory, deployer, address(timelock), alice];
        for (uint256 i; i < proxies.length; ++i) {
            address next = _next(proxies[i]);
            for (uint256 k; k < callers.length; ++k) {
                vm.prank(callers[k]);
                vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, callers[k]));
                UUPSUpgradeable(_addressOf(proxies[i])).upgradeToAndCall(next, "");
            }
        }
    }

    function test_AnImplementationIsNotUpgradedItself() public {
        string[] memory proxies = Permissions.proxies();
        for (uint256 i; i < proxies.length; ++i) {
            vm.prank(governance);
            vm.expectRevert(UUPSUpgradeable.UUPSUnauthorizedCallContext.selector);
            UUPSUpgradeable(_implementationOf(proxies[i])).upgradeToAndCall(address(this), "");
        }
    }

    /// @dev With a delay the upgrader schedules first; a guardian may cancel; early and repeated calls fail.
    function test_AnUpgradeWaitsForItsDelay() public {
        address upgrader = makeAddr("delayed upgrader");
        vm.prank(address(timelock));
        accessManager.grantRole(Roles.UPGRADER, upgrader, Roles.UPGRADER_DELAY);
        address proxy = address(registry);
        bytes memory neighbors = abi.encode(licenseToken, terms, disputeManager);
        address next = deployCode("DatasetRegistry.sol:DatasetRegistry", neighbors);
        bytes memory call = abi.encodeCall(UUPSUpgradeable.upgradeToAndCall, (next, ""));
        bytes32 operation = accessManager.hashOperation(upgrader, proxy, call);

        vm.startPrank(upgrader);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, operation));
        UUPSUpgradeable(proxy).upgradeToAndCall(next, "");
        accessManager.schedule(proxy, call, 0);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotReady.selector, operation));
        UUPSUpgradeable(proxy).upgradeToAndCall(next, "");
        vm.stopPrank();

        vm.prank(governance);
        accessManager.cancel(upgrader, proxy, call);
        assertEq(accessManager.getSchedule(operation), 0);

        vm.startPrank(upgrader);
        accessManager.schedule(proxy, call, 0);
        forward(Roles.UPGRADER_DELAY);
        UUPSUpgradeable(proxy).upgradeToAndCall(next, "");
        assertEq(address(uint160(uint256(vm.load(proxy, IMPLEMENTATION_SLOT)))), next);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, operation));
        UUPSUpgradeable(proxy).upgradeToAndCall(next, "");
    }

    function _startEpoch() private {
        IKeyNetwork.Node[] memory nodes = new IKeyNetwork.Node[](2);
        nodes[0] = IKeyNetwork.Node(alice, 1, 2, keccak256("share"), "https://alice.example");
        nodes[1] = IKeyNetwork.Node(bob, 3, 4, keccak256("other share"), "https://bob.example");
        vm.prank(governance);
        keyNetwork.startEpoch(2, new bytes(48), nodes);
    }

    /// @dev Everything that is read of the deal, of its neighbors and of the configuration.
    function _stateHash() private view returns (bytes32) {
        bytes memory deal = abi.encode(
            lens.licenseView(licenseId),
            lens.offerQuote(offer),
            licenseToken.balanceOf(bob),
            licenseToken.licenseCount()
        );
        (IColophonLens.DatasetView[] memory datasets,) = lens.catalogue(1, 10);
        bytes memory rest = abi.encode(
            datasets,
            registry.datasetCount(),
            protocolConfig.paymentToken(address(usdc)),
            protocolConfig.treasury(),
            distributor.booksOf(address(usdc)),
            keyNetwork.nodes(),
            keyNetwork.epoch()
        );
        bytes memory rails = abi.encode(
            meters.meterOf(meteredId),
            streams.streamOf(streamedId),
            revenueShares.accountOf(sharedId),
            meters.standing(meteredId),
            streams.standing(streamedId),
            revenueShares.standing(sharedId)
        );
        return keccak256(bytes.concat(deal, rest, rails));
    }

    function _next(string memory name) private returns (address) {
        return address(new Next(_implementationOf(name)));
    }
}
