import {
  approveTransaction,
  type ColophonClient,
  type Prepared,
  payShareDebt,
  resolveAddress,
  tokenState,
} from "@colophon-protocol/sdk";
import { type LicenseEntity, offerOf } from "@colophon-protocol/sdk/indexer";
import type { Address } from "viem";
import { useColophon } from "../app";
import type { ColophonConfig } from "../config";
import type { Token } from "../data/tokens";
import { Sheet } from "../steps/Sheet";
import { money } from "../ui/format";
import { Done } from "./Plain";
import type { ShareAccount } from "./share-words";

interface Props {
  license: LicenseEntity;
  account: ShareAccount;
  token: Token;
}

/** Pays the whole of what an audit found. */
export function PayDebt({ license, account, token }: Props) {
  const { config } = useColophon();
  const { debt } = account;
  const text = money(debt, token.decimals, token.symbol);
  return (
    <Sheet
      plans={["debt", license.licenseId, debt]}
      token={token}
      prepare={(client) => prepare(client, license, debt, config.deployment)}
      write={() => ({
        title: "Pay",
        text: `You pay ${text}, which the auditor found to be owed for license ${license.licenseId}.`,
        button: `Pay ${text}`,
      })}
      ifSent="The transaction was sent. Look at what is owed before you repeat it."
      done={({ hash }) => <Done text={`${text} are paid`} hash={hash} />}
    />
  );
}

async function prepare(
  client: ColophonClient,
  { licenseId, offer }: LicenseEntity,
  amount: bigint,
  deployment: ColophonConfig["deployment"],
): Promise<Prepared> {
  const account = client.account?.address as Address;
  const spender = resolveAddress(client, "RevenueShareRail", { deployment });
  const { balance, allowance } = await tokenState(client, { token: offer.token, account, spender });
  const missing = amount - balance;
  const approval = {
    type: "approval" as const,
    token: offer.token,
    spender,
    amount,
    transaction: approveTransaction(offer.token, spender, amount),
  };
  return {
    requirements: [
      ...(missing > 0n
        ? [{ type: "balance" as const, token: offer.token, account, required: amount, available: balance, missing }]
        : []),
      ...(allowance < amount ? [approval] : []),
    ],
    build: () => {
      const { to, data, value } = payShareDebt.call(client, { licenseId, offer: offerOf(offer), amount, deployment });
      return { to, data, value };
    },
  };
}
