const BIGINTS = new Set(
  `datasetId salt price opensAt closesAt editions openedAt duration revocationNotice quota chunkCount recordCount byteSize
  publishedAt updatedAt addedAt servedUntil licenseId amount soldAt slaDeadline deadline released refunded start expiry
  endedAt revokedAt rate flowAt flowRate flowReceived unpaid stray pausedAt endsAt contestBond releasedLast swept collected at
  units spent funded sequence thawing thawedAt lapsesAt redeemableUntil finishedAt billedUnits billed guarantee held cureUntil
  owed debt credit closedAt revenue paid gross distributed accrued volume fees refusalUntil openUntil announcedAt totalUnits
  createdAt provenAt deliveredChunks
  own delegated locked allocated allocationShares thawingShares shares slashed rewarded stake since nextAt registeredAt from until
  loss penalty toHarmed toReporter toTreasury fromOwn fromDelegated fromAllocation valueAtRisk required perPurchase
  disputeId subjectId claimed occurredAt bond counterBond appealBond compensated toClaimant toRespondent answeredAt closedAt
  refund appealBy claimantBond index file counter cipherSize plainSize fee challengeId chunk requestSignedAt
  badgeId issuedAt recordedAt maxValidity expiresAt recallId collectsUntil period contestPeriod decidedAt againUntil rootNamedAt
  position requestId reward settledAt requestedAt commitUntil revealUntil committedAt revealedAt validFrom validUntil linkedAt
  poolRate passingSince passedToPool passedRest buffered returned
  anchoredAt size otherSize rewards indexPaid nonce`.split(/\s+/),
);

/** JSON has no bigint: turns the fields that are bigint back, and lists of `{ items }` into arrays. */
export function revive<T>(value: unknown, name = ""): T {
  if (name === "manifest") return value as T;
  if (typeof value === "string" && BIGINTS.has(name)) return BigInt(value) as T;
  if (Array.isArray(value)) return value.map((item) => revive(item)) as T;
  if (value === null || typeof value !== "object") return value as T;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]?.[0] === "items") return revive(entries[0][1]);
  return Object.fromEntries(entries.map(([key, field]) => [key, revive(field, key)])) as T;
}
