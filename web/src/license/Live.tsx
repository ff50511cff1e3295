import {
  closeLive,
  type LiveState,
  liquidationTime,
  pauseLive,
  prepareReopenLive,
  settleLive,
  unitsToBase,
} from "@colophon-protocol/sdk";
import type { LicenseEntity } from "@colophon-protocol/sdk/indexer";
import { useState } from "react";
import { useConnection } from "wagmi";
import { termsOf } from "../buy/price";
import { useChainSeconds } from "../data/clock";
import { useLive } from "../data/rails";
import { type Token, useTokens } from "../data/tokens";
import { Sheet } from "../steps/Sheet";
import { rateOver } from "../ui/amounts";
import { Notice } from "../ui/fields";
import { moment, money, period } from "../ui/format";
import { Hash } from "../ui/hash";
import { Facts } from "../ui/primitives";
import { Actions, type LicenseAction } from "./Actions";
import { Counter } from "./Counter";
import { same, useDeal } from "./deal";
import { liveWarning, passedSoFar } from "./live-words";
import { Done, Plain } from "./Plain";
import { RailSection } from "./RailSection";
import { AddMoney } from "./Stream";
import { RailStanding } from "./standing-words";
import { leftInWords } from "./stream-words";

/** How a license is paid whose stream goes straight to the owners: what flows, how long it lasts, and what can be done. */
export function Live({ license }: { license: LicenseEntity }) {
  const read = useLive(license);
  const { token } = useTokens();
  return (
    <RailSection title="Live stream" read={read}>
      {({ state, booked }) => <Running {...{ license, state, booked }} token={token(license.offer.token)} />}
    </RailSection>
  );
}

interface Props {
  license: LicenseEntity;
  state: LiveState;
  token: Token;
}

function Running({ license, state, token, booked }: Props & { booked: bigint }) {
  const now = useChainSeconds();
  const { address } = useConnection();
  const terms = termsOf(license.offer);
  const span = terms?.rail === "live" ? terms.period : 30 * 86_400;
  const amount = (base: bigint) => money(base, token.decimals, token.symbol);
  const units = (superUnits: bigint) => amount(unitsToBase(superUnits, token.decimals));
  const locked = units(state.balance.deposit);
  const warning = liveWarning(state, now, locked);
  const end = liquidationTime(state.balance);
  const sum = (of: "unbooked" | "buffer") => state.vaults.reduce((total, vault) => total + vault[of], 0n);
  return (
    <>
      <Counter streamed={passedSoFar(state, booked)} now={now} token={token} />
      {warning ? (
        <Notice urgent={warning.urgent} title={warning.title}>
          {warning.text}
        </Notice>
      ) : null}
      <Facts
        items={[
          ["Payment", <RailStanding key="s" standing={state.standing} />],
          ["Rate", `${amount(rateOver(state.rate, span, token.decimals))} per ${period(span)}`],
          ["Flows now", state.comes ? "to the owners, as it comes in" : state.passes ? "out of the buffer" : "nothing"],
          ["Buffer", `${units(sum("buffer"))}, the payer's unless it has to pay`],
          ["Passed on, not booked", units(sum("unbooked"))],
          [
            "Money lasts until",
            state.comes && end !== undefined ? `${moment(end)} (${leftInWords(end - now)})` : "nothing flows",
          ],
          ["Locked meanwhile", `${locked}, for all streams of the payer`],
          ...(state.live.endsAt > 0 ? [["Notice", `ends ${moment(state.live.endsAt)}`] as const] : []),
          ["Payer", <Hash key="p" value={state.payer} label="payer" />],
        ]}
      />
      <Actions
        actions={actionsOf({ license, state, token }, address, now)}
        none="The payer pauses, reopens and adds money; payer, holder and provider may end it."
      />
    </>
  );
}

function actionsOf({ license, state, token }: Props, address: string | undefined, now: number): LicenseAction[] {
  const { licenseId, holder, offer } = license;
  const { endsAt, ended } = state.live;
  const over = ended || license.endedAt !== null;
  const pays = same(address, state.payer) && !over;
  const ends = !over && [state.payer, holder, offer.provider].some((account) => same(address, account));
  const units = state.vaults.reduce((total, vault) => total + vault.unbooked, 0n);
  const shared = { license, state, token };
  return [
    {
      name: "pause",
      label: "Pause",
      can: pays && (state.comes || state.passes),
      panel: <Pause key={`p${licenseId}`} {...shared} />,
    },
    {
      name: "reopen",
      label: "Reopen",
      can: pays && !state.live.frozen && !(state.comes && state.passes),
      panel: <Reopen key={`r${licenseId}`} {...shared} />,
    },
    {
      name: "add",
      label: "Add money",
      can: pays && state.comes,
      panel: <AddMoney key={`a${licenseId}`} state={state} rate={state.rate} token={token} />,
    },
    {
      name: "settle",
      label: "Settle",
      // Anyone may, but a page offers it to those whom it concerns.
      can: ends && (units > 0n || state.comes !== state.passes),
      panel: <Settle key={`s${licenseId}`} {...shared} />,
    },
    {
      name: "end",
      label: endsAt > 0 ? "End it now" : "Give notice and end",
      can: ends && (endsAt === 0 || endsAt <= now),
      panel: <End key={`e${licenseId}`} {...shared} />,
    },
  ];
}

function Pause({ license, token }: Props) {
  const deal = useDeal(license);
  return (
    <Plain
      plans={["pause", deal.licenseId]}
      token={token}
      title="Pause the stream"
      text="Your flow ends, and access with it, until you reopen it. Paused time is not paid; the buffer stays in the license's vaults for then. What was passed on stays paid."
      button="Pause the stream"
      done="The stream is paused"
      call={(client) => pauseLive.call(client, deal)}
    />
  );
}

function Reopen({ license, token }: Props) {
  const deal = useDeal(license);
  return (
    <Sheet
      plans={["reopen", deal.licenseId]}
      token={token}
      prepare={(client) => prepareReopenLive(client, deal)}
      write={(plan) => ({
        title: "Reopen the stream",
        text: `Your flow opens again, and the same license goes on from now. Your money lasts for at least one period of the offer.${
          plan.flow.buffer > 0n
            ? ` ${money(plan.flow.buffer, token.decimals, token.symbol)} go into the buffer, which has paid meanwhile.`
            : ""
        }`,
        button: "Reopen the stream",
      })}
      ifSent="The transaction was sent. Look at this page again before you repeat it."
      done={({ hash }) => <Done text="The stream runs again" hash={hash} />}
    />
  );
}

function Settle({ license, token }: Props) {
  const deal = useDeal(license);
  return (
    <Plain
      plans={["settle", deal.licenseId]}
      token={token}
      title="Settle"
      text="What was passed on is booked for its owners. If the payer's flow has stopped, the buffer stops paying and access ends; if it is back, both begin again."
      button="Settle"
      done="It is settled"
      call={(client) => settleLive.call(client, deal)}
    />
  );
}

function End({ license, state, token }: Props) {
  const deal = useDeal(license);
  const terms = termsOf(license.offer);
  const notice = terms?.rail === "live" ? terms.notice : 0;
  // As it was when this was opened: given notice must not read as the end.
  const [now] = useState(state.live.endsAt > 0 || notice === 0);
  return (
    <Plain
      plans={["end", deal.licenseId]}
      token={token}
      title={now ? "End the license" : "Give notice"}
      text={
        now
          ? "The stream and the license end, and what is left of the buffer goes back to the payer. You cannot take this back."
          : `The license ends ${period(notice)} from now. Until then the stream runs and access goes on. You cannot take this back.`
      }
      button={now ? "End the license" : "Give notice"}
      done={now ? "The license has ended" : "Notice is given"}
      call={(client) => closeLive.call(client, deal)}
    />
  );
}
