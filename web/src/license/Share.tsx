import { closeShare, type Standing } from "@colophon-protocol/sdk";
import type { LicenseEntity } from "@colophon-protocol/sdk/indexer";
import type { ReactNode } from "react";
import { zeroAddress } from "viem";
import { useConnection } from "wagmi";
import { priceInWords, termsOf } from "../buy/price";
import { useChainSeconds } from "../data/clock";
import { useShare } from "../data/rails";
import { type Token, useTokens } from "../data/tokens";
import { Notice } from "../ui/fields";
import { moment, money, period } from "../ui/format";
import { Hash } from "../ui/hash";
import { Facts } from "../ui/primitives";
import { Actions, type LicenseAction } from "./Actions";
import { same, useDeal } from "./deal";
import { PayDebt } from "./PayDebt";
import { Plain } from "./Plain";
import { RailSection } from "./RailSection";
import { StateRevenue } from "./StateRevenue";
import { nextStatement, type ShareAccount, shareWarning } from "./share-words";
import { RailStanding } from "./standing-words";

/** How a license that shares revenue stands: the next statement, what is owed, and what can be done. */
export function Share({ license }: { license: LicenseEntity }) {
  const read = useShare(license);
  const { token } = useTokens();
  return (
    <RailSection title="Revenue share" read={read}>
      {(state) => <Running license={license} {...state} token={token(license.offer.token)} />}
    </RailSection>
  );
}

interface Props {
  license: LicenseEntity;
  account: ShareAccount;
  token: Token;
}

function Running({ license, account, standing, token }: Props & { standing: Standing }) {
  const now = useChainSeconds();
  const { address } = useConnection();
  const terms = termsOf(license.offer);
  if (terms?.rail !== "share") return null;
  const amount = (base: bigint) => money(base, token.decimals, token.symbol);
  const next = nextStatement(account, terms);
  const warning = shareWarning(account, terms, standing, now, amount);
  const facts: (readonly [string, ReactNode])[] = [
    ["Payment", <RailStanding key="s" standing={standing} />],
    ["Owed", priceInWords(license.offer, amount)],
  ];
  if (next) {
    const running = next.over > now ? `runs until ${moment(next.over)}` : `was over ${moment(next.over)}`;
    facts.push(["Next statement", `period ${next.period}, which ${running}`]);
    facts.push(["Due", `${moment(next.dueAt)}; access stops ${moment(next.cutAt)}`]);
  } else facts.push(["Next statement", "none: all periods are stated"]);
  if (account.credit > 0n) facts.push(["Paid ahead", `${amount(account.credit)}, counts against the next statement`]);
  if (account.debt > 0n) facts.push(["Found by audit", `${amount(account.debt)}, due ${moment(account.debtDueAt)}`]);
  if (account.lastPeriod !== undefined) facts.push(["Last period", String(account.lastPeriod)]);
  if (terms.auditor !== zeroAddress) {
    facts.push(["Auditor", <Hash key="a" value={terms.auditor} label="auditor" />]);
    facts.push(["May correct", `within ${period(terms.auditWindow)} of a statement`]);
  }
  const canState = next !== undefined && now >= next.over && !account.frozen;
  const key = String(license.licenseId);
  const actions: LicenseAction[] = [
    {
      name: "state",
      label: "State revenue and pay",
      can: canState && same(address, license.holder),
      panel: <StateRevenue key={key} license={license} account={account} token={token} />,
    },
    {
      name: "debt",
      label: "Pay what the audit found",
      can: account.debt > 0n && address !== undefined && !account.frozen,
      panel: <PayDebt key={key} license={license} account={account} token={token} />,
    },
    {
      name: "end",
      label: "End with the running period",
      can: same(address, license.holder) && account.lastPeriod === undefined && !account.closed,
      panel: <End key={key} license={license} token={token} />,
    },
  ];
  return (
    <>
      {warning ? (
        <Notice urgent={warning.urgent} title={warning.title}>
          {warning.text}
        </Notice>
      ) : null}
      <Facts items={facts} />
      <Actions actions={actions} none="The license's holder states and ends; anyone may pay what an audit found." />
    </>
  );
}

function End({ license, token }: Omit<Props, "account">) {
  const deal = useDeal(license);
  return (
    <Plain
      plans={["end", deal.licenseId]}
      token={token}
      title="End the license with the running period"
      text="Access goes on until the period is over. The period is still stated and paid in full. You cannot take this back."
      button="End the license"
      done="The license ends with the running period"
      call={(client) => closeShare.call(client, deal)}
    />
  );
}
