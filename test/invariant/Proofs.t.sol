// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ITermsRegistry } from "../../contracts/interfaces/licensing/ITermsRegistry.sol";
import { IProofRegistry } from "../../contracts/interfaces/proofs/IProofRegistry.sol";
import { Offer } from "../../contracts/types/Offer.sol";
import { TermsFlags } from "../../contracts/types/Uses.sol";
import { ProofTest } from "../unit/proofs/ProofTest.sol";

/// @notice The invariants of docs/INVARIANTS.md, section Proofs, over random walks of two runners whose licenses change hands, expire,
/// freeze and end while their versions lose entries. Ghosts keep the history from outside; PROOF-1 is checked at each submission.
contract ProofsInvariantTest is ProofTest {
    uint256 private constant LICENSES = 3;
    uint256 private constant MANIFESTS = 12;

    struct Since {
        uint256 from;
        address holder;
    }

    uint256[LICENSES] private ids;
    mapping(uint256 id => Since[]) private held;
    mapping(uint256 dataset => uint256[]) private rootTimes;
    mapping(uint256 dataset => bytes32[]) private roots;
    mapping(uint256 id => bool) private over;
    mapping(uint256 manifest => uint256) private recorded;
    mapping(uint256 manifest => uint256) private recordOf;
    mapping(uint256 id => uint256[]) private runsOf;
    mapping(uint256 recordId => uint256) private recordedAt;
    mapping(uint256 recordId => bool) private fallen;
    mapping(string act => uint256) public calls;

    function setUp() public override {
        super.setUp();
        ids[0] = _sell(TermsFlags.COMMERCIAL | TermsFlags.TRANSFERABLE, 0);
        ids[1] = _sell(TermsFlags.COMMERCIAL | TermsFlags.TRANSFERABLE, 10 days);
        ids[2] = _sell(TermsFlags.COMMERCIAL, 0);
        bytes4[] memory acts = new bytes4[](9);
        acts[0] = this.actSubmit.selector;
        acts[1] = this.actSubmit.selector;
        acts[2] = this.actSubmit.selector;
        acts[3] = this.actMove.selector;
        acts[4] = this.actWithdrawEntries.selector;
        acts[5] = this.actFreeze.selector;
        acts[6] = this.actEnd.selector;
        acts[7] = this.actRevoke.selector;
        acts[8] = this.actWarp.selector;
        targetSelector(FuzzSelector({ addr: address(this), selectors: acts }));
        targetContract(address(this));
    }

    // ---- acts

    function actSubmit(uint256 which, bool byBob, uint32 back, uint32 length, uint256 manifest, bool stale) external {
        uint256 id = ids[which % LICENSES];
        manifest %= MANIFESTS;
        address runner = byBob ? bob : carol;
        uint40 start = uint40(block.timestamp - back % 3 days);
        uint40 end = uint40(start + length % (block.timestamp - start + 2));
        IProofRegistry.Submission memory s = _submission(id, runner, start, end, manifest, stale);
        vm.prank(runner);
        try proofRegistry.submit(s) returns (uint256 recordId) {
            ++calls["recorded"];
            assertTrue(_wasGood(id, runner, start, end), "PROOF-1: the license");
            bytes32 present = roots[_datasetOf(id)].length == 0 ? bytes32(0) : _rootAt(id, block.timestamp);
            assertTrue(!stale || present == _rootAt(id, start), "PROOF-1: the roots");
            ++recorded[manifest];
            recordOf[manifest] = recordId;
            runsOf[id].push(recordId);
            recordedAt[recordId] = block.timestamp;
        } catch {
            ++calls["refused"];
        }
    }

    function actMove(uint256 which, bool toBob) external {
        uint256 id = ids[which % LICENSES];
        address from = licenseToken.ownerOf(id);
        address to = toBob ? bob : carol;
        vm.prank(from);
        try licenseToken.transferFrom(from, to, id) {
            held[id].push(Since(block.timestamp, to));
        } catch { }
    }

    function actWithdrawEntries(uint256 which, bytes32 root) external {
        uint256 dataset = _datasetOf(ids[which % LICENSES]);
        vm.prank(alice);
        registry.setRevokedRoot(dataset, 1, root);
        rootTimes[dataset].push(block.timestamp);
        roots[dataset].push(root);
    }

    function actFreeze(uint256 which, bool frozen) external {
        vm.prank(address(disputeManager));
        licenseToken.setFrozen(ids[which % LICENSES], frozen);
    }

    /// @dev Seldom, because it is for good.
    function actEnd(uint256 which, uint8 luck) external {
        uint256 id = ids[which % LICENSES];
        if (luck > 20 || over[id]) return;
        vm.prank(address(escrow));
        licenseToken.end(id);
        over[id] = true;
    }

    function actRevoke(uint256 manifest) external {
        uint256 recordId = recordOf[manifest % MANIFESTS];
        if (recordId == 0) return;
        vm.prank(address(disputeManager));
        proofRegistry.revokeByRuling(recordId, "false");
        fallen[recordId] = true;
    }

    function actWarp(uint32 by) external {
        forward(1 + by % 1 days);
    }

    // ---- invariants

    /// @dev PROOF-2.
    function invariant_AManifestIsRecordedOnceAtMost() external view {
        for (uint256 i; i < MANIFESTS; ++i) {
            assertLe(recorded[i], 1, "PROOF-2");
            if (recorded[i] == 0) continue;
            assertEq(
                proofRegistry.stands(recordOf[i]), !fallen[recordOf[i]], "PROOF-3: nothing else takes a record down"
            );
            assertEq(proofRegistry.recordOf(recordOf[i]).recordedAt, recordedAt[recordOf[i]], "PROOF-3: never deleted");
        }
    }

    /// @dev PROOF-4: what proves a license stands, and was recorded when it says.
    function invariant_WhatProvesALicenseStands() external view {
        for (uint256 i; i < LICENSES; ++i) {
            uint40 at = proofRegistry.provenAt(ids[i], 1);
            assertLe(at, block.timestamp, "PROOF-4: not ahead");
            assertEq(proofRegistry.provenAt(ids[i], 2), 0, "PROOF-4: a mock proves no more than a mock");
            bool found = at == 0;
            for (uint256 k; k < runsOf[ids[i]].length; ++k) {
                uint256 recordId = runsOf[ids[i]][k];
                if (!fallen[recordId] && recordedAt[recordId] == at) found = true;
            }
            assertTrue(found, "PROOF-4");
        }
    }

    function test_TheWalkReachesRecords() public {
        this.actSubmit(0, true, 0, 0, 0, false);
        this.actSubmit(0, true, 0, 0, 0, false);
        assertEq(calls["recorded"], 1);
        assertEq(calls["refused"], 1);
    }

    // ---- helpers

    function _sell(uint16 flags, uint40 duration) private returns (uint256 id) {
        ITermsRegistry.Terms memory t = defaultTerms();
        (t.flags, t.duration) = (flags, duration);
        Offer memory o = escrowOffer();
        o.termsId = registerTerms(t);
        openOffer(o);
        id = buy(o, bob);
        held[id].push(Since(block.timestamp, bob));
    }

    function _submission(
        uint256 id,
        address runner,
        uint40 start,
        uint40 end,
        uint256 manifest,
        bool stale
    )
        private
        returns (IProofRegistry.Submission memory)
    {
        IProofRegistry.Entry[] memory entries = entriesOf(id);
        IProofRegistry.AdherenceValues memory v = valuesOf(entries);
        (v.runner, v.runStart, v.runEnd) = (runner, start, end);
        v.runManifestHash = keccak256(abi.encode("manifest", manifest));
        v.licenseSetHash = setHash(entries, stale ? uint40(block.timestamp) : start);
        return submissionOf(entries, v);
    }

    /// @dev Held in every second by one of the two, from purchase on, not expired, not ended.
    function _wasGood(uint256 id, address runner, uint256 start, uint256 end) private view returns (bool) {
        Since[] storage h = held[id];
        if (over[id] || start > end || end > block.timestamp || start < h[0].from) return false;
        uint40 expiry = licenseToken.licenseOf(id).expiry;
        if (expiry != 0 && end >= expiry) return false;
        for (uint256 i; i < h.length; ++i) {
            uint256 until = i + 1 < h.length ? h[i + 1].from : type(uint256).max;
            bool touches = h[i].from < until && start < until && end >= h[i].from;
            if (touches && h[i].holder != runner) return false;
        }
        return true;
    }

    function _rootAt(uint256 id, uint256 time) private view returns (bytes32 root) {
        uint256 dataset = _datasetOf(id);
        for (uint256 i; i < roots[dataset].length && rootTimes[dataset][i] <= time; ++i) {
            root = roots[dataset][i];
        }
    }

    function _datasetOf(uint256 id) private view returns (uint256) {
        return licenseToken.licenseOf(id).datasetId;
    }
}
