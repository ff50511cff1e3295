#!/usr/bin/env node
/**
 * Writes the invalid cases of evidence bundles, as byte edits of a valid one, with its own reading and signing: no code of the SDK.
 * The valid bundles were made once, on local chains, and stay; `--add NAME FILE` adds one. `--check` compares.
 */
import { readFileSync } from "node:fs";
import { deflateSync, inflateSync } from "node:zlib";
import { sign } from "viem/accounts";
import { canonical, hex, sha, writeVectors } from "./vector-helpers.mjs";

/** Keys that everyone knows, of two accounts of local chains: who signed the valid bundles, and signs the forged ones. */
const KEYS = {
  "a run on a local chain": "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
  "a run of which the log tells": "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
  "the main job's run": "0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6",
};
const TYPE = "application/vnd.in-toto+json";

/** Where each file's bytes are in an archive. */
function placesIn(archive) {
  const places = new Map();
  for (let at = 0; archive[at] !== 0; ) {
    const path = archive
      .subarray(at, at + 100)
      .toString("latin1")
      .replace(/\0.*/s, "");
    const size = Number.parseInt(archive.subarray(at + 124, at + 135).toString("latin1"), 8);
    places.set(path, { start: at + 512, end: at + 512 + size });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return places;
}

/** An archive in which texts are replaced by others of the same length. */
class Forged {
  constructor(base, key) {
    this.base = base;
    this.key = key;
    this.bytes = Buffer.from(base);
    this.places = placesIn(base);
  }

  text(path) {
    const { start, end } = this.places.get(path);
    return this.bytes.subarray(start, end).toString("utf8");
  }

  write(path, text) {
    const { start, end } = this.places.get(path);
    const bytes = Buffer.from(text);
    if (bytes.length !== end - start) throw new Error(`${path} changes its length.`);
    bytes.copy(this.bytes, start);
    return this;
  }

  /** Changes the first part of a file that the pattern finds. */
  change(path, pattern, change) {
    const text = this.text(path);
    if (!pattern.test(text)) throw new Error(`${path} has no ${pattern}.`);
    return this.write(path, text.replace(pattern, change));
  }

  /** Makes index and signature fit again, as a forger does. */
  async signed() {
    const index = JSON.parse(this.text("bundle.json"));
    for (const file of index.files) {
      const { start, end } = this.places.get(file.path);
      file.sha256 = hex(sha(this.bytes.subarray(start, end)));
    }
    this.write("bundle.json", canonical(index));
    const statement = {
      _type: "https://in-toto.io/Statement/v1",
      subject: [{ name: "bundle.json", digest: { sha256: sha(Buffer.from(canonical(index))).toString("hex") } }],
      predicateType: "urn:colophon:predicate:evidence-bundle.v1",
      predicate: { chainId: index.chainId, recordId: index.recordId, block: index.block },
    };
    const payload = Buffer.from(canonical(statement));
    const message = Buffer.concat([Buffer.from(`DSSEv1 ${TYPE.length} ${TYPE} ${payload.length} `), payload]);
    const { r, s } = await sign({ hash: hex(sha(message)), privateKey: this.key });
    const sig = Buffer.from(r.slice(2).padStart(64, "0") + s.slice(2).padStart(64, "0"), "hex").toString("base64");
    const envelope = JSON.parse(this.text("bundle.dsse.json"));
    envelope.signatures[0].sig = sig;
    envelope.payload = payload.toString("base64");
    return this.write("bundle.dsse.json", canonical(envelope));
  }

  /** What differs from the base. */
  edits() {
    const edits = [];
    for (let at = 0; at < this.base.length; at++) {
      if (this.base[at] === this.bytes[at]) continue;
      let end = at + 1;
      // Short equal stretches between two changes are not worth an edit of their own.
      for (let i = end; i < this.base.length && i < end + 8; i++) if (this.base[i] !== this.bytes[i]) end = i + 1;
      edits.push({ at, hex: hex(this.bytes.subarray(at, end)) });
      at = end;
    }
    return edits;
  }
}

/** Another digit in the place of the last one. */
const other = (text) => text.replace(/.$/, (digit) => (digit === "1" ? "2" : "1"));

/** How to forge parts of a bundle, with its signature made to fit again and without. */
function forger({ name, base }) {
  const change = (path, pattern, how) => new Forged(base, KEYS[name]).change(path, pattern, how);
  return {
    at: (offset) => ({ edits: [{ at: offset, hex: hex(Buffer.from([base[offset] ^ 1])) }] }),
    unsigned: (path, pattern, how = other) => ({ edits: change(path, pattern, how).edits() }),
    signed: async (path, pattern, how = other) => ({ edits: (await change(path, pattern, how).signed()).edits() }),
  };
}

async function altered(bundle) {
  const { base } = bundle;
  const { at, unsigned, signed } = forger(bundle);
  const signature = placesIn(base).get("bundle.dsse.json");
  return [
    ["a byte of a header that holds nothing", "archive", at(200)],
    ["a byte of padding", "archive", at(signature.end)],
    ["a byte after the end", "archive", { append: "0x00" }],
    ["a byte too few", "archive", { length: base.length - 1 }],
    ["another format", "index", unsigned("bundle.json", /colophon-evidence-bundle/)],
    ["another chain, unsigned", "signature", unsigned("bundle.json", /"chainId":31337/)],
    ["another signature", "signature", unsigned("bundle.dsse.json", /"sig":"./)],
    ["an altered file", "files", unsigned("run/proof.json", /"proof":"0x...../)],
    ["a header, signed anew", "blocks", await signed("chain/state.json", /"headers":\["0x[0-9a-f]+/)],
    ["another block, signed anew", "blocks", await signed("bundle.json", /"hash":"0x[0-9a-f]{64}/)],
    ["a node, signed anew", "state", await signed("chain/state.json", /"nodes":\["0x[0-9a-f]+/)],
    ["an event, signed anew", "events", await signed("events/record.json", /"runner":"0x[0-9a-f]{40}/)],
    ["another record, signed anew", "record", await signed("bundle.json", /"recordId":"[0-9]+/)],
    ["a proof, signed anew", "proof", await signed("run/proof.json", /"proof":"0x[0-9a-f]+/)],
    ["a count of the run manifest, signed anew", "run-manifest", await signed("run/manifest.json", /"count":[0-9]/)],
    ["a delivery, signed anew", "delivery-receipt", await signed("deliveries/license-1.json", /"chunks":"[0-9]/)],
    ["a log's entry, signed anew", "log-inclusion", await signed("log/license-1.json", /\\"time\\":[0-9]+/)],
  ];
}

/** Parts that the first bundle lacks. */
async function alteredDocuments(bundle) {
  const { signed } = forger(bundle);
  const manifest = "manifests/dataset-1-version-1.json";
  return [
    ["a manifest, signed anew", "manifest", await signed(manifest, /"created":[0-9]+/)],
    ["terms, signed anew", "terms", await signed("terms/license-1.json", /"duration":[0-9]+/)],
    ["an enclave's evidence, signed anew", "compute-receipt", await signed("run/attestation", /"nonce":"0x[0-9a-f]+/)],
    ["a job's statement, signed anew", "compute-receipt", await signed("run/receipt.dsse.json", /"sig":"./)],
  ];
}

/** What the provider's log says of the run, and of the key before it. */
async function alteredLog(bundle) {
  const { signed } = forger(bundle);
  const log = "log/license-1.json";
  return [
    ["what the log says of the run, signed anew", "log-inclusion", await signed(log, /\\"program\\":[0-9]/)],
    ["which node released the key, signed anew", "log-inclusion", await signed(log, /\\"node\\":[0-9]/)],
  ];
}

function validFrom(name, archive) {
  const forged = new Forged(archive);
  const [recorded] = JSON.parse(forged.text("events/record.json")).events;
  const { recordId, runner, runManifestHash, grade, program } = recorded.args;
  const signer = JSON.parse(forged.text("bundle.dsse.json")).signatures[0].keyid;
  const facts = { signer, recordId, runner, runManifestHash, grade, program };
  return { name, archive: deflateSync(archive, { level: 9 }).toString("base64"), facts };
}

const known = new URL("./vectors/evidence-bundle.json", import.meta.url);
const { valid } = JSON.parse(readFileSync(known, "utf8"));
const given = process.argv.indexOf("--add");
if (given > 0) valid.push(validFrom(process.argv[given + 1], readFileSync(process.argv[given + 2])));
const [first, second, third] = valid.map(({ name, archive }) => ({
  name,
  base: inflateSync(Buffer.from(archive, "base64")),
}));
const named = (bundle, cases) => cases.map(([name, code, how]) => ({ name, of: bundle.name, code, ...how }));
const invalid = [
  ...named(first, await altered(first)),
  ...named(second, await alteredDocuments(second)),
  ...named(third, await alteredLog(third)),
];
writeVectors("evidence-bundle", { valid, invalid });
