// What completes the records of trust: issuers below issuers, a recall's new version, a score that nobody gives.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  accreditIssuerSync,
  addVersionSync,
  badgeStanding,
  departureAt,
  encodeBadgeData,
  execute,
  issueBadges,
  issuerOf,
  issuerWeight,
  linkConsentSync,
  nameRevokedRootSync,
  type Offer,
  personSubject,
  prepareRequestQuality,
  qualityTokenTerms,
  recallOf,
  recordConsentSync,
  registerSchema,
  removeAccreditationSync,
  requestQuality,
  resolveRecallSync,
  revokeConsentSync,
  setRevokedRootSync,
  settleQualitySync,
  signConsent,
  startRecall,
  waitForSuccess,
} from "../../src/index.js";
import { DAY, publishAndOffer, startWorld, type World } from "./support.js";
import { accredit, type Roles, rolesOf, USDC, word } from "./trust-support.js";

let world: World;
let roles: Roles;
let offer: Offer;
const at = () => ({ deployment: world.deployment });
const address = (who: "owner" | "buyer" | "ada" | "ben") => world[who].account.address;
const chainTime = async () => Number((await world.owner.getBlock()).timestamp);

beforeAll(async () => {
  world = await startWorld();
  roles = await rolesOf(world);
  offer = await publishAndOffer(world);
  await world.mint(address("ben"), 100_000n * USDC);
});
afterAll(() => world?.chain.stop());

describe("badges", () => {
  it("are issued in batches by issuers below others, whose weight is handed on", async () => {
    await accredit(world, roles, address("ada"));
    await accreditIssuerSync(world.ada, { ...at(), issuer: address("ben"), weightBps: 300 });
    expect(await issuerOf(world.owner, { ...at(), issuer: address("ben") })).toMatchObject({
      accreditor: address("ada"),
    });
    expect(await issuerWeight(world.owner, { ...at(), issuer: address("ada") })).toBe(700);
    const input = { ...at(), documentHash: word("5d"), kinds: ["Person"], fields: "uint16 level" } as const;
    const schema = await registerSchema.simulate(world.ben, input);
    await waitForSuccess(world.ben, await registerSchema(world.ben, input));
    const badges = [1, 2, 3].map((level) => ({
      ...{ schema, subject: personSubject(address("buyer")), nonce: BigInt(level) },
      data: encodeBadgeData("uint16 level", [level]),
    }));
    const receipt = await waitForSuccess(world.ben, await issueBadges(world.ben, { ...at(), badges }));
    const issued = issueBadges.extractEvents(receipt.logs);
    expect(issued.map(({ issuer }) => issuer)).toEqual(badges.map(() => address("ben")));
    await removeAccreditationSync(world.ada, { ...at(), issuer: address("ben") });
    for (const { badgeId } of issued) expect(await badgeStanding(world.owner, { ...at(), badgeId })).toBe("IssuerLost");
  });
});

describe("recalls", () => {
  it("get their root and the version without what left", async () => {
    const version = { datasetId: offer.datasetId, version: 1 };
    const consent = {
      ...{ receiptHash: word("c1"), grantor: address("ben"), controller: address("owner"), uses: 3 },
      ...{ validFrom: await chainTime(), validUntil: 0, nonce: 1n },
    };
    const signature = await signConsent(world.ben, { ...at(), message: consent });
    await recordConsentSync(world.ada, { ...at(), consent, signature });
    await linkConsentSync(world.owner, { ...at(), consent, ...version, leavesHash: word("1e") });
    const reason = { text: "withdrawn" };
    const { receipt } = await revokeConsentSync(world.ben, { ...at(), consent, reason, versions: [version] });
    const { recallId } = startRecall.extractEvent(receipt.logs);
    await world.pass(DAY + 1);
    await setRevokedRootSync(world.owner, { ...at(), ...version, revokedRoot: word("4e") });
    await nameRevokedRootSync(world.owner, { ...at(), recallId, revokedRoot: word("4e") });
    const roots = { contentRoot: word("c2"), recordRoot: word("00"), manifestHash: word("ac") };
    const input = { ...roots, chunkCount: 7, recordCount: 0n, byteSize: 7_000_000n };
    await addVersionSync(world.owner, { ...at(), datasetId: version.datasetId, input });
    await resolveRecallSync(world.owner, { ...at(), recallId, newVersion: 2 });
    expect(await recallOf(world.ada, { ...at(), recallId })).toMatchObject({ newVersion: 2, revokedRoot: word("4e") });
    expect(await departureAt(world.ada, { ...at(), ...version, version: 2, position: 0n })).toBe(recallId);
  });
});

describe("a score", () => {
  it("that nobody gives fails, which the twin says", async () => {
    const { leastReward } = await qualityTokenTerms(world.ben, { ...at(), token: world.usdc });
    const asked = { datasetId: offer.datasetId, version: 1, method: word("3e"), token: world.usdc };
    const pay = { reward: leastReward * 3n, seats: 3 };
    const { receipt } = await execute(world.ben, await prepareRequestQuality(world.ben, { ...at(), ...asked, ...pay }));
    const { requestId, request } = requestQuality.extractEvent(receipt.logs);
    await world.pass(request.commitUntil - (await chainTime()) + 1);
    const settled = await settleQualitySync(world.ada, { ...at(), requestId });
    expect(settled.event).toBeUndefined();
    expect(settled.receipt.status).toBe("success");
  });
});
