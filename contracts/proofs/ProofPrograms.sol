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
        Route storage route = _storage().routes[selector];
        if (selector == bytes4(0) || route.verifier != address(0)) revert ProofRegistry_BadRoute(selector, "selector");
        if (verifier.code.length == 0) revert ProofRegistry_BadRoute(selector, "verifier");
        if (assurance == Assurance.None) revert ProofRegistry_BadRoute(selector, "assurance");
        if (verifier.codehash != codeHash) revert ProofRegistry_BadRoute(selector, "codeHash");
        if (assurance == Assurance.Mock && block.chainid != _LOCAL_CHAIN_ID) {
            revert ProofRegistry_MockNotLocal(block.chainid);
        }
        (route.verifier, route.assurance, route.codeHash) = (verifier, assurance, codeHash);
        emit RouteAdded(selector, verifier, assurance, codeHash);
    }

    /// @inheritdoc IProofRegistry
    function stopRoute(bytes4 selector) external restricted {
        Route storage route = _storage().routes[selector];
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
        return _storage().routes[selector];
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
        Route storage route = _storage().routes[selector];
        address verifier = route.verifier;
        if (verifier == address(0) || route.stopped) revert ProofRegistry_NoRoute(selector);
        assurance = route.assurance;
        bytes32 expected = route.codeHash;
        if (verifier.codehash != expected) revert ProofRegistry_CodeChanged(selector, expected, verifier.codehash);
        // Once for each of a bounded batch; the verifier's code is the one that was routed to.
        // slither-disable-next-line calls-loop
        ISP1Verifier(verifier).verifyProof(vkey, publicValues, proof);
    }

    function _programAt(uint16 program) private view returns (StoredProgram storage stored) {
        stored = _storage().programs[program];
        if (stored.vkey == bytes32(0)) revert ProofRegistry_UnknownProgram(program);
    }
}
