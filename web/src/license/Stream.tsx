import {
  closeStream,
  liquidationTime,
  pauseStream,
  prepareReopen,
  prepareTopUp,
  type StreamState,
  unitsToBase,
} from "@colophon-protocol/sdk";
import type { LicenseEntity } from "@colophon-protocol/sdk/indexer";
import { useState } from "react";
import { useConnection } from "wagmi";
import { termsOf } from "../buy/price";
import { useChainSeconds } from "../data/clock";
import { useStream } from "../data/rails";
import { type Token, useTokens } from "../data/tokens";
import { Sheet } from "../steps/Sheet";
import { rateOver } from "../ui/amounts";
import { Notice } from "../ui/fields";
import { grouped, moment, money, period } from "../ui/format";
import { Hash } from "../ui/hash";
import { Facts, State } from "../ui/primitives";
import { Actions, type LicenseAction } from "./Actions";
import { AmountForm } from "./AmountForm";
import { Counter } from "./Counter";
import { same, useDeal } from "./deal";
import { Done, Plain } from "./Plain";
import { RailSection } from "./RailSection";
import { RailStanding } from "./standing-words";
import { leftInWords, streamWarning } from "./stream-words";

/** How a streaming license is paid: what counted so far, live, how long the money lasts, and what can be done. */
export function Stream({ license }: { license: LicenseEntity }) {
  const read = useStream(license);
  const { token } = useTokens();
  return (
    <RailSection title="Stream" read={read}>
      {(state) => <Running license={license} state={state} token={token(license.offer.token)} />}
    </RailSection>
  );
}

interface Props {
  license: LicenseEntity;
  state: StreamState;
  token: Token;
}

function Running({ license, state, token }: Props) {
  const now = useChainSeconds();
  const { address } = useConnection();
  const terms = termsOf(license.offer);
  const span = terms?.rail === "stream" ? terms.period : 30 * 86_400;
  const amount = (base: bigint) => money(base, token.decimals, token.symbol);
  const locked = amount(unitsToBase(state.balance.deposit, token.decimals));
  const warning = streamWarning(state, now, locked);
  const end = liquidationTime(state.balance);
  const flows = state.runningRate > 0n;
  return (
    <>
      <Counter streamed={state.streamed} now={now} token={token} />
      {warning ? (
        <Notice urgent={warning.urgent} title={warning.title}>
          {warning.text}
        </Notice>
      ) : null}
      <Facts
        items={[
          [
            "Payment",
            state.paused ? (
              <State key="s" is="frozen">
                paused
              </State>
            ) : (
              <RailStanding key="s" standing={state.standing} />
            ),
          ],
          ["Rate", `${amount(rateOver(state.agreedRate, span, token.decimals))} per ${period(span)}`],
          [
            "Flows now",
            flows ? `${amount(rateOver(state.runningRate, span, token.decimals))} per ${period(span)}` : "nothing",
          ],
          [
            "Money lasts until",
            flows && end !== undefined ? `${moment(end)} (${leftInWords(end - now)})` : "nothing flows",
          ],
          ["Locked meanwhile", `${locked}, for all streams of the payer`],
          ["Concluded", terms?.rail === "stream" ? epochs(state, terms.epoch) : String(state.stream.settled)],
          ...(state.stream.endsAt > 0 ? [["Notice", `ends ${moment(state.stream.endsAt)}`] as const] : []),
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

const epochs = ({ stream }: StreamState, epoch: number) =>
  `${grouped(stream.settled)} ${stream.settled === 1 ? "epoch" : "epochs"} of ${period(epoch)}`;

function actionsOf({ license, state, token }: Props, address: string | undefined, now: number): LicenseAction[] {
  const { licenseId, holder } = license;
  const ended = state.stream.flagNames.includes("ended") || license.endedAt !== null;
  const { endsAt } = state.stream;
  const pays = same(address, state.payer) && !ended;
  const ends = !ended && (same(address, state.payer) || same(address, holder) || same(address, license.offer.provider));
  const shared = { license, state, token };
  return [
    {
      name: "pause",
      label: "Pause",
      can: pays && state.runningRate > 0n,
      panel: <Pause key={`p${licenseId}`} {...shared} />,
    },
    {
      name: "reopen",
      label: "Reopen",
      can: pays && state.runningRate < state.agreedRate,
      panel: <Reopen key={`r${licenseId}`} {...shared} />,
    },
    {
      name: "add",
      label: "Add money",
      can: pays && state.runningRate > 0n,
      panel: <AddMoney key={`a${licenseId}`} state={state} rate={state.runningRate} token={token} />,
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
      text="Your flow ends, and access with it, until you reopen it. Paused time is not paid and uses up no grace; the locked money comes back. What streamed stays paid."
      button="Pause the stream"
      done="The stream is paused"
      call={(client) => pauseStream.call(client, deal)}
    />
  );
}

function Reopen({ license, token }: Props) {
  const deal = useDeal(license);
  return (
    <Sheet
      plans={["reopen", deal.licenseId]}
      token={token}
      prepare={(client) => prepareReopen(client, deal)}
      write={() => ({
        title: "Reopen the stream",
        text: "Your flow opens again at the agreed rate, and the same license goes on from now. Your money lasts for at least one period of the offer.",
        button: "Reopen the stream",
      })}
      ifSent="The transaction was sent. Look at this page again before you repeat it."
      done={({ hash }) => <Done text="The stream runs again" hash={hash} />}
    />
  );
}

interface AddProps {
  state: Pick<StreamState, "superToken" | "decimals">;
  /** Units per second that flow. */
  rate: bigint;
  token: Token;
}

/** More money for the payer's streams. */
export function AddMoney({ state: { superToken, decimals }, rate, token }: AddProps) {
  const buys = (amount: bigint) => {
    const perDay = rateOver(rate, 86_400, token.decimals);
    return perDay > 0n
      ? `lasts about ${period((Number(amount) / Number(perDay)) * 86_400)} longer at this rate`
      : "lasts";
  };
  return (
    <AmountForm
      label="Money to add"
      token={token}
      hint="It is turned into the form that streams, and stays yours until it has streamed."
    >
      {(amount) => (
        <Sheet
          key={String(amount)}
          plans={["add", superToken, amount]}
          token={token}
          prepare={(client) => prepareTopUp(client, { superToken, decimals, token: token.address, amount })}
          write={() => ({
            title: "Wrap the money",
            text: `${money(amount, token.decimals, token.symbol)} ${buys(amount)}.`,
            button: `Add ${money(amount, token.decimals, token.symbol)}`,
          })}
          ifSent="The transaction was sent. Look at the runway before you repeat it."
          done={({ hash }) => <Done text="The money is added" hash={hash} />}
        />
      )}
    </AmountForm>
  );
}

function End({ license, state, token }: Props) {
  const deal = useDeal(license);
  const terms = termsOf(license.offer);
  const notice = terms?.rail === "stream" ? terms.notice : 0;
  // As it was when this was opened: given notice must not read as the end.
  const [now] = useState(state.stream.endsAt > 0 || notice === 0);
  return (
    <Plain
      plans={["end", deal.licenseId]}
      token={token}
      title={now ? "End the license" : "Give notice"}
      text={
        now
          ? "The stream and the license end. What streamed and is not concluded still is, epoch by epoch. You cannot take this back."
          : `The license ends ${period(notice)} from now. Until then the stream runs and access goes on. You cannot take this back.`
      }
      button={now ? "End the license" : "Give notice"}
      done={now ? "The license has ended" : "Notice is given"}
      call={(client) => closeStream.call(client, deal)}
    />
  );
}
