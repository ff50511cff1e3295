// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TypedData } from "../../../contracts/common/TypedData.sol";
import { IDatasetRegistry } from "../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { IAttestationRegistry } from "../../../contracts/interfaces/trust/IAttestationRegistry.sol";
import { ConsentRegistry } from "../../../contracts/registry/ConsentRegistry.sol";
import { AttestationRegistry } from "../../../contracts/trust/AttestationRegistry.sol";
import { QualityOracle } from "../../../contracts/trust/QualityOracle.sol";
import { Recalls } from "../../../contracts/trust/Recalls.sol";
import { Attestation, Consent, Messages } from "../../../contracts/types/Messages.sol";
import { Uses } from "../../../contracts/types/Uses.sol";
import { LicensingFixture } from "../licensing/LicensingFixture.sol";
import { IAccessManaged } from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

/// @notice The licensing fixture with the registries of trust beside it, behind proxies at the addresses that they know each other
/// by. The test contract is governance and guardian; `disputes` stands where the dispute manager will.
abstract contract TrustFixture is LicensingFixture {
    uint40 internal constant START = 1_800_000_000;

    AttestationRegistry internal badges;
    ConsentRegistry internal consents;
    Recalls internal recalls;
    QualityOracle internal quality;

    address internal issuer;
    uint256 internal issuerKey;
    address internal grantor;
    uint256 internal grantorKey;
    bytes32 internal schema;

    function setUp() public virtual override {
        super.setUp();
        (issuer, issuerKey) = makeAddrAndKey("issuer");
        (grantor, grantorKey) = makeAddrAndKey("grantor");
        _deployTrust();
        schema = badges.registerSchema(_schemaInput());
        badges.accreditByGovernance(issuer, 10_000, 0);
    }

    function _deployTrust() private {
        address token = address(licenses);
        (address con, address rec) = (_addressOf("ConsentRegistry"), _addressOf("Recalls"));
        badges = AttestationRegistry(_artifact("AttestationRegistry", abi.encode(token, disputes)));
        consents = ConsentRegistry(_artifact("ConsentRegistry", abi.encode(token, rec)));
        recalls = Recalls(_artifact("Recalls", abi.encode(token, address(registry), con, disputes)));
        quality = QualityOracle(_artifact("QualityOracle", abi.encode(token, address(registry), address(config))));
    }

    function _artifact(string memory name, bytes memory arguments) private returns (address) {
        return _proxy(name, deployCode(string.concat(name, ".sol:", name), arguments), _init());
    }

    // ---- badges

    function _schemaInput() internal pure returns (IAttestationRegistry.SchemaInput memory) {
        return IAttestationRegistry.SchemaInput({
            documentHash: sha256("a schema"),
            kinds: 30,
            maxValidity: 730 days,
            fields: "uint16 shareBps,bytes32 reportHash"
        });
    }

    function _badge(bytes32 subject) internal view returns (IAttestationRegistry.BadgeInput memory) {
        return IAttestationRegistry.BadgeInput({
            schema: schema,
            subject: subject,
            expiresAt: uint40(block.timestamp + 365 days),
            nonce: 1,
            data: abi.encode(uint16(1200), keccak256("report"))
        });
    }

    function _issue(bytes32 subject) internal returns (uint256 badgeId) {
        IAttestationRegistry.BadgeInput memory input = _badge(subject);
        vm.prank(issuer);
        return badges.issue(input);
    }

    function _attestation(bytes32 subject) internal view returns (Attestation memory) {
        IAttestationRegistry.BadgeInput memory input = _badge(subject);
        return Attestation({
            issuer: issuer,
            schema: schema,
            subject: subject,
            dataHash: keccak256(input.data),
            issuedAt: uint40(block.timestamp),
            expiresAt: input.expiresAt,
            nonce: input.nonce
        });
    }

    // ---- consents

    /// @dev Given by the grantor to the seller, who owns the dataset.
    function _consent() internal view returns (Consent memory) {
        return Consent({
            receiptHash: keccak256("receipt"),
            grantor: grantor,
            controller: seller,
            uses: Uses.TRAIN,
            validFrom: START,
            validUntil: 0,
            nonce: 1
        });
    }

    function _record(Consent memory consent) internal returns (bytes32 consentHash) {
        return consents.record(consent, _sign(grantorKey, Messages.hash(consent)));
    }

    // ---- versions and signatures

    function _setRoot(bytes32 root) internal {
        vm.prank(seller);
        registry.setRevokedRoot(datasetId, 1, root);
    }

    function _newVersion(bytes32 seed) internal returns (uint32 version) {
        vm.prank(seller);
        return registry.addVersion(datasetId, _version(seed), new IDatasetRegistry.ParentLink[](0));
    }

    function _sign(uint256 key, bytes32 structHash) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, TypedData.digest(address(licenses), structHash));
        return abi.encodePacked(r, s, v);
    }

    function _unauthorized(address caller) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller);
    }
}
