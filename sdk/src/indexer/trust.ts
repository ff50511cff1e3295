import type { Address, Hex } from "viem";
import type { BondEventEntity, ChallengeEntity, FaultEntity, ProviderEntity, SlashEntity } from "./bond-entities.js";
import type { IndexerOptions, Page } from "./client.js";
import { type EntityFields, type PageParameters, readRow, readRows, rowId } from "./rows.js";
import type {
  ConsentEntity,
  DisputeEntity,
  DisputePhaseName,
  DisputeSummary,
  QualityRequestEntity,
  RecallEntity,
} from "./trust-entities.js";
import { getCover } from "./trust-routes.js";

const PLACE = "at transactionHash";
const BOND_EVENT = `kind token account offerRef claimId amount shares stake position thawedAt ${PLACE}`;
const SLASH = `claimId token licenseRef harmed reporter loss penalty toHarmed toReporter toTreasury fromOwn fromDelegated ${PLACE}`;
const FAULT = `faultId kind provider licenseRef reporter evidence refunded ${PLACE} slashes { items { ${SLASH} } }`;
const CHALLENGE = `challengeId provider licenseRef challenger version encoding chunk fee penalty state deadline digest paidTo
  refunded openedAt closedAt transactionHash`;
const PROVIDER = `address payout endpoints endpointsHash termsHash delegatorBps nextBps nextAt registeredAt updatedAt
  keys(limit: 100) { items { key purposes from until } }
  accounts(limit: 100) { items { token own delegated locked allocated thawing thawedAt shares thawingShares slashed slashes
    rewarded updatedAt
    allocations(limit: 50, orderBy: "updatedAt", orderDirection: "desc") { items { offerId valueAtRisk thawedAt updatedAt
      offer { datasetRef version status } } }
    delegations(limit: 100) { items { delegator shares thawingShares } }
    timeline(limit: 100, orderBy: "position", orderDirection: "desc") { items { ${BOND_EVENT} } } } }
  faults(limit: 100, orderBy: "at", orderDirection: "desc") { items { ${FAULT} } }
  logForks(limit: 100) { items { originHash size root otherSize otherRoot ${PLACE} } }
  challenges(limit: 100, orderBy: "openedAt", orderDirection: "desc") { items { ${CHALLENGE} } }`;
const DISPUTE_LINE = `disputeId subject subjectId reason phase outcome round claimant respondent token claimed bond holdsMoney
  stopsSales locksBond byBuyer deadline openedAt closedAt licenseRef transactionHash`;
const DISPUTE = `${DISPUTE_LINE} occurredAt counterBond appealBond appellant arbitrator answeredBy answeredAt compensated
  toClaimant toRespondent judge { arbitrator rulingWindow listed } lock { claimId amount verifier since endedAt }
  license { licenseId held { moneyFrozen owed refunded released endsAt } }
  events(limit: 200, orderBy: "position") { items { kind round by token amount hash until ${PLACE} } }
  evidence(limit: 200, orderBy: "position") { items { by hash uri recipient ${PLACE} } }
  chunkKeys(limit: 100, orderBy: "at") { items { by encoding index file counter flags keyRoot chunkKey cipher cipherSize plain
    plainSize ${PLACE} } }
  rulings(orderBy: "round") { items { round arbitrator upheld refund loss penalty endsAt status reasons appealBy ${PLACE} } }
  settlements(limit: 100, orderBy: "position") { items { by refund revoke claimantBond deadline agreed ${PLACE} } }
  votes(limit: 100, orderBy: "at") { items { round member rulingHash upheld votes at } }`;
const RECALL = `recallId datasetRef version reason openedBy openedAt collectsUntil deadline contestPeriod decidedAt dismissed
  againUntil leavesHash revokedRoot rootNamedAt newVersion affectedCount answeredCount contestedCount transactionHash
  events(limit: 200, orderBy: "at") { items { kind by hash stands until ${PLACE} } }
  consents(limit: 200) { items { leavesHash consent { consentHash revokedAt revokedBy } } }`;
const CONSENT = `consentHash grantor controller receiptHash uses validFrom validUntil nonce recordedAt revokedAt revokedBy
  revocationReason transactionHash links(limit: 100) { items { versionRef leavesHash recallRef linkedAt } }`;
const QUALITY = `requestId requester datasetRef version licenseRef method token reward stake seats committed revealed state
  score refunded commitUntil revealUntil requestedAt settledAt transactionHash
  reports(limit: 50) { items { reporter score committedAt revealedAt reward penalty } }`;

const entity = (name: string, fields: string): EntityFields => ({ name, fields });
const refOf = (chainId: number, id: bigint | undefined) => (id === undefined ? undefined : rowId(chainId, id));

/** A provider with keys, bond, cover of what it stands behind, and its record; null when it never registered. */
export async function getProvider(
  options: IndexerOptions,
  { chainId, provider }: { chainId: number; provider: Address },
): Promise<ProviderEntity | null> {
  const found = await readRow<ProviderEntity>(options, entity("provider", PROVIDER), rowId(chainId, provider));
  if (!found) return null;
  const accounts = found.accounts.map(async (account) => ({
    ...account,
    allocations: await Promise.all(
      account.allocations.map(async (row) => ({ ...row, cover: await getCover(options, { offerId: row.offerId }) })),
    ),
  }));
  return { ...found, accounts: await Promise.all(accounts) };
}

/** What happened to a provider's bond, the latest first: in one token by its order, else by time. */
export const getBondHistory = (
  options: IndexerOptions,
  { provider, token, ...page }: PageParameters & { provider: Address; token?: Address },
): Promise<Page<BondEventEntity>> =>
  readRows(options, entity("bondEvent", BOND_EVENT), token ? "position" : "at", page, { provider, token });

/** What was taken out of bonds: of a provider, or for a license, the latest first. */
export const getSlashes = (
  options: IndexerOptions,
  { provider, token, licenseId, ...page }: PageParameters & { provider?: Address; token?: Address; licenseId?: bigint },
): Promise<Page<SlashEntity>> =>
  readRows(options, entity("slashEvent", SLASH), "at", page, {
    provider,
    token,
    licenseRef: refOf(page.chainId, licenseId),
  });

/** Proven faults, all, of a provider, or under a license, the latest first. */
export const getFaults = (
  options: IndexerOptions,
  { provider, licenseId, ...page }: PageParameters & { provider?: Address; licenseId?: bigint },
): Promise<Page<FaultEntity>> =>
  readRows(options, entity("fault", FAULT), "at", page, { provider, licenseRef: refOf(page.chainId, licenseId) });

/** Service challenges, all, of a provider, or under a license, the latest first. */
export const getChallenges = (
  options: IndexerOptions,
  { provider, licenseId, ...page }: PageParameters & { provider?: Address; licenseId?: bigint },
): Promise<Page<ChallengeEntity>> =>
  readRows(options, entity("challenge", CHALLENGE), "openedAt", page, {
    provider,
    licenseRef: refOf(page.chainId, licenseId),
  });

/** A dispute with its timeline, evidence, rulings and votes; null when the indexer does not know it. */
export const getDispute = (
  options: IndexerOptions,
  { chainId, disputeId }: { chainId: number; disputeId: bigint },
): Promise<DisputeEntity | null> => readRow(options, entity("dispute", DISPUTE), rowId(chainId, disputeId));

/** What narrows a list of disputes. `account` is on either side. */
export interface DisputesParameters extends PageParameters {
  account?: Address;
  licenseId?: bigint;
  datasetId?: bigint;
  provider?: Address;
  phase?: DisputePhaseName;
}

/** Disputes, the latest first. */
export const getDisputes = (
  options: IndexerOptions,
  { account, licenseId, datasetId, provider, phase, ...page }: DisputesParameters,
): Promise<Page<DisputeSummary>> => {
  const { chainId } = page;
  const filters = {
    licenseRef: refOf(chainId, licenseId),
    datasetRef: refOf(chainId, datasetId),
    providerRef: provider && rowId(chainId, provider),
    phase,
  };
  const either = account && [{ claimant: account }, { respondent: account }];
  return readRows(options, entity("dispute", DISPUTE_LINE), "disputeId", page, filters, either);
};

/** A recall with its timeline and the consents that it came of; null when the indexer does not know it. */
export const getRecall = (
  options: IndexerOptions,
  { chainId, recallId }: { chainId: number; recallId: bigint },
): Promise<RecallEntity | null> => readRow(options, entity("recall", RECALL), rowId(chainId, recallId));

/** A consent by its hash, with the versions that it is linked to; null when the indexer does not know it. */
export const getConsent = (
  options: IndexerOptions,
  { chainId, consentHash }: { chainId: number; consentHash: Hex },
): Promise<ConsentEntity | null> => readRow(options, entity("consent", CONSENT), rowId(chainId, consentHash));

/** Consents of a grantor or to a controller, the last recorded first. */
export const getConsents = (
  options: IndexerOptions,
  { grantor, controller, ...page }: PageParameters & { grantor?: Address; controller?: Address },
): Promise<Page<ConsentEntity>> =>
  readRows(options, entity("consent", CONSENT), "recordedAt", page, { grantor, controller });

/** A score that was asked for, with its reports; null when the indexer does not know it. */
export const getQualityRequest = (
  options: IndexerOptions,
  { chainId, requestId }: { chainId: number; requestId: bigint },
): Promise<QualityRequestEntity | null> =>
  readRow(options, entity("qualityRequest", QUALITY), rowId(chainId, requestId));

/** Scores that were asked for, all, of a dataset, or for a license, the latest first. */
export const getQualityRequests = (
  options: IndexerOptions,
  { datasetId, licenseId, ...page }: PageParameters & { datasetId?: bigint; licenseId?: bigint },
): Promise<Page<QualityRequestEntity>> =>
  readRows(options, entity("qualityRequest", QUALITY), "requestId", page, {
    datasetRef: refOf(page.chainId, datasetId),
    licenseRef: refOf(page.chainId, licenseId),
  });
