#!/usr/bin/env node
/** Writes the vectors of the reputation function, by the implementation in readers/. */
import { DAY, factsOf, P, scoreOf } from "./readers/reputation.mjs";
import { account, change, named, writeVectors } from "./vector-helpers.mjs";

// ---- a world with something of everything

const NOW = 1_800_000_000n;
const days = (number) => NOW - BigInt(number) * DAY;
const [USD, EUR, JUNK] = ["usd", "eur", "a token that nobody lists"].map(account);
const units = { [USD]: 1_000_000n, [EUR]: 900_000n };
const [GDPR, LABELS, UNKNOWN] = ["gdpr", "labels", "an unknown schema"].map(named);
const known = [GDPR, LABELS];
const [alice, amir, bob, carol, dave, erin, node, cdn] = [
  "alice",
  "amir",
  "bob",
  "carol",
  "dave",
  "erin",
  "node",
  "cdn",
].map(account);
const [lab, board, desk, late] = ["lab", "board", "desk", "an issuer without accreditation"].map(account);
const usd = (whole) => BigInt(whole) * 1_000_000n;

const release = (datasetId, seller, provider, buyer, amount, day, { token = USD, feeBps = 250n } = {}) => ({
  datasetId,
  seller,
  provider,
  buyer,
  token,
  amount,
  fee: (amount * feeBps) / 10_000n,
  at: days(day),
});
const badge = (issuer, schema, kind, id, day, more = {}) => ({
  issuer,
  schema,
  subject: { kind, id },
  recordedAt: days(day),
  expiresAt: 0n,
  revokedAt: 0n,
  revokedBy: null,
  ...more,
});

const world = {
  releases: [
    release("7", alice, node, bob, usd(40_000), 300),
    release("7", alice, node, carol, usd(12_500), 200),
    release("7", alice, cdn, dave, usd(90_000), 100),
    release("7", alice, node, alice, usd(500_000), 90),
    release("7", amir, node, bob, usd(3_000), 20),
    release("8", amir, cdn, bob, usd(250_000), 400),
    release("8", amir, cdn, dave, usd(2_000), 30, { feeBps: 100n }),
    release("8", amir, node, erin, usd(1_000_000), 15, { feeBps: 0n }),
    release("9", carol, node, dave, 1_800_000_000n, 10, { token: EUR }),
    release("9", carol, node, erin, usd(70), 5, { token: JUNK }),
    release("7", alice, node, erin, usd(999), -1),
  ],
  refunds: [
    {
      datasetId: "7",
      seller: alice,
      provider: node,
      token: USD,
      amount: usd(5_000),
      cause: "undelivered",
      at: days(50),
    },
    { datasetId: "7", seller: alice, provider: cdn, token: USD, amount: usd(800), cause: "ruling", at: days(40) },
    {
      datasetId: "7",
      seller: alice,
      provider: node,
      token: USD,
      amount: usd(90_000),
      cause: "withdrawal",
      at: days(30),
    },
    { datasetId: "8", seller: amir, provider: cdn, token: EUR, amount: 450_000n, cause: "undelivered", at: days(3) },
  ],
  badges: [
    badge(lab, GDPR, "person", bob, 350),
    badge(board, GDPR, "person", bob, 340),
    badge(lab, LABELS, "person", bob, 330),
    badge(board, GDPR, "person", carol, 320, { revokedAt: days(60), revokedBy: "issuer" }),
    badge(desk, GDPR, "person", dave, 310),
    badge(late, GDPR, "person", erin, 300),
    badge(lab, GDPR, "dataset", "7", 290),
    badge(board, GDPR, "dataset", "7", 280),
    badge(board, LABELS, "version", "7/2", 270),
    badge(lab, UNKNOWN, "version", "7/2", 260),
    badge(lab, LABELS, "version", "8/1", 250, { revokedAt: days(100), revokedBy: "ruling" }),
    badge(lab, LABELS, "dataset", "8", 240, { expiresAt: days(1) }),
    badge(desk, GDPR, "provider", node, 230),
    badge(lab, GDPR, "person", alice, 220),
    badge(alice, LABELS, "dataset", "7", 210),
    badge(desk, GDPR, "person", amir, 200, { revokedAt: days(10), revokedBy: "ruling" }),
    badge(lab, GDPR, "provider", cdn, -5),
  ],
  issuers: [
    { issuer: lab, weightBps: 8_000n },
    { issuer: board, weightBps: 5_000n },
    { issuer: desk, weightBps: 1_500n },
    { issuer: alice, weightBps: 10_000n },
  ],
  qualities: [
    { datasetId: "7", version: 1n, method: GDPR, score: 9_900n, at: days(100) },
    { datasetId: "7", version: 2n, method: GDPR, score: 8_200n, at: days(150) },
    { datasetId: "7", version: 2n, method: LABELS, score: 8_800n, at: days(20) },
    { datasetId: "8", version: 1n, method: GDPR, score: 4_100n, at: days(30) },
    { datasetId: "8", version: 1n, method: GDPR, score: 6_100n, at: days(10) },
    { datasetId: "9", version: 1n, method: GDPR, score: 10_000n, at: days(-2) },
  ],
  disputes: [
    { datasetId: "7", respondent: alice, outcome: "lost", at: days(200) },
    { datasetId: "7", respondent: alice, outcome: "won", at: days(100) },
    { datasetId: "8", respondent: amir, outcome: "lost", at: days(1_095) },
    { datasetId: "8", respondent: amir, outcome: "won", at: days(9) },
    { datasetId: null, respondent: node, outcome: "lost", at: days(2) },
    { datasetId: null, respondent: lab, outcome: "lost", at: days(80) },
  ],
  faults: [
    { provider: cdn, at: days(365) },
    { provider: cdn, at: days(1) },
    { provider: node, at: days(1_094) },
  ],
  bonds: [
    { provider: node, token: USD, stake: usd(50_000), at: days(400) },
    { provider: node, token: USD, stake: usd(20_000), at: days(90) },
    { provider: node, token: EUR, stake: 9_000_000_000n, at: days(45) },
    { provider: cdn, token: USD, stake: usd(1_000_000), at: days(1) },
    { provider: cdn, token: JUNK, stake: usd(1_000_000), at: days(100) },
  ],
  missedRecalls: [
    { datasetId: "7", seller: alice, deadline: days(30) },
    { datasetId: "8", seller: amir, deadline: days(-30) },
  ],
};

const subjects = [
  ["dataset", "7"],
  ["dataset", "8"],
  ["dataset", "9"],
  ["dataset", "10"],
  ["provider", node],
  ["provider", cdn],
  ["creator", alice],
  ["creator", amir],
  ["creator", bob],
  ["issuer", lab],
  ["issuer", desk],
  ["issuer", late],
].map(([kind, id]) => ({ kind, id }));

// ---- facts at the edges

const nothing = {
  subject: { kind: "dataset", id: "1" },
  at: NOW,
  market: 0n,
  buyers: [],
  accreditationBps: 0n,
  badgeWeightsBps: [],
  qualitiesBps: [],
  firstReleaseAt: null,
  refunded: 0n,
  disputesLostAt: [],
  disputesWon: 0n,
  faultsAt: [],
  missedRecalls: 0n,
  bond: 0n,
  weightBps: 0n,
  vouchedFor: [],
  overruledAt: [],
};
const by = (...issuers) => issuers.map((issuer) => ({ issuer, weightBps: 10_000n }));
const rich = (i, vouchers) => ({ buyer: account(`buyer ${i}`), backed: 10n ** 15n, elsewhere: 10n ** 15n, vouchers });
const crowd = Array.from({ length: 30 }, (_, i) => rich(i, by([lab, board, desk][i % 3])));
const edges = [
  ["nothing happened", {}],
  ["nothing happened to a provider", { "subject.kind": "provider" }],
  ["nothing happened to a creator", { "subject.kind": "creator" }],
  ["nothing happened to an issuer", { "subject.kind": "issuer" }],
  [
    "all is as good as it gets",
    {
      buyers: crowd,
      accreditationBps: 30_000n,
      badgeWeightsBps: Array(6).fill(10_000n),
      qualitiesBps: [10_000n],
      firstReleaseAt: 0n,
    },
  ],
  [
    "all is as bad as it gets",
    {
      refunded: 10n ** 15n,
      disputesLostAt: Array(50).fill(NOW),
      missedRecalls: 99n,
    },
  ],
  [
    "one issuer alone vouches for all buyers",
    {
      buyers: crowd.map((buyer) => ({ ...buyer, vouchers: by(lab) })),
      accreditationBps: 30_000n,
    },
  ],
  [
    "the only issuer that there is vouches for all buyers",
    {
      buyers: crowd.map((buyer) => ({ ...buyer, vouchers: by(lab) })),
      accreditationBps: 10_000n,
    },
  ],
  ["strangers alone buy", { buyers: crowd.map((buyer) => ({ ...buyer, vouchers: [] })), accreditationBps: 30_000n }],
  [
    "strangers who buy nowhere else",
    {
      buyers: crowd.map((buyer) => ({ ...buyer, vouchers: [], elsewhere: 0n })),
      accreditationBps: 30_000n,
    },
  ],
  [
    "several issuers of more than full weight together vouch for one buyer",
    {
      buyers: [rich(1, by(board, desk, lab))],
      accreditationBps: 30_000n,
    },
  ],
  ["a market a thousand times as large", { buyers: crowd, accreditationBps: 30_000n, market: 10n ** 15n }],
  [
    "a provider whose faults are almost forgotten",
    {
      "subject.kind": "provider",
      faultsAt: [NOW - P.forgetting, NOW - P.forgetting + 1n],
      bond: 10n ** 10n,
    },
  ],
  [
    "won disputes beyond the number that counts",
    { disputesLostAt: [NOW, NOW], disputesWon: 50n, qualitiesBps: [9_000n, 7_001n] },
  ],
  [
    "an issuer that rulings overruled",
    {
      "subject.kind": "issuer",
      weightBps: 10_000n,
      vouchedFor: [0n, 1n, 10n ** 12n],
      firstReleaseAt: NOW - 180n * DAY,
      overruledAt: [NOW, NOW - DAY],
    },
  ],
].map(([name, changes]) => {
  const facts = change(nothing, changes);
  return { name, facts, reputation: scoreOf(facts) };
});

/** Numbers as decimal text: JSON has none that are large enough. */
const asText = (value) => {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(asText);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, asText(one)]));
};

writeVectors(
  "reputation",
  asText({
    world: { units, known, at: NOW, events: world },
    subjects: subjects.map((subject) => {
      const facts = factsOf(world, subject, NOW, units, known);
      return { subject, facts, reputation: scoreOf(facts) };
    }),
    scores: edges,
  }),
);
