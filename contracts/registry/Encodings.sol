// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import { TypedData } from "../common/TypedData.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { EncodingAcceptance, Messages } from "../types/Messages.sol";
import { DatasetStorage } from "./DatasetStorage.sol";

/// @notice Encodings of versions: numbered, append-only, each accepted by its provider.
abstract contract Encodings is DatasetStorage {
    using Messages for EncodingAcceptance;

    /// @inheritdoc IDatasetRegistry
    function addEncoding(
        uint256 datasetId,
        uint32 version,
        EncodingInput calldata input
    )
        external
        onlyDatasetOwner(datasetId)
        returns (uint16 encoding)
    {
        StoredVersion storage stored = _versionAt(datasetId, version);
        _requireField(input.encodingRoot != bytes32(0), "encodingRoot");
        _requireField(input.envelopeHash != bytes32(0), "envelopeHash");
        _requireField(input.provider != address(0), "provider");
        encoding = SafeCast.toUint16(uint256(stored.encodingCount) + 1);
        _checkAcceptance(datasetId, version, encoding, input);
        stored.encodingCount = encoding;
        _storage().encodings[datasetId][version][encoding] = Encoding({
            encodingRoot: input.encodingRoot,
            provider: input.provider,
            retirementNotice: input.retirementNotice,
            retiredAt: 0
        });
        emit EncodingAdded(
            datasetId, version, encoding, input.encodingRoot, input.envelopeHash, input.provider, input.retirementNotice
        );
    }

    /// @inheritdoc IDatasetRegistry
    function retireEncoding(uint256 datasetId, uint32 version, uint16 encoding) external {
        Encoding storage stored = _encodingAt(datasetId, version, encoding);
        if (msg.sender != stored.provider) _checkOwner(datasetId);
        require(stored.retiredAt == 0, DatasetRegistry_AlreadyRetired(datasetId, version, encoding));
        uint40 retiredAt = uint40(block.timestamp);
        stored.retiredAt = retiredAt;
        emit EncodingRetired(datasetId, version, encoding, retiredAt + stored.retirementNotice);
    }

    /// @inheritdoc IDatasetRegistry
    function encodingOf(uint256 datasetId, uint32 version, uint16 encoding) external view returns (Encoding memory) {
        return _encodingAt(datasetId, version, encoding);
    }

    function _checkAcceptance(
        uint256 datasetId,
        uint32 version,
        uint16 encoding,
        EncodingInput calldata input
    )
        private
        view
    {
        require(block.timestamp <= input.deadline, DatasetRegistry_Expired(input.deadline, block.timestamp));
        bytes32 structHash = EncodingAcceptance({
            datasetId: datasetId,
            version: version,
            encoding: encoding,
            encodingRoot: input.encodingRoot,
            envelopeHash: input.envelopeHash,
            provider: input.provider,
            retirementNotice: input.retirementNotice,
            deadline: input.deadline
        }).hash();
        require(
            TypedData.isSignedBy(LICENSE_TOKEN, structHash, input.provider, input.signature),
            DatasetRegistry_BadSignature(input.provider)
        );
    }
}
