// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IComputeReceipts } from "../../../contracts/interfaces/proofs/IComputeReceipts.sol";
import { ComputeReceipt, Messages } from "../../../contracts/types/Messages.sol";
import { ColophonTest } from "../../base/ColophonTest.sol";

/// @notice The deployed protocol with an admitted verifier, a policy, a key in an enclave and a license of bob's.
abstract contract ReceiptTest is ColophonTest {
    using Messages for ComputeReceipt;

    address internal checker = makeAddr("verifier of evidence");
    address internal enclave;
    uint256 internal enclaveKey;
    uint256 internal licenseId;
    IComputeReceipts.Policy internal policy;
    bytes32 internal policyId;

    function setUp() public override {
        super.setUp();
        (enclave, enclaveKey) = makeAddrAndKey("key in an enclave");
        (, licenseId) = buyEscrow();
        vm.prank(governance);
        computeReceipts.setVerifier(checker, true);
        policy.platform = keccak256("intel-tdx");
        policy.rootHash = keccak256("root");
        policy.minimumTcb = 5;
        policy.debugForbidden = true;
        policy.measurements = [bytes32(uint256(1)), bytes32(uint256(2))];
        policy.deniedAdvisories = [keccak256("INTEL-SA-1")];
        policyId = computeReceipts.publishPolicy(policy);
    }

    function _evidence() internal view returns (IComputeReceipts.SignerEvidence memory e) {
        (e.measurement, e.evidenceHash, e.tcb) = (bytes32(uint256(2)), keccak256("quote"), 5);
        e.expiresAt = uint40(block.timestamp + 30 days);
    }

    function _register() internal {
        vm.prank(checker);
        computeReceipts.registerSigner(policy, enclave, _evidence());
    }

    /// @dev A policy of simulated enclaves, and the key registered under it by nobody in particular.
    function _simulate() internal returns (bytes32 id) {
        IComputeReceipts.Policy memory p = policy;
        (p.simulated, p.debugForbidden) = (true, false);
        id = computeReceipts.publishPolicy(p);
        IComputeReceipts.SignerEvidence memory e = _evidence();
        e.debug = true;
        vm.prank(mallory);
        computeReceipts.registerSigner(p, enclave, e);
    }

    /// @dev A job of bob's that ran for an hour and ends now, by a key registered at its start.
    function _receipt() internal returns (ComputeReceipt memory r, uint256[] memory ids) {
        _register();
        ids = new uint256[](1);
        ids[0] = licenseId;
        r.startedAt = uint40(block.timestamp);
        forward(1 hours);
        (r.policy, r.signer, r.runner, r.endedAt) = (policyId, enclave, bob, uint40(block.timestamp));
        (r.jobManifestHash, r.inputsHash, r.outputsHash) = (keccak256("job"), keccak256("in"), keccak256("out"));
        (r.runManifestHash, r.evidenceHash) = (keccak256("run"), keccak256("quote"));
        r.licensesHash = keccak256(abi.encodePacked(ids));
    }

    function _signed(ComputeReceipt memory r) internal view returns (bytes memory) {
        return sign(enclaveKey, r.hash());
    }

    function _copy(ComputeReceipt memory r) internal pure returns (ComputeReceipt memory) {
        return abi.decode(abi.encode(r), (ComputeReceipt));
    }
}
