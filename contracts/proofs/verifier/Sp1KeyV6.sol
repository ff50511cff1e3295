// SPDX-License-Identifier: MIT
// Written by tools/sp1-verifier from the key with SHA-256 4388a21c687fdd5f218d7e3d13190cac4c5355818d3605fd5fb811df468ee696. Do not edit.
pragma solidity 0.8.37;

import { Sp1VerifierBase } from "./Sp1VerifierBase.sol";

/// @title The numbers of one Groth16 key of SP1's circuit
abstract contract Sp1KeyV6 is Sp1VerifierBase {
    /// @inheritdoc Sp1VerifierBase
    function _verifierHash() internal pure virtual override returns (bytes32) {
        return 0x4388a21c687fdd5f218d7e3d13190cac4c5355818d3605fd5fb811df468ee696;
    }

    /// @inheritdoc Sp1VerifierBase
    function _fixedPoints() internal pure override returns (uint256, uint256, uint256, uint256) {
        return (
            0x2cd6bf7f164af0b6b0bbbe0fdcb06ee0c1ba07f8e6eb2f9f3943a90cb1d40290,
            0x0a76f7e6e8a78d71649eb7e3132018885e2f57ccca64394738e746c63c9fa83b,
            0x1807204ddcd27506ba72e17b55227b0bf310136ecb40c74acd52f3ccfbcba9f7,
            0x011078b5c7767fe73bb54241dcd143ee805ea4383d48d46bced129482c8c2021
        );
    }

    /// @inheritdoc Sp1VerifierBase
    function _writeKey(uint256 f) internal pure override {
        assembly ("memory-safe") {
            mstore(add(f, 0x80), 0x0f5460f3b7221705435e745da21e276536379c0113c13c4255e7ae101f1e90bf)
            mstore(add(f, 0xa0), 0x022b4d6c4b7dbdeed528d5abe6eddd6f2bd4ae4b9b0450dc18901fc727da799c)
            mstore(add(f, 0x100), 0x11b7e9276171bb0efd647fc63e38bbfba3076f20daca8cd52bcc7284d9b1c6eb)
            mstore(add(f, 0x120), 0x1723616533dd6ae53502c9c506a81f23f543d68750b5133ebfbe1f4746b3b011)
            mstore(add(f, 0x140), 0x241dc9f1df2ecb0c7e6d9522e0d83fe29cb5f4af6571c91c49ea04640c049221)
            mstore(add(f, 0x160), 0x2addf202c6b971af36fbafa29888d52e2d13e3e95ea7513d6436f0c1f256f53b)
            mstore(add(f, 0x180), 0x21c7d728a5fd961fc179ec5eab938f564deba5b271e1c90c2c29a79648418fc1)
            mstore(add(f, 0x1a0), 0x2317bd9b644830ef5ffec1c2d46b5442aa8029d41eb58fb8fc939fb03365e00e)
            mstore(add(f, 0x1c0), 0x1c3c9339849225980c7d3f824f80d19e2a9c2554b6ab2160fa9635528f693fc0)
            mstore(add(f, 0x1e0), 0x0d964538da2653f2e62499571e6c78afb8909d3ea8107f306bd6928253680a3a)
            mstore(add(f, 0x200), 0x03d612368fddb0f3f83497dbc0ae760f98978cff3af02fdee725fb3562839ae9)
            mstore(add(f, 0x220), 0x09ec9e44c7989c61a534b716d1d6db028893c68a9934b17f3a50af2e56d1cc7d)
            mstore(add(f, 0x280), 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2)
            mstore(add(f, 0x2a0), 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed)
            mstore(add(f, 0x2c0), 0x275dc4a288d1afb3cbb1ac09187524c7db36395df7be3b99e673b13a075a65ec)
            mstore(add(f, 0x2e0), 0x1d9befcd05a5323e6da4d435f3b617cdb3af83285c2df711ef39c01571827f9d)
            mstore(add(f, 0x300), 0x0b0ae6e491bc04c544da9e8cd4857d201b4cfa0222dbe96aac97f044fdf1c922)
            mstore(add(f, 0x320), 0x123e064d2ffdb7f8094b727cde1c0beea6d4d551e5743a336804f8effb7f07ac)
            mstore(add(f, 0x360), 0x008c7b7c98d78c07a2c4be5f6be7082ba41021611f9a2dfc016f8bbb37d36bee)
            mstore(add(f, 0x380), 0x09ce6d246baeac24b5a404ca175c2cc4a974e217176fe2ec2a6c22eb60fd65c1)
        }
    }
}
