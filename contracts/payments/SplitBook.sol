// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TypedData } from "../common/TypedData.sol";
import { IRevenueDistributor } from "../interfaces/payments/IRevenueDistributor.sol";
import { Messages, SplitConsent } from "../types/Messages.sol";
import { DistributorLedger } from "./DistributorLedger.sol";
import { Shares } from "./Shares.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice Numbered, immutable splits among contributors, and whose signature a new one needs.
abstract contract SplitBook is DistributorLedger {
    using SafeCast for uint256;

    /// @inheritdoc IRevenueDistributor
    uint256 public constant MAX_MEMBERS = 64;

    /// @inheritdoc IRevenueDistributor
    function createSplit(
        uint256 datasetId,
        Member[] calldata members,
        Consent[] calldata consents
    )
        external
        returns (uint16 split)
    {
        address owner = _ownerOf(datasetId);
        if (msg.sender != owner) revert RevenueDistributor_NotOwner(datasetId, msg.sender, owner);
        RevenueDistributorStorage storage $ = _storage();
        uint16 previous = $.splitCounts[datasetId];
        split = (uint256(previous) + 1).toUint16();
        uint16 totalBps = _checkMembers(members);
        _requireConsents(datasetId, split, $.splits[datasetId][previous].members, members, consents);

        $.splitCounts[datasetId] = split;
        Split storage made = $.splits[datasetId][split];
        made.totalBps = totalBps;
        for (uint256 i = 0; i < members.length; ++i) {
            made.members.push(members[i]);
        }
        emit SplitCreated(datasetId, split, members);
    }

    /// @inheritdoc IRevenueDistributor
    function splitCount(uint256 datasetId) external view returns (uint16) {
        return _storage().splitCounts[datasetId];
    }

    /// @inheritdoc IRevenueDistributor
    function membersOf(uint256 datasetId, uint16 split) external view returns (Member[] memory) {
        _requireSplit(datasetId, split);
        return _storage().splits[datasetId][split].members;
    }

    /// @inheritdoc IRevenueDistributor
    function splitHashOf(Member[] calldata members) external pure returns (bytes32) {
        return _splitHash(members);
    }

    function _requireSplit(uint256 datasetId, uint16 split) internal view {
        if (split > _storage().splitCounts[datasetId]) revert RevenueDistributor_UnknownSplit(datasetId, split);
    }

    function _splitHash(Member[] calldata members) private pure returns (bytes32) {
        return keccak256(abi.encode(members));
    }

    function _checkMembers(Member[] calldata members) private pure returns (uint16) {
        if (members.length == 0 || members.length > MAX_MEMBERS) {
            revert RevenueDistributor_MemberCount(members.length, MAX_MEMBERS);
        }
        address last = address(0);
        uint256 totalBps = 0;
        for (uint256 i = 0; i < members.length; ++i) {
            Member calldata member = members[i];
            if (member.account <= last) revert RevenueDistributor_MembersNotSorted(member.account);
            if (member.shareBps == 0) revert RevenueDistributor_ZeroShare(member.account);
            last = member.account;
            totalBps += member.shareBps;
        }
        if (totalBps > Shares.BPS) revert RevenueDistributor_SharesTooHigh(totalBps);
        return uint16(totalBps);
    }

    /// @dev Both lists are sorted by account, so one walk finds every old member's new share. The owner's remainder is no
    /// member's share: the owner calls, and the call is its consent.
    function _requireConsents(
        uint256 datasetId,
        uint16 split,
        Member[] storage previous,
        Member[] calldata members,
        Consent[] calldata consents
    )
        private
        view
    {
        uint256 next = 0;
        for (uint256 i = 0; i < previous.length; ++i) {
            Member memory old = previous[i];
            while (next < members.length && members[next].account < old.account) ++next;
            bool stays = next < members.length && members[next].account == old.account;
            uint16 shareBps = stays ? members[next].shareBps : 0;
            if (shareBps >= old.shareBps || old.account == msg.sender) continue;
            if (!_consented(datasetId, split, members, old.account, consents)) {
                revert RevenueDistributor_ConsentMissing(old.account, old.shareBps, shareBps);
            }
        }
    }

    function _consented(
        uint256 datasetId,
        uint16 split,
        Member[] calldata members,
        address member,
        Consent[] calldata consents
    )
        private
        view
        returns (bool)
    {
        for (uint256 i = 0; i < consents.length; ++i) {
            Consent calldata consent = consents[i];
            if (consent.member != member || consent.deadline < block.timestamp) continue;
            SplitConsent memory message = SplitConsent(datasetId, split, _splitHash(members), member, consent.deadline);
            bytes32 structHash = Messages.hash(message);
            if (TypedData.isSignedBy(address(_licenseToken), structHash, member, consent.signature)) return true;
        }
        return false;
    }
}
