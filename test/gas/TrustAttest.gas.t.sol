// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAttestationRegistry } from "../../contracts/interfaces/trust/IAttestationRegistry.sol";
import { IRecalls } from "../../contracts/interfaces/trust/IRecalls.sol";
import { Attestation, Consent, Messages } from "../../contracts/types/Messages.sol";
import { Uses } from "../../contracts/types/Uses.sol";
import { TrustFixture } from "../unit/trust/TrustFixture.sol";

/// @notice Gas of whole transactions on attestations, consents, recalls and scores, each in its own isolated transaction.
/// forge-config: default.isolate = true
contract TrustAttestGasTest is TrustFixture {
    uint256 private constant BADGE_BUDGET = 140_000;
    uint256 private constant BATCH = 64;

    /// @dev The dearest case: the first badge of its subject.
    function test_IssueABadge() external {
        _issue(badges.datasetSubject(datasetId));
        assertLe(vm.snapshotGasLastCall("trust", "gas.badge"), BADGE_BUDGET, "badge over budget");
        _issue(badges.personSubject(grantor));
        assertLe(vm.snapshotGasLastCall("trust", "gas.badge.person"), BADGE_BUDGET, "badge over budget");
    }

    /// @dev By an issuer three steps from governance, whose chain is walked.
    function test_IssueABadgeFromAfar() external {
        (address branch, address desk) = (makeAddr("branch"), makeAddr("desk"));
        vm.prank(issuer);
        badges.accredit(branch, 4000, 0);
        vm.prank(branch);
        badges.accredit(desk, 2000, 0);
        IAttestationRegistry.BadgeInput memory input = _badge(badges.datasetSubject(datasetId));
        vm.prank(desk);
        badges.issue(input);
        vm.snapshotGasLastCall("trust", "gas.badge.depth3");
    }

    /// @dev Sixty-four badges of sixty-four people; per badge.
    function test_IssueABatch() external {
        IAttestationRegistry.BadgeInput[] memory inputs = new IAttestationRegistry.BadgeInput[](BATCH);
        for (uint256 i = 0; i < BATCH; ++i) {
            inputs[i] = _badge(badges.personSubject(makeAddr(vm.toString(i))));
        }
        vm.prank(issuer);
        badges.issueMany(inputs);
        vm.snapshotValue("trust", "gas.badge.batch64", vm.lastCallGas().gasTotalUsed / BATCH);
    }

    function test_AnchorAnAttestation() external {
        Attestation memory message = _attestation(badges.datasetSubject(datasetId));
        badges.anchor(message, "", _sign(issuerKey, Messages.hash(message)));
        vm.snapshotGasLastCall("trust", "gas.badge.anchor");
    }

    function test_RevokeABadge() external {
        uint256 badgeId = _issue(badges.datasetSubject(datasetId));
        vm.prank(issuer);
        badges.revoke(badgeId, "reason");
        vm.snapshotGasLastCall("trust", "gas.badge.revoke");
    }

    function test_Consent() external {
        Consent memory consent = _consent();
        _record(consent);
        vm.snapshotGasLastCall("trust", "gas.consent.record");
        vm.prank(seller);
        consents.anchorBatch("root", 1_000_000);
        vm.snapshotGasLastCall("trust", "gas.consent.anchor");
    }

    function test_Recall() external {
        uint256 licenseId = _license(Uses.TRAIN, 0, 0);
        _setRoot("root");
        vm.prank(seller);
        uint256 recallId = recalls.open(datasetId, 1, IRecalls.Reason.OptOut, "leaves", "root", 0);
        vm.snapshotGasLastCall("trust", "gas.recall.open");
        vm.prank(buyer);
        recalls.acknowledge(recallId, licenseId, IRecalls.Action.Delete, "evidence");
        vm.snapshotGasLastCall("trust", "gas.recall.acknowledge");
    }
}
