import { fromHex } from "../formats/bytes.js";

/** One circuit version of SP1 and its Groth16 key: what a verifier contract of that version holds. */
export interface Sp1Groth16Verifier {
  /** SP1's name of the circuit. */
  readonly version: string;
  /** The verification key as gnark writes it, 492 bytes. Its SHA-256 is the contract's `VERIFIER_HASH`. */
  readonly key: Uint8Array;
  /** Root over the keys of the recursion programs that may stand between program and proof, 32 bytes as hex. */
  readonly vkRoot: `0x${string}`;
}

/** `groth16_vk-v6.1.0.bin` of the crate `sp1-verifier` 6.10.0, SHA-256 4388a21c…e696: the key of Succinct's ceremony. */
const KEY_V6_1_0 = [
  "e1c7d728a5fd961fc179ec5eab938f564deba5b271e1c90c2c29a79648418fc182e78e216b27cb2b30abd22d17fb65b747ad8050",
  "d18e543498522d01a2c3fe79dc3c9339849225980c7d3f824f80d19e2a9c2554b6ab2160fa9635528f693fc00d964538da2653f2",
  "e62499571e6c78afb8909d3ea8107f306bd6928253680a3a998e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7",
  "aef312c21800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6edd7e00b2ca4f62668135017ed8a68894e",
  "104ac26dfd9bf376634b42af9e5ae50e91b7e9276171bb0efd647fc63e38bbfba3076f20daca8cd52bcc7284d9b1c6eb17236165",
  "33dd6ae53502c9c506a81f23f543d68750b5133ebfbe1f4746b3b01100000006acd6bf7f164af0b6b0bbbe0fdcb06ee0c1ba07f8",
  "e6eb2f9f3943a90cb1d402908f5460f3b7221705435e745da21e276536379c0113c13c4255e7ae101f1e90bf8b0ae6e491bc04c5",
  "44da9e8cd4857d201b4cfa0222dbe96aac97f044fdf1c922c97c875a6ebd0999b06e7267ff3d8a6bf859bb9635abae07cb6b3534",
  "ba409a839807204ddcd27506ba72e17b55227b0bf310136ecb40c74acd52f3ccfbcba9f7808c7b7c98d78c07a2c4be5f6be7082b",
  "a41021611f9a2dfc016f8bbb37d36bee0000000000000000",
].join("");

/** What SP1's deployed verifiers of circuit v6.1.0 hold, and `Sp1VerifierV6` of this project. */
export const SP1_GROTH16_V6_1_0: Sp1Groth16Verifier = {
  version: "v6.1.0",
  key: fromHex(`0x${KEY_V6_1_0}`, 492),
  vkRoot: "0x002f850ee998974d6cc00e50cd0814b098c05bfade466d28573240d057f25352",
};
