// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { AccessManager } from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import { TimelockController } from "@openzeppelin/contracts/governance/TimelockController.sol";
import { ERC1967Proxy } from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import { Create2 } from "@openzeppelin/contracts/utils/Create2.sol";
import { Create3 } from "@openzeppelin/contracts/utils/Create3.sol";
import { CommonBase } from "forge-std/Base.sol";

import { ColophonFactory } from "../../contracts/access/ColophonFactory.sol";
import { ProtocolConfig } from "../../contracts/governance/ProtocolConfig.sol";
import { KeyNetwork } from "../../contracts/keys/KeyNetwork.sol";
import { ColophonLens } from "../../contracts/lens/ColophonLens.sol";
import { LicenseMarket } from "../../contracts/licensing/LicenseMarket.sol";
import { LicenseToken } from "../../contracts/licensing/LicenseToken.sol";
import { TermsRegistry } from "../../contracts/licensing/TermsRegistry.sol";
import { ContributorList } from "../../contracts/payments/ContributorList.sol";
import { ContributorLists } from "../../contracts/payments/ContributorLists.sol";
import { EscrowRail } from "../../contracts/payments/EscrowRail.sol";
import { LiveStreamRail } from "../../contracts/payments/LiveStreamRail.sol";
import { LiveVault } from "../../contracts/payments/LiveVault.sol";
import { MeterRail } from "../../contracts/payments/MeterRail.sol";
import { RevenueDistributor } from "../../contracts/payments/RevenueDistributor.sol";
import { RevenueShareRail } from "../../contracts/payments/RevenueShareRail.sol";
import { StreamOffers } from "../../contracts/payments/StreamOffers.sol";
import { StreamRail } from "../../contracts/payments/StreamRail.sol";
import { StreamVault } from "../../contracts/payments/StreamVault.sol";
import { CheckpointLog } from "../../contracts/proofs/CheckpointLog.sol";
import { ComputeReceipts } from "../../contracts/proofs/ComputeReceipts.sol";
import { ProofRegistry } from "../../contracts/proofs/ProofRegistry.sol";
import { Sp1VerifierV6 } from "../../contracts/proofs/verifier/Sp1VerifierV6.sol";
import { ConsentRegistry } from "../../contracts/registry/ConsentRegistry.sol";
import { DatasetRegistry } from "../../contracts/registry/DatasetRegistry.sol";
import { AttestationRegistry } from "../../contracts/trust/AttestationRegistry.sol";
import { DisputeManager } from "../../contracts/trust/DisputeManager.sol";
import { ObjectiveFaults } from "../../contracts/trust/ObjectiveFaults.sol";
import { ProviderBond } from "../../contracts/trust/ProviderBond.sol";
import { QualityOracle } from "../../contracts/trust/QualityOracle.sol";
import { Recalls } from "../../contracts/trust/Recalls.sol";
import { ServiceChallenges } from "../../contracts/trust/ServiceChallenges.sol";
import { CouncilArbitrator } from "../../contracts/trust/arbitration/CouncilArbitrator.sol";
import { MockSp1Verifier } from "../../test/mocks/MockSp1Verifier.sol";
import { TestUSDC } from "../tokens/TestUSDC.sol";

/// @notice Names, salts and addresses of a deployment, and the two ways to put code there.
/// @dev Creation code is read from artifacts, not embedded: tests that inherit this stay small. Importing a contract here
/// makes sure that its artifact exists.
abstract contract DeploymentAddresses is CommonBase {
    /// @notice Version of the implementations that this tree deploys; part of their salts.
    string internal constant VERSION = "0.1.0";

    uint8 internal constant ESCROW_RAIL = 1;
    uint8 internal constant STREAM_RAIL = 2;
    uint8 internal constant METER_RAIL = 3;
    uint8 internal constant REVENUE_SHARE_RAIL = 4;
    uint8 internal constant LIVE_STREAM_RAIL = 5;

    bytes32 internal constant FACTORY_SALT = keccak256("colophon.ColophonFactory");

    ColophonFactory internal factory;
    TimelockController internal timelock;
    AccessManager internal accessManager;
    ProtocolConfig internal protocolConfig;
    TermsRegistry internal terms;
    DatasetRegistry internal registry;
    LicenseToken internal licenseToken;
    LicenseMarket internal market;
    EscrowRail internal escrow;
    StreamRail internal streams;
    MeterRail internal meters;
    RevenueShareRail internal revenueShares;
    LiveStreamRail internal liveStreams;
    RevenueDistributor internal distributor;
    KeyNetwork internal keyNetwork;
    ColophonLens internal lens;
    StreamOffers internal streamOffers;
    /// @dev What every streaming license's own vault is a clone of.
    StreamVault internal streamVault;
    /// @dev The same for live streams, which have two each.
    LiveVault internal liveVault;
    ContributorLists internal contributorLists;
    /// @dev What every list of contributors is a clone of.
    ContributorList internal contributorList;
    ProviderBond internal providerBond;
    ObjectiveFaults internal objectiveFaults;
    ServiceChallenges internal serviceChallenges;
    DisputeManager internal disputeManager;
    CouncilArbitrator internal council;
    AttestationRegistry internal attestations;
    ConsentRegistry internal consents;
    Recalls internal recalls;
    QualityOracle internal qualityOracle;
    ComputeReceipts internal computeReceipts;
    ProofRegistry internal proofRegistry;
    CheckpointLog internal checkpointLog;
    Sp1VerifierV6 internal sp1Verifier;
    /// @dev Without code where it was not asked for.
    MockSp1Verifier internal mockVerifier;
    TestUSDC internal usdc;
    address internal usdcx;

    /// @dev What this run has deployed, by salt; the rest was there before.
    mapping(bytes32 salt => bool) internal deployedNow;

    /// @dev Thrown when the CREATE2 proxy is absent or refuses.
    error Deployment_FactoryFailed(address expected);

    function _salt(string memory name) internal pure returns (bytes32) {
        return keccak256(bytes(string.concat("colophon.", name)));
    }

    /// @dev Implementations and other replaceable code: a new version is a new address.
    function _versionedSalt(string memory name) internal pure returns (bytes32) {
        return _salt(string.concat(name, ".", VERSION));
    }

    /// @notice Where the contract of this name is or will be.
    function _addressOf(string memory name) internal view returns (address) {
        return Create3.computeAddress(_salt(name), address(factory));
    }

    function _implementationOf(string memory name) internal view returns (address) {
        return Create3.computeAddress(_versionedSalt(name), address(factory));
    }

    /// @notice The factory stands at one address on every chain for one deployer.
    function _factoryAddress(address deployer) internal view returns (address) {
        return Create2.computeAddress(FACTORY_SALT, keccak256(_factoryCode(deployer)), CREATE2_FACTORY);
    }

    function _deployFactory(address deployer) internal {
        factory = ColophonFactory(_factoryAddress(deployer));
        if (address(factory).code.length == 0) {
            (bool ok,) = CREATE2_FACTORY.call(abi.encodePacked(FACTORY_SALT, _factoryCode(deployer)));
            require(ok && address(factory).code.length != 0, Deployment_FactoryFailed(address(factory)));
            deployedNow[FACTORY_SALT] = true;
        }
        _locate();
    }

    /// @dev All addresses follow from the factory's, before anything else exists.
    function _locate() internal {
        timelock = TimelockController(payable(_addressOf("TimelockController")));
        accessManager = AccessManager(_addressOf("AccessManager"));
        protocolConfig = ProtocolConfig(_addressOf("ProtocolConfig"));
        terms = TermsRegistry(_addressOf("TermsRegistry"));
        registry = DatasetRegistry(_addressOf("DatasetRegistry"));
        licenseToken = LicenseToken(_addressOf("LicenseToken"));
        market = LicenseMarket(_addressOf("LicenseMarket"));
        escrow = EscrowRail(_addressOf("EscrowRail"));
        streams = StreamRail(_addressOf("StreamRail"));
        meters = MeterRail(_addressOf("MeterRail"));
        revenueShares = RevenueShareRail(_addressOf("RevenueShareRail"));
        liveStreams = LiveStreamRail(_addressOf("LiveStreamRail"));
        distributor = RevenueDistributor(_addressOf("RevenueDistributor"));
        keyNetwork = KeyNetwork(_addressOf("KeyNetwork"));
        lens = ColophonLens(_implementationOf("ColophonLens"));
        streamOffers = StreamOffers(_implementationOf("StreamOffers"));
        streamVault = StreamVault(_implementationOf("StreamVault"));
        liveVault = LiveVault(_implementationOf("LiveVault"));
        contributorLists = ContributorLists(_implementationOf("ContributorLists"));
        contributorList = ContributorList(_implementationOf("ContributorList"));
        _locateTrust();
    }

    function _locateTrust() private {
        providerBond = ProviderBond(_addressOf("ProviderBond"));
        objectiveFaults = ObjectiveFaults(_addressOf("ObjectiveFaults"));
        serviceChallenges = ServiceChallenges(_addressOf("ServiceChallenges"));
        disputeManager = DisputeManager(_addressOf("DisputeManager"));
        council = CouncilArbitrator(_addressOf("CouncilArbitrator"));
        attestations = AttestationRegistry(_addressOf("AttestationRegistry"));
        consents = ConsentRegistry(_addressOf("ConsentRegistry"));
        recalls = Recalls(_addressOf("Recalls"));
        qualityOracle = QualityOracle(_addressOf("QualityOracle"));
        computeReceipts = ComputeReceipts(_addressOf("ComputeReceipts"));
        proofRegistry = ProofRegistry(_addressOf("ProofRegistry"));
        checkpointLog = CheckpointLog(_addressOf("CheckpointLog"));
        sp1Verifier = Sp1VerifierV6(_implementationOf("Sp1VerifierV6"));
        mockVerifier = MockSp1Verifier(_implementationOf("MockSp1Verifier"));
    }

    function _deployNamed(string memory name, bytes memory args) internal returns (address) {
        return _deployCode(_salt(name), abi.encodePacked(_creationCode(name), args));
    }

    /// @dev The implementation first, then its proxy, which is initialized as it is made.
    function _deployProxy(string memory name, bytes memory args, bytes memory init) internal {
        if (_addressOf(name).code.length != 0) return;
        _deployVersioned(name, args);
        bytes memory proxyArgs = abi.encode(_implementationOf(name), init);
        _deployCode(_salt(name), abi.encodePacked(_creationCode("ERC1967Proxy"), proxyArgs));
    }

    /// @dev Code without a proxy, which is replaced, not upgraded: its salt carries the release.
    function _deployVersioned(string memory name, bytes memory args) internal {
        _deployCode(_versionedSalt(name), abi.encodePacked(_creationCode(name), args));
    }

    /// @dev Deploys at the address of `salt`, unless there is code.
    function _deployCode(bytes32 salt, bytes memory initCode) internal returns (address deployed) {
        deployed = Create3.computeAddress(salt, address(factory));
        if (deployed.code.length != 0) return deployed;
        factory.deploy(salt, initCode);
        deployedNow[salt] = true;
    }

    function _creationCode(string memory name) internal view returns (bytes memory) {
        return vm.getCode(string.concat(name, ".sol:", name));
    }

    function _factoryCode(address deployer) private view returns (bytes memory) {
        return abi.encodePacked(_creationCode("ColophonFactory"), abi.encode(deployer));
    }
}
