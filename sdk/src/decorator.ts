/** All actions bound to a client: `client.extend(colophonActions())`, one namespace per domain. */
import * as attestations from "./actions/attestations.js";
import * as bond from "./actions/bond.js";
import * as challenges from "./actions/challenges.js";
import * as config from "./actions/config.js";
import * as consents from "./actions/consents.js";
import * as contributors from "./actions/contributors.js";
import * as council from "./actions/council.js";
import * as dataset from "./actions/dataset.js";
import * as disputes from "./actions/disputes.js";
import * as escrow from "./actions/escrow.js";
import * as faults from "./actions/faults.js";
import * as keyNetwork from "./actions/keys-network.js";
import * as license from "./actions/license.js";
import * as live from "./actions/live.js";
import * as market from "./actions/market.js";
import * as messages from "./actions/messages.js";
import * as meter from "./actions/meter.js";
import * as outside from "./actions/outside.js";
import * as payments from "./actions/payments.js";
import * as quality from "./actions/quality.js";
import * as recalls from "./actions/recalls.js";
import * as resale from "./actions/resale.js";
import * as revenue from "./actions/revenue.js";
import * as share from "./actions/share.js";
import * as stream from "./actions/stream.js";
import * as terms from "./actions/terms.js";
import type { Deployment } from "./core/deployment.js";
import type { ColophonClient } from "./core/types.js";
import {
  prepareChallenge,
  prepareDelegateBond,
  prepareDepositBond,
  prepareQualityStake,
  prepareRequestQuality,
  prepareRewardDelegators,
} from "./prepare/bond.js";
import { prepareBuy } from "./prepare/buy.js";
import { collectRevenue, prepareCollectRevenue } from "./prepare/collect.js";
import { collectFromList, prepareCollectFromList } from "./prepare/collect-list.js";
import { preparePayDebt } from "./prepare/debt.js";
import { prepareDeposit } from "./prepare/deposit.js";
import { prepareAppeal, prepareCounterBond, prepareOpenDispute, prepareReferDispute } from "./prepare/dispute.js";
import { execute } from "./prepare/execute.js";
import { prepareReopenLive } from "./prepare/live.js";
import { readLive } from "./prepare/live-state.js";
import { outsideCase, prepareAppealAtCourt, prepareContestAssertion, prepareOutsideRuling } from "./prepare/outside.js";
import { claimPayouts, waitingPayouts } from "./prepare/payouts.js";
import { prepareTakeResale } from "./prepare/resale.js";
import { prepareStatement } from "./prepare/statement.js";
import { readStream } from "./prepare/stream-state.js";
import { prepareRaise, prepareReopen } from "./prepare/subscribe.js";
import { prepareTopUp } from "./prepare/top-up.js";

/** An action with its client filled in; without parameters of its own it needs none. */
type Bound<action> = action extends (client: ColophonClient, parameters: infer parameters) => infer result
  ? object extends parameters
    ? (parameters?: parameters) => result
    : (parameters: parameters) => result
  : never;

/** A module's actions with their client filled in. */
type BoundAll<actions> = {
  [name in keyof actions as actions[name] extends ActionLike ? name : never]: Bound<actions[name]>;
};
// biome-ignore lint/suspicious/noExplicitAny: parameters are contravariant; this only asks whether it is an action at all
type ActionLike = (client: ColophonClient, parameters: any) => Promise<unknown>;

/** The modules by domain: named, so that the declaration file refers to them instead of repeating what they hold. */
interface Domains {
  attestations: typeof attestations;
  bond: typeof bond & {
    prepareDelegateBond: typeof prepareDelegateBond;
    prepareRewardDelegators: typeof prepareRewardDelegators;
    prepareDepositBond: typeof prepareDepositBond;
  };
  challenges: typeof challenges & { prepareChallenge: typeof prepareChallenge };
  config: typeof config;
  consents: typeof consents;
  contributors: typeof contributors & {
    collectFromList: typeof collectFromList;
    prepareCollectFromList: typeof prepareCollectFromList;
  };
  council: typeof council;
  dataset: typeof dataset;
  disputes: typeof disputes & {
    prepareAppeal: typeof prepareAppeal;
    prepareCounterBond: typeof prepareCounterBond;
    prepareOpenDispute: typeof prepareOpenDispute;
    prepareReferDispute: typeof prepareReferDispute;
  };
  escrow: typeof escrow;
  faults: typeof faults;
  keyNetwork: typeof keyNetwork;
  license: typeof license;
  live: typeof live & { prepareReopenLive: typeof prepareReopenLive; readLive: typeof readLive };
  market: typeof market & { prepareBuy: typeof prepareBuy };
  messages: typeof messages;
  meter: typeof meter & { prepareDeposit: typeof prepareDeposit };
  outside: typeof outside & {
    outsideCase: typeof outsideCase;
    prepareAppealAtCourt: typeof prepareAppealAtCourt;
    prepareContestAssertion: typeof prepareContestAssertion;
    prepareOutsideRuling: typeof prepareOutsideRuling;
  };
  payments: typeof payments & { claimPayouts: typeof claimPayouts; waitingPayouts: typeof waitingPayouts };
  quality: typeof quality & {
    prepareQualityStake: typeof prepareQualityStake;
    prepareRequestQuality: typeof prepareRequestQuality;
  };
  recalls: typeof recalls;
  resale: typeof resale & { prepareTakeResale: typeof prepareTakeResale };
  revenue: typeof revenue & {
    collectRevenue: typeof collectRevenue;
    prepareCollectRevenue: typeof prepareCollectRevenue;
  };
  share: typeof share & { preparePayDebt: typeof preparePayDebt; prepareStatement: typeof prepareStatement };
  stream: typeof stream & {
    prepareRaise: typeof prepareRaise;
    prepareReopen: typeof prepareReopen;
    prepareTopUp: typeof prepareTopUp;
    readStream: typeof readStream;
  };
  terms: typeof terms;
}

const domains: Domains = {
  attestations,
  bond: { ...bond, prepareDelegateBond, prepareDepositBond, prepareRewardDelegators },
  challenges: { ...challenges, prepareChallenge },
  config,
  consents,
  contributors: { ...contributors, collectFromList, prepareCollectFromList },
  council,
  dataset,
  disputes: { ...disputes, prepareAppeal, prepareCounterBond, prepareOpenDispute, prepareReferDispute },
  escrow,
  faults,
  keyNetwork,
  license,
  live: { ...live, prepareReopenLive, readLive },
  market: { ...market, prepareBuy },
  messages,
  meter: { ...meter, prepareDeposit },
  outside: { ...outside, outsideCase, prepareAppealAtCourt, prepareContestAssertion, prepareOutsideRuling },
  payments: { ...payments, claimPayouts, waitingPayouts },
  quality: { ...quality, prepareQualityStake, prepareRequestQuality },
  recalls,
  resale: { ...resale, prepareTakeResale },
  revenue: { ...revenue, collectRevenue, prepareCollectRevenue },
  share: { ...share, preparePayDebt, prepareStatement },
  stream: { ...stream, prepareRaise, prepareReopen, prepareTopUp, readStream },
  terms,
};

/** What `colophonActions()` adds to a client. */
export type ColophonActions = { [domain in keyof Domains]: BoundAll<Domains[domain]> } & {
  /** Carries out a prepared write; see `execute`. */
  execute: (...parameters: Tail<Parameters<typeof execute>>) => ReturnType<typeof execute>;
};
type Tail<list> = list extends [unknown, ...infer tail] ? tail : never;

/**
 * Binds all actions to a client.
 * @param options.deployment where the contracts are; the one published for the client's chain unless told
 * @example const client = createPublicClient({ chain, transport }).extend(colophonActions());
 * const why = await client.license.accessOf({ licenseId, user, version: 1, uses: ["train"] });
 */
export function colophonActions(options: { deployment?: Deployment } = {}) {
  const { deployment } = options;
  return (client: ColophonClient): ColophonActions => {
    const bind =
      (action: ActionLike) =>
      (parameters: object = {}) =>
        action(client, deployment ? { deployment, ...parameters } : parameters);
    const bound = Object.entries(domains).map(([domain, actions]) => {
      const bindable = Object.entries(actions).filter(([, action]) => typeof action === "function");
      return [
        domain,
        Object.fromEntries(bindable.map(([name, action]) => [name, bind(action as ActionLike)])),
      ] as const;
    });
    const run: ColophonActions["execute"] = (prepared, executeOptions) => execute(client, prepared, executeOptions);
    return { ...Object.fromEntries(bound), execute: run } as unknown as ColophonActions;
  };
}
