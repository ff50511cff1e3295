#!/usr/bin/env node
/**
 * Writes the vectors of documents and messages with its own canonical JSON, hashing and EIP-712 encoding, so that the SDK and the
 * contracts are tested against something that shares no code with them. Run it only to add cases; existing bytes never change.
 */
import { readdirSync, readFileSync } from "node:fs";
import { keccak256, stringToBytes } from "viem";
import { account, canonical, change, cid, hashOf, hex, named, sha, writeVectors } from "./vector-helpers.mjs";

const json = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
const word = (value) => Buffer.from(BigInt(value).toString(16).padStart(64, "0"), "hex");
const keccak = (bytes) => keccak256(bytes);
const keccakBytes = (bytes) => keccak256(bytes, "bytes");

/** abi.encode of the fields: a word each; of a dynamic one its offset, and behind all words its length and bytes, padded. */
function abiEncode(fields, message) {
  const heads = [];
  const tails = [];
  let offset = fields.length * 32;
  for (const { name, type } of fields) {
    heads.push(word(type === "bytes" ? offset : message[name]));
    if (type !== "bytes") continue;
    const bytes = Buffer.from(message[name].slice(2), "hex");
    const tail = Buffer.concat([word(bytes.length), bytes, Buffer.alloc((32 - (bytes.length % 32)) % 32)]);
    tails.push(tail);
    offset += tail.length;
  }
  return Buffer.concat([...heads, ...tails]);
}

function eip712Vectors() {
  const domain = { name: "Colophon", version: "1", chainId: 31337, verifyingContract: account("license token") };
  const domainType = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
  const separator = keccak(
    Buffer.concat([
      word(keccak(stringToBytes(domainType))),
      word(keccak(stringToBytes(domain.name))),
      word(keccak(stringToBytes(domain.version))),
      word(domain.chainId),
      word(domain.verifyingContract),
    ]),
  );
  const fieldValue = (message, { name, type }, edge) => {
    if (type === "bytes32") return edge ? `0x${"ff".repeat(32)}` : named(`${message} ${name}`);
    if (type === "address") return edge ? `0x${"ff".repeat(20)}` : account(`${message} ${name}`);
    if (type === "bool") return edge;
    // The one dynamic field is a key of 48 bytes.
    if (type === "bytes")
      return hex(
        edge
          ? Buffer.alloc(48, 0xff)
          : Buffer.concat([sha(Buffer.from(`${message} ${name}`)), sha(Buffer.from(name)).subarray(0, 16)]),
      );
    const bits = BigInt(type.slice(4));
    return (edge ? 2n ** bits - 1n : BigInt(named(`${message} ${name}`)) % (bits > 8n ? 1000n : 100n)).toString();
  };
  const messages = readdirSync(new URL("./eip712", import.meta.url))
    .filter((file) => file !== "domain.json")
    .sort()
    .flatMap((file) => {
      const { primaryType, type, fields, onChain } = json(`./eip712/${file}`);
      return [false, true].map((edge) => {
        const message = Object.fromEntries(fields.map((field) => [field.name, fieldValue(primaryType, field, edge)]));
        const typeHash = keccak(stringToBytes(type));
        const words = fields.map(({ name, type }) => word(type === "bytes" ? keccak(message[name]) : message[name]));
        const structHash = keccak(Buffer.concat([word(typeHash), ...words]));
        const digest = keccak(Buffer.concat([Buffer.from([0x19, 0x01]), word(separator), word(structHash)]));
        const encoded = hex(abiEncode(fields, message));
        return { primaryType, onChain, largest: edge, type, typeHash, message, encoded, structHash, digest };
      });
    });
  return {
    note: "EIP-712. `encoded` is abi.encode of the message's fields, in order. Integers are decimal text; `largest` = every field at its maximum.",
    domain,
    domainSeparator: separator,
    messages,
  };
}

function termsVectors() {
  const useNames = ["read-raw", "train", "fine-tune", "evaluate", "infer", "redistribute", "derive", "mint"];
  const flagNames = [
    "commercial",
    "transferable",
    "share-alike",
    "revocable",
    "later-versions",
    "delete-on-expiry",
    "report-use",
    "first-refusal",
  ];
  const bits = (names, all) => names.reduce((sum, name) => sum + 2 ** all.indexOf(name), 0);
  const struct = (document) => ({
    uses: bits(document.uses, useNames),
    flags: bits(document.flags, flagNames),
    duration: document.duration,
    revocationNotice: document.revocationNotice,
    derivativeShareBps: document.derivativeShareBps,
    resaleRoyaltyBps: document.resaleRoyaltyBps,
    quota: document.quota?.amount ?? "0",
    territoryHash: document.territory === "world" ? hex(Buffer.alloc(32)) : hashOf(document.territory),
    documentHash: hashOf(document),
  });
  const templates = readdirSync(new URL("./terms", import.meta.url))
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => json(`./terms/${file}`));
  const base = templates.find((template) => template.name === "train-only");
  const full = change(base, {
    name: "everything",
    title: "Every field set",
    uses: useNames,
    flags: flagNames.slice(0, 7),
    revocationNotice: 2_592_000,
    derivativeShareBps: 1250,
    resaleRoyaltyBps: 500,
    quota: { unit: "records", amount: "340282366920938463463374607431768211455" },
    territory: ["AT", "DE", "FR"],
  });
  const refusal = change(full, { name: "everything-and-refusal", flags: flagNames });
  const valid = [...templates, full, refusal].map((document) => {
    const fields = struct(document);
    const encoded = Buffer.concat(Object.values(fields).map(word));
    return { name: document.name, document, struct: fields, encoded: hex(encoded), termsId: keccak(encoded) };
  });
  const bad = (name, code, changes) => ({ name, code, document: change(base, changes) });
  return {
    note: "Terms v1. `encoded` is abi.encode of ITermsRegistry.Terms, `termsId` its keccak256.",
    valid,
    invalid: [
      bad("no uses", "schema", { uses: [] }),
      bad("unknown use", "schema", { uses: ["read-raw", "sell"] }),
      bad("use twice", "schema", { uses: ["train", "train"] }),
      bad("unknown field", "schema", { extra: 1 }),
      bad("missing prose", "schema", { prose: undefined }),
      bad("share above 100 %", "schema", { derivativeShareBps: 10_001 }),
      bad("duration beyond 40 bits", "schema", { duration: 2 ** 40 }),
      bad("fraction", "schema", { duration: 1.5 }),
      bad("quota of zero", "schema", { quota: { unit: "records", amount: "0" } }),
      bad("other version", "schema", { formatVersion: 2 }),
      bad("upper-case hash", "schema", { "prose.hash": base.prose.hash.toUpperCase() }),
      bad("uses out of order", "value", { uses: ["train", "read-raw"] }),
      bad("notice without revocable", "value", { revocationNotice: 60 }),
      bad("royalty without transferable", "value", { resaleRoyaltyBps: 60 }),
      bad("territory out of order", "value", { territory: ["FR", "AT"] }),
      bad("quota beyond 128 bits", "value", { quota: { unit: "records", amount: (2n ** 128n).toString() } }),
      bad("first refusal without transferable", "value", { flags: ["commercial", "first-refusal"] }),
    ],
  };
}

function manifestVectors() {
  const base = {
    format: "colophon-manifest",
    formatVersion: 1,
    name: "Vector digits",
    description: "A small dataset for tests; “ü” and 🙂 are in here to test UTF-8.",
    image: "ipfs://bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
    created: 1_700_000_000,
    publisher: { name: "Vector House", url: "https://example.org", account: account("publisher") },
    modality: ["image", "tabular"],
    languages: ["en", "de-AT"],
    keywords: ["digits", "handwriting"],
    content: {
      root: named("content root"),
      chunkSize: 1_048_560,
      chunks: 12,
      files: 11,
      bytes: 7_840_123,
      fileListFirst: 11,
      mediaTypes: ["application/octet-stream"],
    },
    records: {
      root: named("record root"),
      count: 10_000,
      ids: "derived",
      record: "784 pixel bytes, then the label byte",
    },
    source: {
      license: "CC-BY-SA-3.0",
      licenseUrl: "https://creativecommons.org/licenses/by-sa/3.0/",
      attribution: "Yann LeCun and Corinna Cortes",
      origins: [
        { title: "MNIST", url: "https://example.org/mnist", license: "CC-BY-SA-3.0", retrieved: 1_699_999_000 },
      ],
    },
    pipeline: [
      {
        step: "chunk and hash",
        tool: "colophon-ingest",
        version: "0.1.0",
        status: "passed",
        counts: [{ name: "files", value: 10 }],
      },
      {
        step: "near-duplicates",
        tool: "minhash",
        version: "1.2.3",
        status: "skipped",
        configHash: named("config"),
        note: "Images.",
      },
    ],
    consents: { basis: "source-license", note: "The source's license covers it." },
    contentCredentials: { policy: "kept", checked: 10, valid: 0, invalid: 0 },
    privacy: { mode: "no-personal-data" },
    parents: [
      {
        chainId: 31337,
        registry: account("registry"),
        datasetId: "7",
        version: 2,
        contentRoot: named("parent"),
        relation: "derived",
      },
    ],
    offerDefaults: [
      { terms: "train-only", chainId: 31337, token: account("usdc"), price: "250000000", rail: "escrow" },
    ],
  };
  const least = change(base, {
    publisher: { name: "V" },
    languages: undefined,
    keywords: undefined,
    records: null,
    source: { license: "CC0-1.0", origins: [{ title: "Own work" }] },
    consents: { basis: "receipts", root: named("consents"), count: 3 },
    contentCredentials: { policy: "none" },
    parents: [],
    offerDefaults: [],
  });
  const valid = [
    ["everything", base],
    ["least", least],
  ].map(([name, document]) => ({
    name,
    document,
    canonical: canonical(document),
    manifestHash: hashOf(document),
    cid: cid(hashOf(document)),
  }));
  const bad = (name, code, changes) => ({ name, code, document: change(base, changes) });
  const text = canonical(base);
  return {
    note: "Manifest v1. `canonical` is the RFC 8785 text, `manifestHash` the SHA-256 of its UTF-8 bytes, `cid` the CIDv1 (raw) of it.",
    valid,
    invalid: [
      bad("names an encoding", "schema", { encodingRoot: named("encoding") }),
      bad("no name", "schema", { name: undefined }),
      bad("empty name", "schema", { name: "" }),
      bad("control character in the name", "schema", { name: "a\u0000b" }),
      bad("no source license", "schema", { "source.license": undefined }),
      bad("no origin", "schema", { "source.origins": [] }),
      bad("image by plain http", "schema", { image: "http://example.org/a.png" }),
      bad("script as image", "schema", { image: "javascript:alert(1)" }),
      bad("short root", "schema", { "content.root": "0x1234" }),
      bad("other chunk size", "schema", { "content.chunkSize": 1_048_576 }),
      bad("no chunks", "schema", { "content.chunks": 0 }),
      bad("negative size", "schema", { "content.bytes": -1 }),
      bad("number as text", "schema", { created: "1700000000" }),
      bad("receipts without a root", "schema", { consents: { basis: "receipts" } }),
      bad("17 parents", "schema", { parents: Array.from({ length: 17 }, () => base.parents[0]) }),
      bad("unknown modality", "schema", { modality: ["smell"] }),
      bad("modality twice", "schema", { modality: ["text", "text"] }),
      bad("price as number", "schema", { "offerDefaults.0.price": 5 }),
      bad("other format", "schema", { format: "manifest" }),
      bad("file list beyond the end", "value", { "content.fileListFirst": 12 }),
      bad("more files than chunks", "value", { "content.files": 13 }),
    ],
    invalidBytes: [
      { name: "white space", code: "not-canonical", text: text.replace(",", ", ") },
      {
        name: "keys out of order",
        code: "not-canonical",
        text: `{"name":"Vector digits",${text.slice(1).replace('"name":"Vector digits",', "")}`,
      },
      { name: "duplicate key", code: "not-canonical", text: `{"consents":1,${text.slice(1)}` },
      { name: "number in another form", code: "not-canonical", text: text.replace("1700000000", "17e8") },
      { name: "cut", code: "not-canonical", text: text.slice(0, -1) },
      { name: "byte order mark", code: "not-canonical", text: `\ufeff${text}` },
    ],
  };
}

function envelopeVectors() {
  const { header, encodingId } = json("./vectors/col1.json");
  const base = {
    format: "colophon-envelope",
    formatVersion: 1,
    chainId: 31337,
    licenseToken: account("license token"),
    datasetId: "1",
    version: 1,
    contentRoot: named("content root"),
    encodingId,
    encodingRoot: named("encoding root"),
    header,
    key: {
      scheme: "bls12381-g2-ibe",
      networkPublicKey: `0x${"a7".repeat(48)}`,
      conditions: [
        {
          contractAddress: account("license token"),
          functionName: "hasValidLicense",
          functionParams: [":userAddress", "1", "1", "1"],
          functionAbi: {
            name: "hasValidLicense",
            inputs: [
              { name: "user", type: "address" },
              { name: "datasetId", type: "uint256" },
              { name: "version", type: "uint32" },
              { name: "uses", type: "uint16" },
            ],
            outputs: [{ name: "", type: "bool" }],
            constant: true,
            stateMutability: "view",
          },
          chain: "goerli",
          returnValueTest: { key: "", comparator: "=", value: "true" },
        },
      ],
      keyHash: named("dataset key"),
      ciphertext: Buffer.alloc(115, 7).toString("base64"),
    },
    provider: account("provider"),
    created: 1_700_000_000,
  };
  const bad = (name, code, changes) => ({ name, code, document: change(base, changes) });
  return {
    note: "Key envelope v1. `envelopeHash` is the SHA-256 of the RFC 8785 text. The wrapped key here opens nothing.",
    valid: [{ name: "sealed", document: base, canonical: canonical(base), envelopeHash: hashOf(base) }],
    invalid: [
      bad("unknown field", "schema", { note: "x" }),
      bad("key in the clear", "schema", { "key.datasetKey": named("dataset key") }),
      bad("unknown scheme", "schema", { "key.scheme": "none" }),
      bad("no condition", "schema", { "key.conditions": [] }),
      bad("condition that writes", "schema", { "key.conditions.0.functionAbi.stateMutability": "nonpayable" }),
      bad("short header", "schema", { header: header.slice(0, -2) }),
      bad("header of another format", "schema", { header: header.replace("434f4c31", "434f4c32") }),
      bad("version zero", "schema", { version: 0 }),
      bad("checksum-case address", "schema", { provider: account("provider").toUpperCase().replace("0X", "0x") }),
      bad("encoding id of another header", "mismatch", { encodingId: named("another") }),
      bad("header with contradictory counts", "value", { header: `${header.slice(0, 26)}00000000${header.slice(34)}` }),
    ],
  };
}

function recordVectors() {
  const records = Array.from({ length: 1500 }, (_, i) => Buffer.from(canonical({ id: i, label: i % 10 })));
  const idOf = (record) => sha(Buffer.from([2]), record).subarray(0, 8);
  const ids = records.map(idOf).sort(Buffer.compare);
  const leaves = [ids.slice(0, 1024), ids.slice(1024)].map((part) => sha(Buffer.from([0]), ...part));
  return {
    note: "Record sets. Record i is the RFC 8785 text of {id: i, label: i mod 10}; ids are decimal text.",
    count: records.length,
    first: records
      .slice(0, 3)
      .map((record) => ({ record: record.toString(), id: BigInt(hex(idOf(record))).toString() })),
    leafHashes: leaves.map(hex),
    root: hex(sha(Buffer.from([1]), ...leaves)),
    single: { ids: ["1"], root: hex(sha(Buffer.from([0]), Buffer.from("0000000000000001", "hex"))) },
  };
}

function invoiceDetailsVectors() {
  const base = {
    format: "colophon-invoice-details",
    formatVersion: 1,
    salt: named("salt"),
    purchaseReference: "PO-2026-00417",
    buyer: {
      name: "Müller & Söhne “KI” GmbH",
      address: ["Hafenstraße 1", "20457 Hamburg"],
      country: "DE",
      taxId: "DE123456789",
      account: account("buyer"),
    },
    tax: { treatment: "charged", rateBps: 1900, country: "DE" },
  };
  const abroad = change(base, {
    seller: { name: "Vector House", address: ["1 Main Street", "Dublin"], country: "IE", taxId: "IE 1234567 T" },
    "tax.treatment": "reverse-charge",
    "tax.rateBps": 0,
    "tax.note": "Reverse charge, Article 196 of Directive 2006/112/EC.",
    note: "Cost center 12.",
  });
  const document = (name, value) => ({
    name,
    document: value,
    canonical: canonical(value),
    reference: hashOf(value),
  });
  const bad = (name, code, changes) => ({ name, code, document: change(base, changes) });
  return {
    note: "Invoice details v1. `reference` is the SHA-256 of the RFC 8785 text: the reference of the purchase. `taxes`: what `gross` base units contain.",
    valid: [document("taxed at home", base), document("reverse charge, everything set", abroad)],
    invalid: [
      bad("no salt", "schema", { salt: undefined }),
      bad("no buyer", "schema", { buyer: undefined }),
      bad("unknown field", "schema", { "buyer.email": "a@example.org" }),
      bad("no address", "schema", { "buyer.address": [] }),
      bad("country in words", "schema", { "buyer.country": "Germany" }),
      bad("unknown treatment", "schema", { "tax.treatment": "none" }),
      bad("rate above 100 %", "schema", { "tax.rateBps": 10_001 }),
      bad("empty reference", "schema", { purchaseReference: "" }),
      bad("charged at nothing", "value", { "tax.rateBps": 0 }),
      bad("rate without charge", "value", { "tax.treatment": "exempt" }),
    ],
    taxes: [
      ["119", 1900],
      ["118", 1900],
      ["1", 1900],
      ["340282366920938463463374607431768211455", 2500],
      ["1000000", 0],
    ].map(([gross, rateBps]) => ({
      gross,
      rateBps,
      tax: ((BigInt(gross) * BigInt(rateBps)) / BigInt(10_000 + rateBps)).toString(),
    })),
  };
}

function contributorListVectors() {
  // The recursive definition: node `at` has the children 2 at + 1 and 2 at + 2; the last nodes are the leaves, in reverse.
  const pair = (a, b) => keccak(Buffer.concat([a, b].sort().map((hash) => Buffer.from(hash.slice(2), "hex"))));
  const lists = [1, 2, 3, 7, 64].map((count) => {
    const accounts = Array.from({ length: count }, (_, i) => account(`contributor ${i}`)).sort();
    const units = accounts.map((_, i) => (i === 0 && count > 1 ? (2n ** 96n - 1n).toString() : String(1 + i * 5)));
    const leaves = accounts.map((address, i) => keccak(keccakBytes(Buffer.concat([word(address), word(units[i])]))));
    const last = 2 * count - 2;
    const node = (at) => (2 * at + 1 > last ? leaves[last - at] : pair(node(2 * at + 1), node(2 * at + 2)));
    const proof = (at) => (at === 0 ? [] : [node(at % 2 === 0 ? at - 1 : at + 1), ...proof(Math.floor((at - 1) / 2))]);
    return {
      accounts,
      units,
      totalUnits: units.reduce((sum, given) => sum + BigInt(given), 0n).toString(),
      leaves,
      root: node(0),
      proofs: leaves.map((_, i) => proof(last - i)),
    };
  });
  return {
    note: "Lists of contributors: leaf keccak256(keccak256(abi.encode(account, units))), nodes keccak256 of the sorted pair.",
    lists,
  };
}

writeVectors("eip712", eip712Vectors());
writeVectors("terms", termsVectors());
writeVectors("manifest", manifestVectors());
writeVectors("envelope", envelopeVectors());
writeVectors("records", recordVectors());
writeVectors("invoice-details", invoiceDetailsVectors());
writeVectors("contributor-list", contributorListVectors());
