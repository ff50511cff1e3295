import type { LicenseEntity } from "@colophon-protocol/sdk/indexer";
import { useQuery } from "@tanstack/react-query";
import type { Address, Hex } from "viem";
import { useColophon } from "../app";
import { ask, type List } from "../data/graph";
import { useTokens } from "../data/tokens";
import { moment } from "../ui/format";
import { Hash } from "../ui/hash";
import { Section } from "../ui/primitives";

/** What moved between an account and the license's rail, at the purchase and after it. */
interface Payment {
  id: string;
  kind: keyof typeof KINDS;
  token: Address;
  amount: string;
  at: string;
  transactionHash: Hex;
}

interface Sale {
  id: string;
  token: Address;
  amount: string;
  soldAt: string;
  transactionHash: Hex;
}

const KINDS = {
  PURCHASE: "Paid at the purchase",
  DEPOSIT: "Deposited",
  BILL: "Billed after use",
  STATEMENT: "Paid with a statement",
  DEBT: "Paid after an audit",
  STREAM: "Streamed, concluded epochs",
  BOND: "Bond of a contest",
  REFUND: "Refunded",
  WITHDRAWAL: "Taken back",
  BOND_RETURNED: "Bond returned",
  RESALE: "Taken over by the dataset's owner, to its holder",
} as const;

const SHOWN = 50;

/** The last payments of a license, newest first, as the indexer knows them; nothing while there are none. */
export function Payments({ license }: { license: LicenseEntity }) {
  const { config } = useColophon();
  const { price } = useTokens();
  const { data } = useQuery({
    queryKey: ["payments", license.id],
    refetchInterval: 10_000,
    queryFn: () =>
      ask<{ payments: List<Payment>; sales: List<Sale> }>(
        config.indexerUrl,
        `query ($license: String!) { payments(where: { licenseRef: $license }, orderBy: "at", orderDirection: "desc",
          limit: ${SHOWN}) { items { id kind token amount at transactionHash } }
          sales(where: { licenseRef: $license }) { items { id token amount soldAt transactionHash } } }`,
        { license: license.id },
      ),
  });
  const bought = (data?.sales.items ?? []).filter(({ amount }) => amount !== "0");
  const payments = [
    // A resale is told of twice, once for each side.
    ...(data?.payments.items ?? []).filter(({ kind }) => kind in KINDS),
    ...bought.map(({ soldAt: at, ...sale }) => ({ ...sale, kind: "PURCHASE" as const, at })),
  ];
  if (payments.length === 0) return null;
  return (
    <Section title="Payments">
      <ol className="text-sm">
        {payments.map(({ id, kind, token, amount, at, transactionHash }) => (
          <li key={id} className="grid gap-x-6 border-t border-rule py-2 sm:grid-cols-[10rem_1fr_auto_auto]">
            <span className="text-ash tabular-nums">{moment(BigInt(at))}</span>
            <span>{KINDS[kind]}</span>
            <strong className="font-serif font-semibold tabular-nums">{price(BigInt(amount), token)}</strong>
            <span>
              <Hash value={transactionHash} label="transaction" />
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}
