// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IDatasetRegistry } from "../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { ColophonTest } from "../base/ColophonTest.sol";

/// @notice Gas of whole transactions around titles, through the proxy.
/// forge-config: default.isolate = true
contract RegistryGasTest is ColophonTest {
    string internal constant FILE = "registry";

    IDatasetRegistry.ParentLink[] internal none;

    /// @dev With a record set, by somebody who owns no title yet: every slot of a version is written for the first time.
    function test_Publish() public {
        publishDataset(alice);
        IDatasetRegistry.VersionInput memory input = versionInput();
        (input.recordRoot, input.recordCount) = (unique("records"), 1_000_000);
        vm.prank(carol);
        registry.publish(carol, input, none);
        vm.snapshotGasLastCall(FILE, "gas.publish");
        assertEq(registry.ownerOf(2), carol);
    }

    function test_AddVersion() public {
        uint256 datasetId = publishDataset(alice);
        IDatasetRegistry.VersionInput memory input = versionInput();
        vm.prank(alice);
        registry.addVersion(datasetId, input, none);
        vm.snapshotGasLastCall(FILE, "gas.version");
        assertEq(registry.versionCount(datasetId), 2);
    }

    function test_AddEncoding() public {
        uint256 datasetId = publishDataset(alice);
        IDatasetRegistry.EncodingInput memory input = encodingInput(datasetId, 1, provider, providerKey);
        vm.prank(alice);
        registry.addEncoding(datasetId, 1, input);
        vm.snapshotGasLastCall(FILE, "gas.encoding");
        assertEq(registry.encodingOf(datasetId, 1, 1).provider, provider);
    }

    function test_RegisterTerms() public {
        bytes32 id = registerTerms(defaultTerms());
        vm.snapshotGasLastCall(FILE, "gas.terms");
        assertEq(terms.idAt(1), id);
    }
}
