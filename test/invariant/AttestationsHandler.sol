// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAttestationRegistry } from "../../contracts/interfaces/trust/IAttestationRegistry.sol";
import { Attestation, Messages } from "../../contracts/types/Messages.sol";
import { TrustFixture } from "../unit/trust/TrustFixture.sol";

/// @notice Random walks of issuers that accredit each other, and of the badges that they give. Most acts are tried and may be
/// refused; what counts is what the walk leaves behind.
abstract contract AttestationsHandler is TrustFixture {
    uint256 internal constant PEOPLE = 6;

    address[PEOPLE] internal people;
    uint256[PEOPLE] internal keys;
    bytes32[] internal subjects;
    uint256[] internal ids;
    /// @dev Who held a badge when it came, when it was revoked (0: not yet), and who issued it.
    mapping(uint256 badgeId => address) internal ghostHolder;
    mapping(uint256 badgeId => uint40) internal ghostRevokedAt;
    mapping(address holder => uint256) internal ghostBalance;
    mapping(string act => uint256) public calls;

    uint256 private _nonce;

    function setUp() public virtual override {
        super.setUp();
        for (uint256 i = 0; i < PEOPLE; ++i) {
            (people[i], keys[i]) = makeAddrAndKey(string.concat("person ", vm.toString(i)));
            subjects.push(badges.personSubject(people[i]));
            subjects.push(badges.providerSubject(people[i]));
        }
        subjects.push(badges.datasetSubject(datasetId));
        subjects.push(badges.versionSubject(datasetId, 1));
        badges.accreditByGovernance(people[0], 10_000, 0);
        badges.accreditByGovernance(people[1], 5000, START + 60 days);
    }

    // ---- accreditation

    function actGovern(uint256 who, uint16 weight, uint40 life) external {
        try badges.accreditByGovernance(people[who % PEOPLE], weight % 10_002, _expiry(life)) {
            ++calls["govern"];
        } catch { }
    }

    function actAccredit(uint256 by, uint256 who, uint16 weight, uint40 life) external {
        vm.prank(people[by % PEOPLE]);
        try badges.accredit(people[who % PEOPLE], weight % 10_002, _expiry(life)) {
            ++calls["accredit"];
        } catch { }
    }

    function actTakeBack(uint256 by, uint256 who) external {
        vm.prank(people[by % PEOPLE]);
        try badges.removeAccreditation(people[who % PEOPLE]) {
            ++calls["take back"];
        } catch { }
    }

    function actRemove(uint256 who) external {
        if (who % 4 != 0) return;
        try badges.removeIssuer(people[(who >> 8) % PEOPLE]) {
            ++calls["remove"];
        } catch { }
    }

    // ---- badges

    function actIssue(uint256 by, uint256 about) external {
        address who = people[by % PEOPLE];
        IAttestationRegistry.BadgeInput memory input = _badge(subjects[about % subjects.length]);
        input.nonce = ++_nonce;
        bool accredited = badges.weightOf(who) != 0;
        vm.prank(who);
        try badges.issue(input) returns (uint256 id) {
            assertTrue(accredited, "ATTEST-3");
            _came(id, input.subject);
        } catch { }
    }

    function actAnchor(uint256 by, uint256 about, uint40 age, uint256 signer) external {
        Attestation memory message = _attestation(subjects[about % subjects.length]);
        (message.issuer, message.nonce) = (people[by % PEOPLE], ++_nonce);
        message.issuedAt -= age % 10 days;
        uint256 key = signer % 4 == 0 ? keys[(signer >> 8) % PEOPLE] : keys[by % PEOPLE];
        bool accredited = badges.weightOf(message.issuer) != 0;
        try badges.anchor(message, "", _sign(key, Messages.hash(message))) returns (uint256 id) {
            assertTrue(accredited, "ATTEST-3");
            assertEq(key, keys[by % PEOPLE], "ATTEST-3: signed by its issuer");
            _came(id, message.subject);
        } catch { }
    }

    function actRevoke(uint256 badge, uint256 by) external {
        if (ids.length == 0) return;
        uint256 id = ids[badge % ids.length];
        address who = people[by % PEOPLE];
        if (by % 5 == 0) who = disputes;
        else if (by % 5 < 3) who = badges.badgeOf(id).issuer;
        vm.startPrank(who);
        if (who == disputes) badges.revokeByRuling(id, "ruled");
        else try badges.revoke(id, "taken back") { } catch { }
        vm.stopPrank();
        _follow(id);
    }

    function actRenounce(uint256 badge, uint256 by) external {
        if (ids.length == 0) return;
        uint256 id = ids[badge % ids.length];
        vm.prank(by % 2 == 0 ? ghostHolder[id] : people[(by >> 8) % PEOPLE]);
        try badges.renounce(id) { } catch { }
        _follow(id);
    }

    /// @dev Every way to move a badge, by its holder and by others.
    function actMove(uint256 badge, uint256 by, uint256 to) external {
        if (ids.length == 0) return;
        uint256 id = ids[badge % ids.length];
        (address from, address target) = (ghostHolder[id], people[to % PEOPLE]);
        vm.startPrank(by % 2 == 0 ? from : people[(by >> 8) % PEOPLE]);
        try badges.transferFrom(from, target, id) {
            fail();
        } catch { }
        try badges.safeTransferFrom(from, target, id) {
            fail();
        } catch { }
        try badges.safeTransferFrom(from, target, id, "") {
            fail();
        } catch { }
        try badges.approve(target, id) {
            fail();
        } catch { }
        try badges.setApprovalForAll(target, true) {
            fail();
        } catch { }
        vm.stopPrank();
        ++calls["move"];
    }

    function actSellTitle(uint256 to) external {
        address owner = registry.ownerOf(datasetId);
        vm.prank(owner);
        registry.transferFrom(owner, people[to % PEOPLE], datasetId);
    }

    function actWarp(uint256 seconds_) external {
        vm.warp(block.timestamp + seconds_ % 20 days);
    }

    // ---- parts

    function _came(uint256 id, bytes32 subject) private {
        ids.push(id);
        ghostHolder[id] = badges.holderOf(subject);
        ++ghostBalance[ghostHolder[id]];
        ++calls["badge"];
    }

    /// @dev A badge is revoked once, and for good.
    function _follow(uint256 id) private {
        uint40 at = badges.badgeOf(id).revokedAt;
        if (ghostRevokedAt[id] != 0) assertEq(at, ghostRevokedAt[id], "ATTEST-4");
        ghostRevokedAt[id] = at;
    }

    function _expiry(uint40 life) private view returns (uint40) {
        return life % 3 == 0 ? 0 : uint40(block.timestamp + life % 100 days);
    }
}
