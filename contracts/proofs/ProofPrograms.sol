// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IProofRegistry } from "../interfaces/proofs/IProofRegistry.sol";
import { ISP1Verifier } from "../interfaces/proofs/ISP1Verifier.sol";
import { ProofState } from "./ProofState.sol";

/// @notice Which programs are taken, and who checks their proofs.
abstract contract ProofPrograms is ProofState {
    /// @inheritdoc IProofRegistry
    bytes32 public constant ADHERENCE = keccak256("adherence");

    /// @dev Chain id of local chains, the only ones with mock verifiers.
    uint256 private constant _LOCAL_CHAIN_ID = 31_337;
    /// @dev What a proof begins with.
    uint256 private constant _SELECTOR_BYTES = 4;

    /// @inheritdoc IProofRegistry
    /// @dev Where a point is not on its curve, the pairing precompile takes all the gas it gets. SP1's Groth16 verifiers need 205,000 to
    /// 225,000, those of PLONK 310,000, and a gateway in front of them some 10,000.
    uint256 public constant VERIFIER_GAS = 400_000;
    /// @dev What is spent between the measurement and the call: the call's own price, and its input in memory.
    uint256 private constant _CALL_GAS = 10_000;
    /// @dev What must be left for the verifier to get all of it, of which a call never gets the last 64th (EIP-150).
    uint256 private constant _LEAST_GAS = VERIFIER_GAS * 64 / 63 + _CALL_GAS;

    /// @inheritdoc IProofRegistry
    function addProgram(
        bytes32 statement,
        bytes32 vkey,
        uint32 statementVersion,
        uint40 from,
        uint40 until
    )
        external
        restricted
        returns (uint16 program)
    {
        if (statement == bytes32(0)) revert ProofRegistry_BadProgram("statement");
        if (vkey == bytes32(0)) revert ProofRegistry_BadProgram("vkey");
        if (statementVersion == 0) revert ProofRegistry_BadProgram("statementVersion");
        if (until != 0 && until <= from) revert ProofRegistry_BadProgram("until");
        ProofRegistryStorage storage $ = _storage();
        program = ++$.programCount;
        $.programs[program] = StoredProgram({
            vkey: vkey,
            statementVersion: statementVersion,
            from: from,
            until: until,
            unsoundAt: 0,
            adherence: statement == ADHERENCE,
            statement: statement
        });
        emit ProgramAdded(program, statement, vkey, statementVersion, from, until);
    }

    /// @inheritdoc IProofRegistry
    function setProgramEnd(uint16 program, uint40 until) external restricted {
        StoredProgram storage stored = _programAt(program);
        if (until != 0 && until <= stored.from) revert ProofRegistry_BadProgram("until");
        if (stored.until == until) revert ProofRegistry_NoChange();
        stored.until = until;
        emit ProgramEndSet(program, until);
    }

    /// @inheritdoc IProofRegistry
    function markUnsound(uint16 program, bytes32 reasonHash) external restricted {
        StoredProgram storage stored = _programAt(program);
        if (stored.unsoundAt != 0) revert ProofRegistry_NoChange();
        stored.unsoundAt = uint40(block.timestamp);
        emit ProgramUnsound(program, reasonHash);
    }

    /// @inheritdoc IProofRegistry
    function addRoute(bytes4 selector, address verifier, Assurance assurance, bytes32 codeHash) external restricted {
        StoredRoute storage route = _storage().routes[selector];
        if (selector == bytes4(0) || route.verifier != address(0)) revert ProofRegistry_BadRoute(selector, "selector");
        if (verifier.code.length == 0) revert ProofRegistry_BadRoute(selector, "verifier");
        if (assurance == Assurance.None) revert ProofRegistry_BadRoute(selector, "assurance");
        if (verifier.codehash != codeHash) revert ProofRegistry_BadRoute(selector, "codeHash");
        if (assurance == Assurance.Mock && block.chainid != _LOCAL_CHAIN_ID) {
            revert ProofRegistry_MockNotLocal(block.chainid);
        }
        (route.verifier, route.assurance, route.codeHash) = (verifier, assurance, codeHash);
        route.codeTag = _tagOf(codeHash);
        emit RouteAdded(selector, verifier, assurance, codeHash);
    }

    /// @inheritdoc IProofRegistry
    function stopRoute(bytes4 selector) external restricted {
        StoredRoute storage route = _storage().routes[selector];
        if (route.verifier == address(0)) revert ProofRegistry_NoRoute(selector);
        if (route.stopped) revert ProofRegistry_NoChange();
        route.stopped = true;
        emit RouteStopped(selector);
    }

    /// @inheritdoc IProofRegistry
    function programOf(uint16 program) external view returns (Program memory) {
        StoredProgram memory p = _programAt(program);
        return Program(p.statement, p.vkey, p.statementVersion, p.from, p.until, p.unsoundAt);
    }

    /// @inheritdoc IProofRegistry
    function programCount() external view returns (uint16) {
        return _storage().programCount;
    }

    /// @inheritdoc IProofRegistry
    function routeOf(bytes4 selector) external view returns (Route memory) {
        StoredRoute memory r = _storage().routes[selector];
        return Route(r.verifier, r.assurance, r.stopped, r.codeHash);
    }

    /// @dev The program, if proofs of the adherence statement are taken from it now.
    function _activeProgram(uint16 program) internal view returns (bytes32 vkey, uint32 statementVersion) {
        StoredProgram storage p = _programAt(program);
        if (!p.adherence) revert ProofRegistry_NotAdherence(program, p.statement);
        (uint40 from, uint40 until, uint40 unsoundAt) = (p.from, p.until, p.unsoundAt);
        bool over = until != 0 && block.timestamp >= until;
        if (unsoundAt != 0 || block.timestamp < from || over) {
            revert ProofRegistry_ProgramNotActive(program, from, until, unsoundAt);
        }
        return (p.vkey, p.statementVersion);
    }

    /// @dev Has the proof checked by the verifier that it names.
    function _verify(
        bytes32 vkey,
        bytes calldata publicValues,
        bytes calldata proof
    )
        internal
        view
        returns (bytes4 selector, Assurance assurance)
    {
        if (proof.length >= _SELECTOR_BYTES) selector = bytes4(proof);
        StoredRoute storage route = _storage().routes[selector];
        address verifier = route.verifier;
        if (verifier == address(0) || route.stopped) revert ProofRegistry_NoRoute(selector);
        assurance = route.assurance;
        // An account without code has no such tag either.
        if (_tagOf(verifier.codehash) != route.codeTag) {
            revert ProofRegistry_CodeChanged(selector, route.codeHash, verifier.codehash);
        }
        _ask(selector, verifier, abi.encodeCall(ISP1Verifier.verifyProof, (vkey, publicValues, proof)));
    }

    /// @dev Calls the verifier with no more gas than it gets. Whatever fails reverts; an error tells a refusal from a lack of gas, since
    /// a precompile that runs out looks like a wrong proof.
    function _ask(bytes4 selector, address verifier, bytes memory input) private view {
        uint256 given = gasleft();
        // Once for each of a bounded batch; the verifier's code is the one that was routed to.
        // slither-disable-next-line calls-loop,low-level-calls
        (bool success, bytes memory reason) = verifier.staticcall{ gas: VERIFIER_GAS }(input);
        if (success) return;
        if (given < _LEAST_GAS) revert ProofRegistry_TooLittleGas(given, _LEAST_GAS);
        revert ProofRegistry_ProofRefused(selector, reason);
    }

    function _tagOf(bytes32 codeHash) private pure returns (uint80) {
        return uint80(uint256(codeHash));
    }

    function _programAt(uint16 program) private view returns (StoredProgram storage stored) {
        stored = _storage().programs[program];
        if (stored.vkey == bytes32(0)) revert ProofRegistry_UnknownProgram(program);
    }
}
