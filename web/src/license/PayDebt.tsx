import { preparePayDebt } from "@colophon-protocol/sdk";
import type { LicenseEntity } from "@colophon-protocol/sdk/indexer";
import type { Token } from "../data/tokens";
import { Sheet } from "../steps/Sheet";
import { money } from "../ui/format";
import { useDeal } from "./deal";
import { Done } from "./Plain";
import type { ShareAccount } from "./share-words";

interface Props {
  license: LicenseEntity;
  account: ShareAccount;
  token: Token;
}

/** Pays the whole of what an audit found. */
export function PayDebt({ license, account, token }: Props) {
  const deal = useDeal(license);
  const text = money(account.debt, token.decimals, token.symbol);
  return (
    <Sheet
      plans={["debt", license.licenseId, account.debt]}
      token={token}
      prepare={(client) => preparePayDebt(client, { ...deal, amount: account.debt })}
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
