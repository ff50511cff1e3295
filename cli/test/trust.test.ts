import { readFile, stat, writeFile } from "node:fs/promises";
import { leafHash, MerkleTree } from "@colophon-protocol/sdk/formats";
import { bytesToHex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DAY, type Person, word } from "./market.js";
import { errorOf } from "./support.js";
import { leaves, startTrustMarket, type TrustMarket } from "./trust-market.js";

let market: TrustMarket;
beforeAll(async () => {
  market = await startTrustMarket();
  for (const name of ["service.json", "terms.txt", "reasons.txt", "leaves.json"])
    await writeFile(file(name), `the ${name}`);
}, 240_000);
afterAll(() => market?.stop());

const file = (name: string) => market.file(name);
const usdc = ["--token", "TestUSDC"];
const refusal = async (ran: Promise<Awaited<ReturnType<TrustMarket["owner"]["run"]>>>) => errorOf(await ran);

/** Opens an offer of the encoding with leaves. */
const open = (name: string, price: string) =>
  market.owner.json(
    ...["offer", "open", "--dataset", "1", "--encoding", "2", "--terms", "train-only", "--price", price, ...usdc],
    ...["--out", file(name)],
  );
const bought = async (name: string): Promise<string> =>
  (await market.buyer.json("license", "buy", file(name))).licenseId;

describe("a provider and its bond, by commands", () => {
  it("registers, names keys, and changes what is given", async () => {
    const { provider, auditor } = market;
    expect(await provider.json("provider", "show")).toMatchObject({ registered: false });
    const early = await refusal(provider.run("provider", "update", "--payout", auditor.address));
    expect(early).toMatchObject({ exitCode: 2, hint: expect.stringContaining("provider register") });
    await provider.json(
      ...["provider", "register", "--endpoints", "https://provider.example/service.json"],
      ...["--description", file("service.json"), "--terms", file("terms.txt")],
    );
    await provider.json("provider", "update", "--payout", auditor.address);
    expect(await provider.json("provider", "show", provider.address)).toMatchObject({
      registered: true,
      payout: auditor.address,
      endpoints: "https://provider.example/service.json",
    });
    await provider.json("provider", "keys", "add", auditor.address, "--for", "logs");
    await provider.json("provider", "keys", "revoke", auditor.address);
    expect(await provider.json("provider", "keys", "show", auditor.address)).toMatchObject({ purposes: ["logs"] });
    await provider.json("provider", "update", "--payout", provider.address);
    await provider.json("provider", "share", "20");
  });

  it("bonds, allocates, covers, is backed, and thaws", async () => {
    const { provider, auditor } = market;
    await open("offer.json", "100");
    const dry = await provider.json("bond", "deposit", "1000", ...usdc, "--dry-run");
    expect(dry).toMatchObject({ dryRun: true, deposit: "1000 USDC", requirements: [{ type: "approval" }] });
    await provider.json("bond", "deposit", "1000", ...usdc);
    expect(await market.buyer.json("bond", "cover", file("offer.json"))).toMatchObject({ covered: false });
    const allocated = await provider.json("bond", "allocate", file("offer.json"), "500", "--value-at-risk", "200");
    expect(allocated).toMatchObject({ added: "500 USDC", covered: true, perPurchase: "100 USDC" });
    await auditor.json("bond", "delegate", provider.address, "100", ...usdc);
    const whole = await auditor.json("bond", "show", provider.address, ...usdc, "--delegator", auditor.address);
    expect(whole).toMatchObject({ stake: "1100 USDC", allocated: "500 USDC", delegation: { worth: "100 USDC" } });
    const greedy = await refusal(auditor.run("bond", "undelegate", provider.address, "101", ...usdc));
    expect(greedy).toMatchObject({ exitCode: 2, message: "The delegation is worth 100 USDC." });
    await auditor.json("bond", "undelegate", provider.address, "all", ...usdc);
    await provider.json("bond", "thaw", "100", ...usdc);
    await provider.json("bond", "deallocate", file("offer.json"), "50");
    const tooEarly = await refusal(provider.run("bond", "withdraw", ...usdc));
    expect(tooEarly).toMatchObject({ exitCode: 3, errorName: expect.stringMatching(/^ProviderBond_/) });
    await market.pass(30 * DAY);
    expect(await provider.json("bond", "withdraw", ...usdc)).toMatchObject({ withdrawn: "100 USDC" });
    expect(await auditor.json("bond", "undelegate", provider.address, ...usdc)).toMatchObject({ paid: "100 USDC" });
    expect(await provider.json("bond", "deallocate", file("offer.json"))).toMatchObject({ freed: "50 USDC" });
    expect(await provider.json("bond", "show", ...usdc)).toMatchObject({ stake: "900 USDC", allocated: "450 USDC" });
  });
});

describe("faults, by commands", () => {
  const wrong = leaves.map((leaf) =>
    leaf.index === 3 ? { ...leaf, digest: leaf.digest.map((byte) => byte ^ 1) } : leaf,
  );

  it("slash who signed for a wrong chunk, and refund the buyer", async () => {
    const { auditor, provider } = market;
    const license = await bought("offer.json");
    await market.putReceipt("wrong.json", BigInt(license), wrong);
    await market.putReceipt("right.json", BigInt(license), leaves);
    await Promise.all([market.putLeaves("wrong.leaves", wrong), market.putLeaves("right.leaves", leaves)]);
    const encoding = ["--encoding", file("right.leaves")];
    const honest = ["fault", "wrong-content", file("right.json"), "--served", file("right.leaves"), ...encoding];
    expect(await refusal(auditor.run(...honest))).toMatchObject({
      message: "What was served is what the encoding has.",
    });
    const proof = ["fault", "wrong-content", file("wrong.json"), "--served", file("wrong.leaves"), ...encoding];
    expect(await auditor.json(...proof, "--dry-run")).toMatchObject({ dryRun: true, simulation: "ok" });
    expect(await auditor.json(...proof)).toMatchObject({ chunk: "3", refunded: "100 USDC" });
    expect(await auditor.json("fault", "show", license)).toMatchObject({
      faults: ["content"],
      provider: provider.address,
    });
    expect(await provider.json("bond", "show", ...usdc)).toMatchObject({ own: "850 USDC" });
    const late = await refusal(auditor.run("fault", "late-receipt", file("right.json")));
    expect(late).toMatchObject({ errorName: "ObjectiveFaults_NoFault", exitCode: 3 });
  });

  it("slash who shows two histories of a log", async () => {
    const entries = Array.from({ length: 5 }, (_, i) => leafHash(Uint8Array.of(i)));
    const tree = MerkleTree.from(entries);
    await writeFile(file("log.entries"), Buffer.concat(entries));
    await market.putHead("head.json", 5n, bytesToHex(tree.root()));
    await market.putHead("older.json", 3n, bytesToHex(tree.root(3)));
    await market.putHead("forked.json", 3n, word("f0"));
    const log = ["--entries", file("log.entries"), ...usdc];
    const agree = await refusal(
      market.auditor.run("fault", "equivocation", file("older.json"), file("head.json"), ...log),
    );
    expect(agree).toMatchObject({ message: expect.stringContaining("extends the smaller one") });
    const proven = await market.auditor.json("fault", "equivocation", file("forked.json"), file("head.json"), ...log);
    expect(proven).toMatchObject({ sizes: ["3", "5"] });
  });

  it("ask on chain for a chunk: answered, or closed as a fault", async () => {
    const { auditor, buyer, provider } = market;
    await open("served.json", "100");
    await provider.json("bond", "allocate", file("served.json"), "150");
    const license = await bought("served.json");
    await buyer.json("fault", "challenge", license, "--chunk", "5", "--out", file("request.json"));
    const opened = await auditor.json("fault", "challenge", license, "--file", file("request.json"));
    expect(opened).toMatchObject({ challengeId: "1", fee: expect.stringMatching(/USDC$/) });
    const encoding = ["--encoding", file("right.leaves")];
    expect(await provider.json("fault", "answer", "1", ...encoding)).toMatchObject({ paidTo: provider.address });
    await market.pass(3 * DAY);
    const { challengeId } = await buyer.json("fault", "challenge", license, "--chunk", "6");
    expect(await refusal(auditor.run("fault", "close", challengeId))).toMatchObject({ exitCode: 3 });
    expect(await buyer.json("fault", "show", license)).toMatchObject({ lastChallenge: { chunk: "6", state: "open" } });
    await market.pass(2 * DAY);
    expect(await auditor.json("fault", "close", challengeId)).toMatchObject({ state: "Faulted", refunded: "100 USDC" });
  });
});

describe("a dispute, by commands", () => {
  it("goes from claim to remedy", async () => {
    const { owner, buyer, auditor, council } = market;
    const license = await bought("offer.json");
    const claim = ["dispute", "raise", "--license", license, "--reason", "not-as-described"];
    const dry = await buyer.json(...claim, "--statement", "A tenth is noise.", "--dry-run");
    expect(dry).toMatchObject({ bond: "25 USDC", respondent: owner.address, requirements: [{ type: "approval" }] });
    const { disputeId } = await buyer.json(...claim, "--statement", "A tenth is noise.");
    await owner.json("dispute", "respond", disputeId, "--evidence", file("service.json"), "--uri", "ipfs://answer");
    await auditor.json("dispute", "evidence", disputeId, "--statement", "I saw it.");
    expect(await auditor.json("dispute", "refer", disputeId)).toMatchObject({ cost: "nothing" });
    const half = ["--uphold", "--refund", "50", "--reasons", file("reasons.txt")];
    expect(await auditor.json("dispute", "preview", disputeId, ...half)).toMatchObject({
      ...{ held: "100 USDC", refund: "50 USDC", toClaimant: "25 USDC", endsLicense: true },
    });
    expect(await refusal(auditor.run("dispute", "vote", disputeId, ...half))).toMatchObject({ exitCode: 3 });
    for (const member of council) await member.json("dispute", "vote", disputeId, ...half);
    const shown = await buyer.json("dispute", "show", disputeId);
    expect(shown).toMatchObject({
      ...{ phase: "ruled", reason: "not-as-described", ruling: { upheld: true, refund: "50 USDC" } },
      ifItStands: { held: "100 USDC", refund: "50 USDC" },
    });
    expect(shown.secondsLeft).toBeGreaterThan(0);
    const appeal = await owner.json("dispute", "appeal", disputeId, "--dry-run");
    expect(appeal).toMatchObject({ bond: "50 USDC", cost: "nothing" });
    expect(await refusal(auditor.run("dispute", "conclude", disputeId))).toMatchObject({
      errorName: "DisputeManager_TooEarly",
    });
    await market.pass(shown.secondsLeft + 1);
    expect(await auditor.json("dispute", "conclude", disputeId)).toMatchObject({
      outcome: "upheld",
      bondsToClaimant: "25 USDC",
    });
  });

  it("is settled by terms that one signs and the other takes, or given up", async () => {
    const { owner, buyer } = market;
    const raise = async () => {
      const license = await bought("offer.json");
      const claim = ["--license", license, "--reason", "not-delivered", "--statement", "Nothing came."];
      return (await buyer.json("dispute", "raise", ...claim)).disputeId as string;
    };
    const settled = await raise();
    await buyer.json("dispute", "settle", settled, "--refund", "25", "--out", file("terms.json"));
    const done = await owner.json("dispute", "settle", settled, "--file", file("terms.json"));
    expect(done).toMatchObject({ settled: true, refund: "25 USDC" });
    const offered = await raise();
    expect(await buyer.json("dispute", "settle", offered, "--refund", "10")).toMatchObject({ settled: false });
    expect(await buyer.json("dispute", "withdraw", offered)).toMatchObject({ outcome: "withdrawn" });
    expect(await buyer.json("dispute", "show", offered)).toMatchObject({ phase: "closed", outcome: "withdrawn" });
  });
});

describe("badges, by commands", () => {
  it("are issued, shown, verified off chain, anchored and revoked", async () => {
    const { auditor, buyer, provider } = market;
    await market.accredit(auditor.address, 1000);
    const register = ["attest", "schema", "register", "uint16 errorBps,bytes32 reportHash"];
    const { schema } = await auditor.json(
      ...register,
      "--document",
      file("service.json"),
      "--kinds",
      "version",
      "person",
    );
    expect(await auditor.json("attest", "schema", "show", schema)).toMatchObject({ kinds: ["version", "person"] });
    const badge = ["--dataset", "1", "--version-number", "1", "--schema", schema];
    const values = ["--values", JSON.stringify([250, word("ab")])];
    const stranger = await refusal(buyer.run("attest", "issue", ...badge, ...values));
    expect(stranger).toMatchObject({ errorName: "AttestationRegistry_NotAccredited" });
    expect(await refusal(auditor.run("attest", "issue", ...badge))).toMatchObject({ exitCode: 2 });
    const { badgeId } = await auditor.json("attest", "issue", ...badge, ...values);
    expect(await buyer.json("attest", "show", badgeId)).toMatchObject({
      ...{ standing: "valid", issuer: auditor.address, issuerWeight: 1000, about: { kind: "Version", datasetId: "1" } },
    });
    await auditor.json("attest", "revoke", badgeId, "--reason", "a mistake");
    expect(await buyer.json("attest", "show", badgeId)).toMatchObject({ standing: "revoked" });

    await auditor.json("attest", "issuer", "accredit", provider.address, "--weight", "400");
    expect(await buyer.json("attest", "issuer", "show", provider.address)).toMatchObject({
      accredited: true,
      weight: 400,
    });
    const about = ["--person", buyer.address, "--schema", schema, ...values];
    await provider.json("attest", "sign", ...about, "--out", file("badge.json"));
    expect(await buyer.json("attest", "verify", file("badge.json"))).toMatchObject({ counts: true, onChain: "no" });
    const anchored = await buyer.json("attest", "anchor", file("badge.json"));
    expect(await buyer.json("attest", "verify", file("badge.json"))).toMatchObject({ counts: true, onChain: "valid" });
    await buyer.json("attest", "renounce", anchored.badgeId);
    await auditor.json("attest", "issuer", "remove", provider.address);
    expect(await buyer.json("attest", "verify", file("badge.json"))).toMatchObject({ counts: false, issuerWeight: 0 });
    const many = [1, 2].map((nonce) => ({ schema, person: buyer.address, values: [nonce, word("ac")], nonce }));
    await writeFile(file("badges.json"), JSON.stringify(many));
    expect((await auditor.json("attest", "issue-many", file("badges.json"))).badges).toHaveLength(2);
  });
});

describe("consents and recalls, by commands", () => {
  /** A source signs its consent for the dataset's owner into a file. */
  const agree = (subject: Person, name: string, ...options: string[]) =>
    subject.json(
      ...[
        "consent",
        "sign",
        "--controller",
        market.owner.address,
        "--uses",
        "train",
        "--receipt",
        file("service.json"),
      ],
      ...[...options, "--out", file(name)],
    );

  it("go from a signature to an answered recall", async () => {
    const { owner, buyer, auditor: subject, provider } = market;
    const license = await bought("offer.json");
    await agree(subject, "consent.json");
    await owner.json("consent", "record", file("consent.json"));
    await owner.json("consent", "link", file("consent.json"), "--dataset", "1", "--leaves", file("leaves.json"));
    expect(await provider.json("consent", "status", file("consent.json"))).toMatchObject({
      inForce: true,
      revoked: false,
    });
    const revoke = ["consent", "revoke", file("consent.json"), "--reason", "I changed my mind", "--of", "1/1"];
    expect(await refusal(buyer.run(...revoke))).toMatchObject({ errorName: "ConsentRegistry_NotGrantor" });
    const { recalls } = await subject.json(...revoke);
    const [recall] = recalls;
    expect(await buyer.json("recall", "show", recall, "--license", license)).toMatchObject({
      ...{ reason: "consent-revoked", standing: "waiting", revokedRoot: "not named yet" },
    });
    await market.pass(DAY + 1);
    await owner.json("recall", "name-root", recall, "--root", word("4e"));
    await buyer.json("recall", "contest", recall, license, "--evidence", file("reasons.txt"));
    expect(await buyer.json("recall", "show", recall, "--license", license)).toMatchObject({ standing: "contested" });
    const act = ["recall", "acknowledge", recall, license, "--action", "delete"];
    await buyer.json(...act, "--out", file("answer.json"));
    await provider.json("recall", "submit", file("answer.json"));
    expect(await buyer.json("recall", "show", recall, "--license", license)).toMatchObject({
      ...{ standing: "acknowledged", action: "delete" },
    });
    const takedown = ["recall", "open", "--dataset", "1", "--reason", "takedown", "--leaves", file("leaves.json")];
    expect(await owner.json(...takedown, "--root", word("4f"))).toMatchObject({
      reason: "takedown",
      revokedRoot: word("4f"),
    });
  });

  it("go through a batch, and end by a signature that somebody else sends", async () => {
    const { owner, auditor: subject, provider } = market;
    for (const nonce of ["2", "3"]) await agree(subject, `consent-${nonce}.json`, "--nonce", nonce);
    const files = ["2", "3"].map((nonce) => file(`consent-${nonce}.json`));
    const { root } = await owner.json("consent", "anchor", ...files, "--leaves", file("leaves.json"));
    await owner.json("consent", "link", root, "--dataset", "1");
    await subject.json("consent", "record", files[0] as string);
    await subject.json("consent", "guardian", provider.address);
    await subject.json("consent", "revoke", files[0] as string, "--out", file("withdrawal.json"));
    await owner.json("consent", "revoke", files[0] as string, "--file", file("withdrawal.json"));
    const started = await owner.json("consent", "recall", files[0] as string, "--dataset", "1");
    expect(Number(started.recallId)).toBeGreaterThan(1);
    expect(await owner.json("consent", "status", files[0] as string)).toMatchObject({
      ...{ revoked: true, inForce: false, guardian: provider.address },
    });
  });
});

describe("a quality round, by commands", () => {
  it("is asked for, committed, revealed and settled", async () => {
    const { owner, buyer, reporters } = market;
    for (const { address } of reporters) await market.admit(address);
    await owner.json("quality", "declare", "accuracy", "--dataset", "1");
    expect(await buyer.json("quality", "method", "--dataset", "1")).toMatchObject({ declared: true });
    const request = ["quality", "request", "--dataset", "1", "--method", "accuracy", "--seats", "3", ...usdc];
    const poor = await refusal(buyer.run(...request, "--reward", "0.000001"));
    expect(poor).toMatchObject({ exitCode: 3, hint: expect.stringMatching(/^3 seats cost .* at least\.$/) });
    const { requestId } = await buyer.json(...request, "--reward", "60");
    const scores = ["8500", "9000", "8800"];
    for (const [i, reporter] of reporters.entries()) {
      await reporter.json("quality", "deposit", "500", ...usdc);
      await reporter.json("quality", "commit", requestId, scores[i] as string, "--out", file(`score-${i}.json`));
    }
    expect((await stat(file("score-0.json"))).mode & 0o077).toBe(0);
    expect(JSON.parse(await readFile(file("score-0.json"), "utf8"))).toMatchObject({ score: 8500 });
    await market.pass(1);
    const wrongKey = await refusal(buyer.run("quality", "reveal", file("score-0.json")));
    expect(wrongKey).toMatchObject({ exitCode: 2, hint: "Use that reporter's key." });
    for (const [i, reporter] of reporters.entries()) await reporter.json("quality", "reveal", file(`score-${i}.json`));
    expect(await buyer.json("quality", "settle", requestId)).toMatchObject({ state: "scored", score: 8800 });
    expect(await buyer.json("quality", "show", requestId)).toMatchObject({ state: "scored", score: 8800 });
    const account = await reporters[2]?.json("quality", "account", ...usdc);
    expect(account).toMatchObject({ locked: "0 USDC" });
    await reporters[2]?.json("quality", "withdraw", "100", ...usdc);
  });
});

describe("bad input", () => {
  // Refused before anything is asked: no endpoint is given, and none is missed.
  it.each([
    [["bond", "deposit", "ten", ...usdc], /<amount> is "ten"/],
    [["bond", "delegate", "0x12", "10", ...usdc], /<provider> is "0x12"/],
    [["provider", "register", "--endpoints", "https://x.example"], /--description is missing/],
    [["provider", "keys", "add", `0x${"11".repeat(20)}`, "--for", "everything"], /--for is "everything"/],
    [["fault", "challenge", "1"], /What is asked for is missing/],
    [
      ["dispute", "raise", "--license", "1", "--reason", "copyright", "--statement", "x"],
      /no reason for a claim about a license/,
    ],
    [
      ["dispute", "raise", "--receipt", word("5c"), "--reason", "false-proof", "--statement", "x"],
      /no reason for a claim about a receipt/,
    ],
    [["dispute", "raise", "--reason", "copyright", "--statement", "x"], /about one thing/],
    [["dispute", "raise", "--license", "1", "--reason", "not-delivered"], /Evidence is missing/],
    [["dispute", "vote", "1", "--refund", "5"], /upholds or rejects/],
    [["dispute", "vote", "1", "--reject", "--refund", "5"], /does not go with --reject/],
    [["attest", "issue", "--schema", word("5c")], /about one thing/],
    [["attest", "issue", "--schema", word("5c"), "--dataset", "1", "--values", "8"], /--values is 8/],
    [["attest", "revoke", "1", "--reason", "x".repeat(33)], /33 bytes long/],
    [["consent", "revoke", "consent.json", "--of", "1"], /--of is "1"/],
    [["recall", "acknowledge", "1", "1", "--action", "burn"], /--action is "burn"/],
    [
      ["recall", "open", "--dataset", "1", "--reason", "consent-revoked", "--leaves", "x", "--root", "y"],
      /--reason is/,
    ],
    [["quality", "request", "--reward", "1", "--seats", "3", ...usdc], /to be scored is missing/],
    [["quality", "commit", "1", "10001", "--out", "x"], /<score> is "10001"/],
  ])("%j is refused with a hint", async (args, message) => {
    const error = await refusal(market.buyer.run(...args, "--rpc-url", "http://127.0.0.1:1"));
    expect(error.message).toMatch(message);
    expect(error.exitCode).toBe(2);
    expect(error.hint.length).toBeGreaterThan(5);
  });
});
