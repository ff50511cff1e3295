// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAccessManaged } from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import { Roles } from "../../contracts/access/Roles.sol";
import { Permissions } from "../../script/base/Permissions.sol";
import { ColophonTest } from "../base/ColophonTest.sol";

/// @notice Every state-changing function of every proxy, from the compiled ABI, against every role: exactly the role of
/// the permission table may pass, and whatever is not in the table must be named here as open.
/// @dev Reads the ABI from the build's output: `out`, or FOUNDRY_OUT.
contract PermissionMatrixTest is ColophonTest {
    /// @dev Functions that guard themselves (owner, holder, neighbor, signature) or that anyone may call, by contract.
    mapping(string target => mapping(string name => bool)) internal open;

    /// @dev One account for each role, and it alone holds it.
    mapping(uint64 role => address) internal holder;
    /// @dev What forge answers when a text is not in another.
    uint256 internal constant NOT_FOUND = type(uint256).max;
    uint64[5] internal roles = [Roles.UPGRADER, Roles.GOVERNOR, Roles.GUARDIAN, Roles.KEY_OPERATOR, Roles.ADMIN];

    function setUp() public override {
        super.setUp();
        vm.startPrank(address(timelock));
        for (uint256 i; i < 4; ++i) {
            holder[roles[i]] = makeAddr(string.concat("holder of role ", vm.toString(roles[i])));
            accessManager.grantRole(roles[i], holder[roles[i]], 0);
        }
        vm.stopPrank();
        holder[Roles.ADMIN] = address(timelock);
        _declareOpen();
    }

    function test_EveryFunctionAnswersToItsRoleAlone() public {
        string[] memory proxies = Permissions.proxies();
        for (uint256 i; i < proxies.length; ++i) {
            string[] memory signatures = _stateChanging(proxies[i]);
            assertGt(signatures.length, 0, proxies[i]);
            for (uint256 k; k < signatures.length; ++k) {
                _checkFunction(proxies[i], signatures[k]);
            }
        }
    }

    /// @dev Contract by contract, so that each ABI is read once.
    function test_EveryPermissionIsOfAFunctionThatExists() public {
        Permissions.Permission[] memory list = Permissions.restricted();
        string[] memory proxies = Permissions.proxies();
        uint256 seen;
        for (uint256 p; p < proxies.length; ++p) {
            string[] memory signatures = _stateChanging(proxies[p]);
            for (uint256 i; i < list.length; ++i) {
                if (!_equal(list[i].target, proxies[p])) continue;
                bool found;
                for (uint256 k; k < signatures.length; ++k) {
                    found = found || _equal(signatures[k], list[i].signature);
                }
                assertTrue(found, string.concat(list[i].target, " has no ", list[i].signature));
                ++seen;
            }
        }
        assertEq(seen, list.length, "a permission is of no proxy");
    }

    function test_TheLensChangesNothing() public {
        assertEq(_stateChanging("ColophonLens").length, 0);
    }

    function test_OnlyTheManagerMovesTheAuthority() public {
        string[] memory proxies = Permissions.proxies();
        for (uint256 i; i < proxies.length; ++i) {
            address[3] memory callers = [mallory, address(timelock), governance];
            for (uint256 k; k < callers.length; ++k) {
                vm.prank(callers[k]);
                vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, callers[k]));
                IAccessManaged(_addressOf(proxies[i])).setAuthority(callers[k]);
            }
        }
    }

    function _checkFunction(string memory target, string memory signature) private {
        if (_equal(signature, "setAuthority(address)")) return;
        (bool restricted, uint64 role) = _roleOf(target, signature);
        string memory label = string.concat(target, ".", signature);
        if (!restricted) {
            assertTrue(open[target][_nameOf(signature)], string.concat(label, " is neither permitted nor open"));
            assertFalse(_isDenied(target, signature, mallory), label);
            return;
        }
        assertFalse(open[target][_nameOf(signature)], label);
        assertTrue(_isDenied(target, signature, mallory), string.concat(label, " lets anyone in"));
        for (uint256 i; i < roles.length; ++i) {
            bool denied = _isDenied(target, signature, holder[roles[i]]);
            assertEq(denied, roles[i] != role, string.concat(label, " and role ", vm.toString(roles[i])));
        }
    }

    /// @dev Calls with arguments that are all zero. Whatever else goes wrong, only the manager's refusal counts.
    function _isDenied(string memory target, string memory signature, address caller) private returns (bool) {
        bytes memory call = abi.encodePacked(Permissions.selectorOf(signature), new bytes(2048));
        uint256 snapshot = vm.snapshotState();
        vm.prank(caller);
        (bool ok, bytes memory answer) = _addressOf(target).call(call);
        vm.revertToState(snapshot);
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller);
        return !ok && keccak256(answer) == keccak256(refusal);
    }

    function _roleOf(string memory target, string memory signature) private pure returns (bool, uint64) {
        if (_equal(signature, Permissions.UPGRADE)) return (true, Roles.UPGRADER);
        Permissions.Permission[] memory list = Permissions.restricted();
        for (uint256 i; i < list.length; ++i) {
            if (_equal(list[i].target, target) && _equal(list[i].signature, signature)) return (true, list[i].role);
        }
        return (false, 0);
    }

    /// @dev Signatures of the functions whose name the ABI lists as neither view nor pure.
    function _stateChanging(string memory target) private view returns (string[] memory found) {
        string memory out = vm.envOr("FOUNDRY_OUT", string("out"));
        string memory json = vm.readFile(string.concat(out, "/", target, ".sol/", target, ".json"));
        string[] memory all = vm.parseJsonKeys(json, ".methodIdentifiers");
        string memory names = _changingNames(json);
        found = new string[](all.length);
        uint256 n;
        for (uint256 i; i < all.length; ++i) {
            if (vm.indexOf(names, string.concat("|", _nameOf(all[i]), "|")) != NOT_FOUND) found[n++] = all[i];
        }
        assembly ("memory-safe") {
            mstore(found, n)
        }
    }

    function _changingNames(string memory json) private view returns (string memory names) {
        names = "|";
        for (uint256 i; vm.keyExistsJson(json, _abiKey(i, "")); ++i) {
            if (!_equal(vm.parseJsonString(json, _abiKey(i, ".type")), "function")) continue;
            string memory mutability = vm.parseJsonString(json, _abiKey(i, ".stateMutability"));
            if (_equal(mutability, "view") || _equal(mutability, "pure")) continue;
            names = string.concat(names, vm.parseJsonString(json, _abiKey(i, ".name")), "|");
        }
    }

    function _abiKey(uint256 position, string memory rest) private pure returns (string memory) {
        return string.concat(".abi[", vm.toString(position), "]", rest);
    }

    function _nameOf(string memory signature) private pure returns (string memory) {
        return vm.split(signature, "(")[0];
    }

    function _equal(string memory a, string memory b) private pure returns (bool) {
        return keccak256(bytes(a)) == keccak256(bytes(b));
    }

    function _declareOpen() private {
        string[] memory proxies = Permissions.proxies();
        for (uint256 i; i < proxies.length; ++i) {
            _open(proxies[i], "initialize");
        }
        string[3] memory tokens = ["DatasetRegistry", "LicenseToken", "AttestationRegistry"];
        for (uint256 i; i < tokens.length; ++i) {
            _open(tokens[i], "approve,setApprovalForAll,transferFrom,safeTransferFrom");
        }
        _open("TermsRegistry", "register");
        _open("DatasetRegistry", "publish,addVersion,addEncoding,retireEncoding,cancelGrant");
        _open("DatasetRegistry", "setRevokedRoot,setVersionStatus");
        _open("LicenseToken", "mint,setFrozen,setSuspended,end,revoke,revokeByRuling,activate,delegate,undelegate");
        _open("LicenseToken", "announceResale,cancelResale,takeResale");
        _open("LicenseMarket", "takeResale");
        _open("LicenseMarket", "open,close,buy,buyWithPermit,buyWithAuthorization,buyWithPermit2,buyMany");
        _open("EscrowRail", "open,settle,freeze,unfreeze,refund,close,confirm,submitReceipt,contest,rule");
        _open("EscrowRail", "submitReceiptOfLaterEncoding,applyDefault,refundUndelivered");
        _open("EscrowRail", "requestWithdrawal,completeWithdrawal,claimDeferred");
        string[4] memory rails = ["StreamRail", "MeterRail", "RevenueShareRail", "LiveStreamRail"];
        for (uint256 i; i < rails.length; ++i) {
            _open(rails[i], "open,settle,freeze,unfreeze,refund,close,claimDeferred");
        }
        _open("StreamRail", "submitReport,contest,concede,rule,changeRate,pause,reopen,sweep,sync");
        _open("LiveStreamRail", "pause,reopen,sweep,collect");
        _open("MeterRail", "deposit,redeem,redeemMany,redeemOfBatch,requestWithdrawal,completeWithdrawal");
        _open("RevenueShareRail", "submitStatement,submitAudit,remind,payDebt");
        _open("RevenueDistributor", "createSplit,distribute,payRoyalty,payPastRoyalty,collectFees,claim");
        _open("RevenueDistributor", "preparePool,distributeToPool,distributeFrom,noteArrival,distributePassed");
        _declareTrustOpen();
    }

    function _declareTrustOpen() private {
        _open("ProviderBond", "addKey,allocate,claimDeferred,claimRewards,completeDeallocation");
        _open("ProviderBond", "completeUndelegation,completeWithdrawal,delegate,deposit,dropLock,lock");
        _open("ProviderBond", "payTreasury,register,requestDeallocation,requestUndelegation,requestWithdrawal");
        _open("ProviderBond", "revokeKey,reward,setDelegatorShare,slash,unlock");
        _open("ObjectiveFaults", "equivocation,lateReceipt,wrongContent,wrongRoot");
        _open("ServiceChallenges", "answer,claimDeferred,fault,open");
        _open("DisputeManager", "appeal,applyFault,claimDeferred,conclude,counterBond,endLicense,open,refer");
        _open("DisputeManager", "respond,rule,settle,settleLicense,showChunkKey,submitEvidence,withdraw");
        _open("CouncilArbitrator", "request,vote");
        _open("AttestationRegistry", "accredit,anchor,issue,issueMany,registerSchema,removeAccreditation,renounce");
        _open("AttestationRegistry", "revoke,revokeByRuling,withdraw");
        _open("ConsentRegistry", "anchorBatch,link,linkBatch,nameGuardian,record,recordFromBatch,revoke");
        _open("ConsentRegistry", "revokeBySignature,startRecall,startRecallOfBatch");
        _open("Recalls", "acknowledge,acknowledgeBySignature,acknowledgeMany,decideByRuling,nameRoot,open");
        _open("Recalls", "openByConsent,resolve");
        _open("ComputeReceipts", "proveContradiction,publishPolicy,record,registerSigner,revokeByRuling,revokeSigner");
        _open("ProofRegistry", "cancelStatements,revokeByRuling,submit,submitBatch");
        _open("CheckpointLog", "anchor,open");
        _open("QualityOracle", "commit,declareMethod,deposit,request,requestForLicense,reveal,settle,withdraw");
    }

    function _open(string memory target, string memory names) private {
        string[] memory list = vm.split(names, ",");
        for (uint256 i; i < list.length; ++i) {
            open[target][list[i]] = true;
        }
    }
}
