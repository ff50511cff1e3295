import {
  type Resale as Announced,
  announceResale,
  cancelResale,
  prepareTakeResale,
  resaleOf,
  transferLicense,
} from "@colophon-protocol/sdk";
import type { LicenseEntity } from "@colophon-protocol/sdk/indexer";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { type Address, getAddress } from "viem";
import { useConnection } from "wagmi";
import { useColophon } from "../app";
import { useReader } from "../data/client";
import { useChainSeconds } from "../data/clock";
import { type Token, useTokens } from "../data/tokens";
import { Sheet } from "../steps/Sheet";
import { money } from "../ui/format";
import { Hash } from "../ui/hash";
import { Facts } from "../ui/primitives";
import { Actions, type LicenseAction } from "./Actions";
import { AmountForm } from "./AmountForm";
import { same, useDeal } from "./deal";
import { Done, Plain } from "./Plain";
import { RailSection } from "./RailSection";
import { resaleInWords, resaleRule, resaleStage } from "./resale-words";
import { ToForm } from "./ToForm";

/** Selling a license on: announce, the owner's refusal, hand over; nothing for licenses that cannot move. */
export function Resale({ license }: { license: LicenseEntity }) {
  const { config } = useColophon();
  const reader = useReader();
  const { token } = useTokens();
  const rule = resaleRule(license);
  const { licenseId } = license;
  const read = useQuery({
    queryKey: ["resale", String(licenseId)],
    refetchInterval: 30_000,
    enabled: rule !== "never",
    queryFn: async () => ({ resale: await resaleOf(reader, { licenseId, deployment: config.deployment }) }),
  });
  if (rule === "never") return null;
  return (
    <RailSection title="Sell it on" read={read}>
      {({ resale }) => <Selling license={license} rule={rule} resale={resale} token={token(license.offer.token)} />}
    </RailSection>
  );
}

interface Props {
  license: LicenseEntity;
  rule: "free" | "refusal";
  resale: Announced | undefined;
  token: Token;
}

function Selling(props: Props) {
  const { rule, resale, token } = props;
  const now = useChainSeconds();
  const { address } = useConnection();
  const facts: (readonly [string, ReactNode])[] = resale
    ? [
        ["Announced price", money(resale.price, token.decimals, token.symbol)],
        ["Buyer", <Hash key="b" value={resale.buyer} label="buyer" />],
        ["What is next", resaleInWords(resale, now)],
      ]
    : [];
  const buys = resale && same(address, resale.buyer) && resaleStage(resale, now) === "buyer";
  return (
    <>
      <p className="mb-4 max-w-prose text-sm text-ash">
        {rule === "refusal"
          ? "The holder announces a buyer and a price. For 7 days the dataset's owner may take the license at that price; after that it can move to that buyer alone."
          : "The holder may hand this license over to anybody."}{" "}
        What buyer and holder pay each other is between the two: agree on who goes first.
      </p>
      {resale ? <Facts items={facts} /> : null}
      {buys ? (
        <p className="mt-4 max-w-prose text-sm">
          You are the buyer. The holder can hand the license over to you now; it is in your library then.
        </p>
      ) : null}
      <Actions actions={actionsOf(props, address, now)} />
    </>
  );
}

function actionsOf(props: Props, address: string | undefined, now: number): LicenseAction[] {
  const { license, rule, resale } = props;
  const holds = same(address, license.holder);
  const owns = same(address, license.dataset.owner);
  const stage = resale && resaleStage(resale, now);
  const key = String(license.licenseId);
  return [
    {
      name: "announce",
      label: resale ? "Announce another sale" : "Announce a sale",
      can: holds && rule === "refusal",
      panel: <Announce key={`a${key}`} {...props} />,
    },
    {
      name: "keep",
      label: "Take the announcement back",
      can: holds && resale !== undefined,
      panel: <Keep key={`k${key}`} {...props} />,
    },
    {
      name: "hand-over",
      label: "Hand it over",
      can: holds && (rule === "free" || stage === "buyer"),
      panel: <HandOver key={`h${key}`} {...props} />,
    },
    {
      name: "refuse",
      label: "Take the license yourself",
      can: owns && !holds && stage === "owner",
      panel: resale ? <Refuse key={`r${key}`} {...props} price={resale.price} /> : null,
    },
  ];
}

function Announce({ license, token }: Props) {
  const deal = useDeal(license);
  return (
    <ToForm label="Buyer" hint="The account that may have the license after the owner's time.">
      {(buyer) => (
        <AmountForm
          label="Price"
          token={token}
          zero
          hint="What the dataset's owner pays you, should it take the license."
        >
          {(price) => (
            <Plain
              key={`${buyer}${price}`}
              plans={["announce", deal.licenseId, buyer, price]}
              token={token}
              title="Announce the sale"
              text={`For 7 days the dataset's owner may take the license for ${money(price, token.decimals, token.symbol)}. After that you can hand it over to ${buyer.slice(0, 8)}… within 14 days. You can take this back.`}
              button="Announce the sale"
              done="The sale is announced"
              call={(client) => announceResale.call(client, { ...deal, buyer, price })}
            />
          )}
        </AmountForm>
      )}
    </ToForm>
  );
}

function Keep({ license, token }: Props) {
  const deal = useDeal(license);
  return (
    <Plain
      plans={["keep", deal.licenseId]}
      token={token}
      title="Take the announcement back"
      text="Nobody can take or have the license any more; it stays yours."
      button="Take the announcement back"
      done="The announcement is taken back"
      call={(client) => cancelResale.call(client, deal)}
    />
  );
}

function HandOver({ license, rule, resale, token }: Props) {
  if (rule === "free") return <ToForm label="New holder">{(to) => <Move {...{ license, token, to }} />}</ToForm>;
  return resale ? <Move {...{ license, token, to: getAddress(resale.buyer) }} /> : null;
}

function Move({ license, token, to }: { license: LicenseEntity; token: Token; to: Address }) {
  const deal = useDeal(license);
  const from = license.holder;
  return (
    <Plain
      plans={["move", deal.licenseId, to]}
      token={token}
      title="Hand the license over"
      text={`License ${deal.licenseId} moves to ${to}. Your access and that of everybody you delegated it to ends at once. You cannot take this back.`}
      button="Hand it over"
      done="The license has moved"
      call={(client) => transferLicense.call(client, { ...deal, from, to })}
    />
  );
}

function Refuse({ license, token, price }: Props & { price: bigint }) {
  const deal = useDeal(license);
  const text = money(price, token.decimals, token.symbol);
  return (
    <Sheet
      plans={["refuse", deal.licenseId, price]}
      token={token}
      prepare={(client) => prepareTakeResale(client, { ...deal, maxPrice: price })}
      write={({ holder }) => ({
        title: "Take the license",
        text: `You pay ${text} to ${holder.slice(0, 8)}…, who holds it, and license ${deal.licenseId} is yours. It does not go to the announced buyer.`,
        button: `Take it for ${text}`,
      })}
      ifSent="The transaction was sent. Look at who holds the license before you repeat it."
      done={({ hash }) => <Done text="The license is yours" hash={hash} />}
    />
  );
}
