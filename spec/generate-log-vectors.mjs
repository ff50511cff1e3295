#!/usr/bin/env node
/** Writes the vectors of entries in a provider's log. Run it only to add cases; existing bytes never change. */
import { account, canonical, change, hex, named, sha, writeVectors } from "./vector-helpers.mjs";

function logEntryVectors() {
  const time = 1_700_000_000;
  const version = { datasetId: "7", version: 2 };
  const ingest = {
    ...{ type: "ingest", ...version, encoding: 1, time },
    ...{ encodingRoot: named("encoding root"), contentRoot: named("content root"), manifestHash: named("manifest") },
  };
  const consent = { type: "consent", ...version, manifestHash: named("manifest"), basis: "source-license", time };
  const release = {
    ...{ type: "key-release", licenseId: "41", ...version, keyHash: named("dataset key"), node: 2, time },
    ...{ releasedAt: time - 5, releaseHash: named("key release") },
  };
  const run = {
    ...{ type: "run", licenseId: "41", recordId: "105312291668557186697918027683670432318895095400549111254310977535" },
    ...{ runManifestHash: named("run manifest"), statement: "adherence", program: 1, assurance: "development" },
    ...{ block: 1234, transactionHash: named("transaction"), time },
  };
  const entry = (name, document) => {
    const text = canonical(document);
    return { name, document, canonical: text, leafHash: hex(sha(Buffer.of(0), Buffer.from(text))) };
  };
  const bad = (name, base, changes) => ({ name, code: "schema", document: change(base, changes) });
  return {
    note: "Entries of a provider's log. `canonical` is the RFC 8785 text, `leafHash` its leaf (SHA-256 of 0x00 and the text).",
    valid: [
      entry("ingest", ingest),
      entry("consent by the source's license", consent),
      entry("consent by receipts", { ...consent, basis: "receipts", root: named("consents"), count: 3 }),
      entry("sale", { type: "sale", licenseId: "41", ...version, encoding: 1, time }),
      entry("key release", release),
      entry("delivery", { type: "delivery", licenseId: "41", sequence: 3, receiptHash: named("receipt"), time }),
      entry("metering", { type: "metering", licenseId: "41", sequence: "3", units: "1000000", time }),
      entry("run", run),
      entry("run with a receipt", { ...run, assurance: "production", receiptId: named("compute receipt") }),
    ],
    invalid: [
      bad("no time", ingest, { time: undefined }),
      bad("time as text", ingest, { time: "1700000000" }),
      bad("consent without a basis", consent, { basis: undefined }),
      bad("consent with a note", consent, { note: "by hand" }),
      bad("release that names an account", release, { account: account("buyer") }),
      bad("release with the node's share", release, { share: named("share") }),
      bad("release by node 0", release, { node: 0 }),
      bad("release by no node", release, { node: undefined }),
      bad("release without its hash", release, { releaseHash: undefined }),
      bad("release of a key that is not named by its hash", release, { keyHash: "dataset key" }),
      bad("license as number", release, { licenseId: 41 }),
      bad("license with a leading zero", release, { licenseId: "041" }),
      bad("run without a license", run, { licenseId: undefined }),
      bad("run that names its runner", run, { runner: account("runner") }),
      bad("run of another statement", run, { statement: "k-anonymity" }),
      bad("run of no assurance", run, { assurance: "none" }),
      bad("run without a block", run, { block: undefined }),
      bad("run with an upper-case hash", run, {
        transactionHash: named("transaction").toUpperCase().replace("X", "x"),
      }),
      bad("run with an empty receipt", run, { receiptId: "" }),
    ],
    unknown: { type: "key-rotation", time },
  };
}

writeVectors("log-entry", logEntryVectors());
