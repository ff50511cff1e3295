// What trust is about, straight on the contracts: a bonded provider that is slashed, a dispute, badges, consents, a recall, a score.
import {
  attestationRegistryAbi,
  consentRegistryAbi,
  disputeManagerAbi,
  qualityOracleAbi,
  recallsAbi,
} from "@colophon-protocol/contracts";
import { rpc } from "@colophon-protocol/tools/testing";
import {
  type Hex,
  keccak256,
  numberToHex,
  parseEventLogs,
  stringToBytes,
  stringToHex,
  zeroAddress,
  zeroHash,
} from "viem";
import { actor, buyLicense, type publish, type World } from "./history.js";
import { pass } from "./live.js";
import { WHO } from "./market.js";
import { at, look, send, sign } from "./rails.js";

const DAY = 86_400;
const FAR = 4_000_000_000;
const hash = (text: string): Hex => keccak256(stringToBytes(text));
type Sale = Awaited<ReturnType<typeof publish>>;
const noEvidence = { hash: hash("what went wrong"), uri: "ipfs://evidence", recipient: zeroHash };

/** Who governs the test chain: the account that its deployment names. */
const GOVERNOR = WHO.sponsor;
/** Two of the council's members, as the deployment appoints them. */
const COUNCIL = [10, 11];

const now = async (world: World): Promise<number> =>
  Number((await actor(world, 0).client.getBlock({ blockTag: "latest" })).timestamp);

/** Mints an account tokens and lets a contract take them. */
async function give(world: World, who: number, amount: bigint, spender: string): Promise<void> {
  await send(world, who, "TestUSDC", "mint", [actor(world, who).address, amount]);
  await send(world, who, "TestUSDC", "approve", [at(world, spender), amount]);
}

/** A provider bonds, is backed, allocates to an offer, is rewarded, and is slashed for a log with two histories. */
export async function bondAndSlash(world: World, { offer }: Sale): Promise<void> {
  const [provider, token] = [actor(world, WHO.provider).address, at(world, "TestUSDC")];
  const call = (who: number, name: string, args: readonly unknown[]) => send(world, who, "ProviderBond", name, args);
  for (const who of [WHO.provider, WHO.friend, WHO.arbitrator, WHO.keeper])
    await give(world, who, 10_000_000_000n, "ProviderBond");
  const profile = {
    payout: provider,
    endpoints: "https://provider.example/v1",
    endpointsHash: hash("e"),
    termsHash: hash("t"),
  };
  await call(WHO.provider, "register", [profile]);
  await call(WHO.provider, "addKey", [actor(world, WHO.friend).address, 3]);
  await call(WHO.provider, "revokeKey", [actor(world, WHO.friend).address]);
  await call(WHO.provider, "setDelegatorShare", [3_000]);
  await call(WHO.provider, "setDelegatorShare", [2_000]);
  await call(WHO.provider, "deposit", [provider, token, 1_000_000_007n]);
  await call(WHO.friend, "delegate", [provider, token, 300_000_011n, 0n]);
  await call(WHO.provider, "allocate", [offer, 500_000_003n, 0n]);
  await call(WHO.provider, "allocate", [{ ...offer, salt: offer.salt + 77n }, 600_000_000n, 1n]);
  await call(WHO.keeper, "reward", [provider, token, 10_000_019n]);
  await equivocate(world, "log.example/a");
  await call(WHO.arbitrator, "delegate", [provider, token, 77_777_777n, 0n]);
  await call(WHO.keeper, "reward", [provider, token, 1_234_567n]);
  await call(WHO.friend, "requestUndelegation", [provider, token, 100_000_000n]);
  await call(WHO.provider, "requestWithdrawal", [token, 50_000_000n]);
  await call(WHO.provider, "requestDeallocation", [offer, 100_000_000n]);
  await equivocate(world, "log.example/b");
  await call(WHO.friend, "claimRewards", [provider, token, actor(world, WHO.friend).address]);
}

/** Takes back what thawed. */
export async function takeBack(world: World, { offer }: Sale): Promise<void> {
  const [provider, token] = [actor(world, WHO.provider).address, at(world, "TestUSDC")];
  const { thawingTime } = await look<{ thawingTime: number }>(world, "ProviderBond", "parameters", []);
  await pass(world, thawingTime + 3 * DAY);
  await send(world, WHO.provider, "ProviderBond", "completeDeallocation", [offer]);
  await send(world, WHO.provider, "ProviderBond", "completeWithdrawal", [token]);
  await send(world, WHO.friend, "ProviderBond", "completeUndelegation", [provider, token, 0n]);
}

/** The provider signed two heads of one log with one size; the keeper shows it. */
async function equivocate(world: World, origin: string): Promise<void> {
  const { address: provider } = actor(world, WHO.provider);
  const head = { provider, originHash: hash(origin), size: 8n, signedAt: await now(world) };
  const heads = [];
  for (const root of [hash("one"), hash("other")]) {
    const message = { ...head, root };
    const signature = await sign(world, WHO.provider, "Checkpoint", message);
    heads.push({ head: message, signer: provider, signature });
  }
  await send(world, WHO.keeper, "ObjectiveFaults", "equivocation", [...heads, [], at(world, "TestUSDC")]);
}

/** The buyer claims that the service failed; the council gives it its money back and more. @returns ids */
export async function disputeAndRule(world: World, sale: Sale) {
  const { offer } = sale;
  const licenseId = await buyLicense(world, sale);
  for (const who of [WHO.buyer, WHO.owner]) await give(world, who, 1_000_000_000n, "DisputeManager");
  const claim = {
    reason: 4,
    id: licenseId,
    claimed: 0n,
    token: zeroAddress,
    occurredAt: await now(world),
    freeze: true,
  };
  const { logs } = await send(world, WHO.buyer, "DisputeManager", "open", [claim, offer, noEvidence]);
  const [opened] = parseEventLogs({ abi: disputeManagerAbi, logs, eventName: "DisputeOpened" });
  if (!opened) throw new Error("No dispute was opened.");
  const { disputeId } = opened.args;
  await send(world, WHO.owner, "DisputeManager", "respond", [
    disputeId,
    offer,
    { ...noEvidence, recipient: hash("key") },
  ]);
  await send(world, WHO.keeper, "DisputeManager", "refer", [disputeId, "0x"]);
  const none = {
    penalty: 0n,
    endsAt: 0,
    status: 0,
    correct: false,
    revokeRecord: false,
    revokedRoot: zeroHash,
    leaves: zeroHash,
  };
  const ruling = { upheld: true, refund: offer.price / 2n, loss: offer.price, ...none, reasons: hash("reasons") };
  for (const member of COUNCIL) {
    await rpc(world.url, "anvil_setBalance", [actor(world, member).address, numberToHex(10n ** 18n)]);
    await send(world, member, "CouncilArbitrator", "vote", [disputeId, 0, ruling]);
  }
  await pass(world, 6 * DAY);
  await send(world, WHO.keeper, "DisputeManager", "conclude", [disputeId, offer]);
  return { disputeId, licenseId };
}

/** Issuers below governance attest to a dataset, a version and a provider; one badge is revoked, one issuer is removed. */
export async function attest(world: World, datasetId: bigint) {
  const registry = (who: number, name: string, args: readonly unknown[]) =>
    send(world, who, "AttestationRegistry", name, args);
  const [first, second] = [actor(world, WHO.grandparent).address, actor(world, WHO.parent).address];
  const input = { documentHash: hash("document"), kinds: 0b11110, maxValidity: 0, fields: "uint16 shareBps" };
  const made = await registry(GOVERNOR, "registerSchema", [input]);
  const [schemaLog] = parseEventLogs({ abi: attestationRegistryAbi, logs: made.logs, eventName: "SchemaRegistered" });
  if (!schemaLog) throw new Error("No schema was registered.");
  const { schema } = schemaLog.args;
  await registry(GOVERNOR, "setSchemaKnown", [schema, stringToHex("labels-checked", { size: 32 }), true]);
  await registry(GOVERNOR, "accreditByGovernance", [first, 6_000, 0]);
  await registry(WHO.grandparent, "accredit", [second, 2_500, 0]);
  await registry(WHO.grandparent, "accredit", [second, 2_000, 0]);
  const provider = actor(world, WHO.provider).address;
  const subjects = {
    dataset: await look<Hex>(world, "AttestationRegistry", "datasetSubject", [datasetId]),
    version: await look<Hex>(world, "AttestationRegistry", "versionSubject", [datasetId, 1]),
    provider: await look<Hex>(world, "AttestationRegistry", "providerSubject", [provider]),
  };
  const issue = async (who: number, subject: Hex, expiresAt = 0) => {
    const badge = { schema, subject, expiresAt, nonce: 1n, data: `0x${"00".repeat(31)}63` as Hex };
    const { logs } = await registry(who, "issue", [badge]);
    const [issued] = parseEventLogs({ abi: attestationRegistryAbi, logs, eventName: "BadgeIssued" });
    if (!issued) throw new Error("No badge was issued.");
    return issued.args.badgeId;
  };
  const badges = {
    dataset: await issue(WHO.grandparent, subjects.dataset),
    version: await issue(WHO.parent, subjects.version),
    expiring: await issue(WHO.grandparent, subjects.version, (await now(world)) + 60),
    provider: await issue(WHO.grandparent, subjects.provider),
  };
  await registry(WHO.grandparent, "revoke", [badges.provider, hash("mistake")]);
  await registry(WHO.grandparent, "removeAccreditation", [second]);
  await pass(world, 61);
  return { schema, first, second, badges };
}

/** A person consents and takes it back, which recalls the version; of two holders one answers. @returns ids */
export async function consentAndRecall(world: World, sale: Sale) {
  const { datasetId } = sale;
  const [answered, silent] = [await buyLicense(world, sale), await buyLicense(world, sale)];
  const consent = {
    receiptHash: hash("receipt"),
    grantor: actor(world, WHO.friend).address,
    controller: actor(world, WHO.owner).address,
    uses: 2,
    validFrom: await now(world),
    validUntil: FAR,
    nonce: 1n,
  };
  const signature = await sign(world, WHO.friend, "Consent", consent);
  const call = (who: number, name: string, args: readonly unknown[]) => send(world, who, "ConsentRegistry", name, args);
  await call(WHO.keeper, "record", [consent, signature]);
  await call(WHO.owner, "anchorBatch", [hash("batch"), 5n]);
  await call(WHO.owner, "linkBatch", [hash("batch"), datasetId, 1]);
  await call(WHO.owner, "link", [consent, datasetId, 1, hash("leaves")]);
  await call(WHO.friend, "nameGuardian", [actor(world, WHO.keeper).address]);
  const { logs } = await call(WHO.keeper, "revoke", [consent, hash("opt-out"), [{ datasetId, version: 1 }]]);
  const [opened] = parseEventLogs({ abi: recallsAbi, logs, eventName: "RecallOpened" });
  const [revoked] = parseEventLogs({ abi: consentRegistryAbi, logs, eventName: "ConsentRevoked" });
  if (!opened || !revoked) throw new Error("The revocation recalled nothing.");
  // In the recall's own second a license would still be one of them.
  await pass(world, 2);
  const late = await buyLicense(world, sale);
  await pass(world, DAY + 1);
  const { recallId } = opened.args;
  await send(world, WHO.buyer, "Recalls", "acknowledge", [recallId, answered, 1, hash("deleted")]);
  return { recallId, answered, silent, late, consentHash: revoked.args.consentHash };
}

/** Three reporters score a version; one of them is far off. @returns the request's id */
export async function score(world: World, datasetId: bigint): Promise<bigint> {
  const token = at(world, "TestUSDC");
  const reporters = [WHO.grandparent, WHO.parent, WHO.arbitrator];
  const call = (who: number, name: string, args: readonly unknown[]) => send(world, who, "QualityOracle", name, args);
  await give(world, WHO.keeper, 500_000_000n, "QualityOracle");
  for (const who of reporters) {
    await give(world, who, 500_000_000n, "QualityOracle");
    await call(who, "deposit", [actor(world, who).address, token, 500_000_000n]);
  }
  for (const who of reporters) await call(GOVERNOR, "setReporter", [actor(world, who).address, true]);
  const { logs } = await call(WHO.keeper, "request", [datasetId, 1, hash("method"), token, 30_000_001n, 3]);
  const [asked] = parseEventLogs({ abi: qualityOracleAbi, logs, eventName: "QualityRequested" });
  if (!asked) throw new Error("No score was asked for.");
  const { requestId } = asked.args;
  const scores = [9_000, 9_100, 1_000];
  for (const [i, who] of reporters.entries()) {
    const commitment = await look<Hex>(world, "QualityOracle", "commitmentOf", [
      ...[requestId, actor(world, who).address, scores[i], hash("salt")],
    ]);
    await call(who, "commit", [requestId, commitment]);
  }
  for (const [i, who] of reporters.entries()) await call(who, "reveal", [requestId, scores[i], hash("salt")]);
  // Who reveals last may settle in the same transaction.
  const { state } = await look<{ state: number }>(world, "QualityOracle", "requestOf", [requestId]);
  if (state === 1) await call(WHO.keeper, "settle", [requestId]);
  return requestId;
}
