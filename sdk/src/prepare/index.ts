export {
  type PreparedChallenge,
  prepareChallenge,
  prepareDelegateBond,
  prepareDepositBond,
  prepareQualityStake,
  prepareRequestQuality,
  prepareRewardDelegators,
  type QualitySubject,
} from "./bond.js";
export { type PrepareBuyParameters, type PreparedBuy, prepareBuy } from "./buy.js";
export {
  type CollectOptions,
  type CollectParameters,
  type CollectPlan,
  type CollectStep,
  collectRevenue,
  GDA_FORWARDER_ADDRESS,
  prepareCollectRevenue,
} from "./collect.js";
export {
  type CollectFromListParameters,
  collectFromList,
  type ListCollectOptions,
  type ListPlan,
  type ListStep,
  prepareCollectFromList,
} from "./collect-list.js";
export { claimableInLivePool } from "./collect-streams.js";
export { type PreparedDebt, preparePayDebt } from "./debt.js";
export { type PreparedDeposit, prepareDeposit } from "./deposit.js";
export {
  type PreparedDispute,
  type PreparedReferral,
  prepareAppeal,
  prepareCounterBond,
  prepareOpenDispute,
  prepareReferDispute,
} from "./dispute.js";
export { meterRailData } from "./due.js";
export { type Executed, type ExecuteOptions, execute, type Step, sendAndWait } from "./execute.js";
export { type PreparedLiveReopen, type PrepareReopenLiveParameters, prepareReopenLive } from "./live.js";
export { type LiveState, type LiveVaultState, readLive } from "./live-state.js";
export {
  type OutsideCase,
  outsideCase,
  type PreparedOutside,
  type PreparedRuling,
  prepareAppealAtCourt,
  prepareContestAssertion,
  prepareOutsideRuling,
} from "./outside.js";
export {
  type ClaimPayoutsOptions,
  claimPayouts,
  PAYOUT_SOURCES,
  type PayoutSource,
  type WaitingPayout,
  type WaitingPayoutsParameters,
  waitingPayouts,
} from "./payouts.js";
export {
  type ApprovalRequirement,
  type BalanceRequirement,
  batchOf,
  type Funding,
  type PermissionRequirement,
  type Prepared,
  type Requirement,
  type SignableTypedData,
  type SignatureKind,
  type SignatureRequirement,
  type Signatures,
} from "./requirements.js";
export { type PreparedTake, prepareTakeResale } from "./resale.js";
export { PERMIT2_ADDRESS } from "./signatures.js";
export { type PreparedStatement, prepareStatement } from "./statement.js";
export { readStream, type StreamState } from "./stream-state.js";
export {
  type PreparedFlow,
  type PreparedFlowChange,
  type PrepareFlowParameters,
  prepareRaise,
  prepareReopen,
} from "./subscribe.js";
export { approveTransaction, type TokenState, tokenState } from "./token.js";
export { prepareTopUp, type TopUpParameters } from "./top-up.js";
