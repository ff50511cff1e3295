import {
  closeMeter,
  type Meter as MeterState,
  meterUnitsFor,
  prepareDeposit,
  requestDeposit,
  type Standing,
  settleMeter,
  withdrawDeposit,
} from "@colophon-protocol/sdk";
import type { LicenseEntity } from "@colophon-protocol/sdk/indexer";
import type { ReactNode } from "react";
import { useConnection } from "wagmi";
import { railOf, termsOf, unitsInWords } from "../buy/price";
import { useChainSeconds } from "../data/clock";
import { useMeter } from "../data/rails";
import { type Token, useTokens } from "../data/tokens";
import { Sheet } from "../steps/Sheet";
import { Notice } from "../ui/fields";
import { grouped, moment, money, period } from "../ui/format";
import { Hash } from "../ui/hash";
import { Facts, Progress } from "../ui/primitives";
import { Actions, type LicenseAction } from "./Actions";
import { AmountForm } from "./AmountForm";
import { same, useDeal } from "./deal";
import { meterWarning } from "./meter-words";
import { Done, Plain } from "./Plain";
import { RailSection } from "./RailSection";
import { RailStanding } from "./standing-words";

/** How a metered license is paid: what was used and billed, what is left, its cap, and what can be done. */
export function Meter({ license }: { license: LicenseEntity }) {
  const read = useMeter(license);
  const { token } = useTokens();
  return (
    <RailSection title="Meter" read={read}>
      {(state) => <Running license={license} {...state} token={token(license.offer.token)} />}
    </RailSection>
  );
}

interface Props {
  license: LicenseEntity;
  meter: MeterState;
  token: Token;
}

function Running(props: Props & { standing: Standing; redeemableUntil: bigint | undefined }) {
  const { license, meter, token, standing, redeemableUntil } = props;
  const now = useChainSeconds();
  const { address } = useConnection();
  const terms = termsOf(license.offer);
  if (terms?.rail !== "meter") return null;
  const amount = (base: bigint) => money(base, token.decimals, token.symbol);
  const units = (count: bigint) => unitsInWords(terms.kind, count);
  const free = meter.held - meter.thawing;
  const paysFor = meterUnitsFor(railOf(license.offer), meter.spent + (free > 0n ? free : 0n)) - meter.units;
  const warning = meterWarning(meter, standing, terms.mode, amount);
  const facts: (readonly [string, ReactNode])[] = [
    ["Payment", <RailStanding key="s" standing={standing} />],
    ["Used and billed", `${units(meter.units)}, ${amount(meter.spent)}`],
    ["Deposit left", `${amount(meter.held)}${paysFor > 0n && free > 0n ? `, pays for ${units(paysFor)} more` : ""}`],
  ];
  if (terms.included > 0n) facts.push(["Included", units(terms.included)]);
  if (meter.thawing > 0n)
    facts.push(["On its way back", `${amount(meter.thawing)}, from ${moment(meter.thawFrom + terms.thaw)}`]);
  if (meter.debt > 0n) facts.push(["Owed", `${amount(meter.debt)}, access stops ${moment(meter.lapsesAt)}`]);
  if (redeemableUntil !== undefined) facts.push(["Bills count until", moment(redeemableUntil)]);
  facts.push(["Cap", terms.cap > 0n ? units(terms.cap) : "none: the deposit is the limit"]);
  facts.push(["Deposit belongs to", <Hash key="p" value={meter.payer} label="payer" />]);
  return (
    <>
      <Used meter={meter} cap={terms.cap} label={units} amount={amount} />
      {warning ? (
        <Notice urgent={warning.urgent} title={warning.title}>
          {warning.text}
        </Notice>
      ) : null}
      <Facts items={facts} />
      <Actions actions={actionsOf({ license, meter, token }, address, now, redeemableUntil)} />
    </>
  );
}

/** Of the cap where there is one, else of what was paid in. */
function Used(props: {
  meter: MeterState;
  cap: bigint;
  label: (units: bigint) => string;
  amount: (base: bigint) => string;
}) {
  const { meter, cap, label, amount } = props;
  if (cap > 0n) {
    const text = `${grouped(meter.units)} of at most ${label(cap)} used`;
    return <Bar value={meter.units} max={cap} label={text} />;
  }
  if (meter.funded === 0n) return null;
  return (
    <Bar value={meter.spent} max={meter.funded} label={`${amount(meter.spent)} of ${amount(meter.funded)} used up`} />
  );
}

function Bar({ value, max, label }: { value: bigint; max: bigint; label: string }) {
  return (
    <div className="mb-6">
      <Progress value={Number((value * 1000n) / max)} max={1000} label={label} />
    </div>
  );
}

function actionsOf(
  props: Props,
  address: string | undefined,
  now: number,
  redeemableUntil: bigint | undefined,
): LicenseAction[] {
  const { license, meter } = props;
  const terms = termsOf(license.offer);
  const thawed = terms?.rail === "meter" && meter.thawing > 0n && now > meter.thawFrom + terms.thaw;
  const closed = meter.closedAt > 0 || overAt(license, now);
  const free = meter.held - meter.thawing;
  const connected = address !== undefined;
  const over = redeemableUntil !== undefined && BigInt(now) > redeemableUntil;
  const key = String(license.licenseId);
  return [
    {
      name: "deposit",
      label: meter.debt > 0n ? "Pay what is owed" : "Deposit",
      can: connected && !meter.finished && !meter.frozen && (!closed || meter.debt > 0n),
      panel: <Deposit key={key} {...props} />,
    },
    {
      name: "withdraw",
      label: "Ask for money back",
      can: same(address, meter.payer) && !meter.finished && free > 0n && !over,
      panel: <Withdraw key={key} {...props} />,
    },
    {
      name: "take",
      label: "Take the money back",
      can: connected && thawed && !meter.frozen && !meter.finished,
      panel: <Take key={key} {...props} />,
    },
    {
      name: "end",
      label: "End the license",
      can: same(address, license.holder) && !closed,
      panel: <End key={key} {...props} />,
    },
    {
      name: "settle",
      label: "Settle",
      can: connected && over && !meter.finished && !meter.frozen,
      panel: <Settle key={key} {...props} />,
    },
  ];
}

/** Whether the license has ended, by a call or by time alone. */
function overAt({ endedAt, expiry, revokedAt }: LicenseEntity, now: number): boolean {
  const time = BigInt(now);
  return endedAt !== null || (expiry !== 0n && time > expiry) || (revokedAt !== null && time > revokedAt);
}

function Deposit({ license, meter, token }: Props) {
  const deal = useDeal(license);
  const amountText = (base: bigint) => money(base, token.decimals, token.symbol);
  const back = same(meter.payer, license.holder) ? "the license's holder" : "its sponsor";
  return (
    <AmountForm label="Amount" token={token} hint={`What is not used can be taken back by ${back}.`}>
      {(amount) => (
        <Sheet
          key={String(amount)}
          plans={["deposit", deal.licenseId, amount]}
          token={token}
          prepare={(client) => prepareDeposit(client, { ...deal, amount })}
          write={({ forDebt }) => ({
            title: "Deposit",
            text: `You pay ${amountText(amount)} into the meter of license ${deal.licenseId}.${forDebt > 0n ? ` ${amountText(forDebt)} of it pay what is owed.` : ""} Only signed use is billed from it.`,
            button: `Deposit ${amountText(amount)}`,
          })}
          ifSent="The transaction was sent. Look at the deposit before you repeat it."
          done={({ hash }) => <Done text={`${amountText(amount)} are deposited`} hash={hash} />}
        />
      )}
    </AmountForm>
  );
}

function Withdraw({ license, meter, token }: Props) {
  const deal = useDeal(license);
  const terms = termsOf(license.offer);
  const thaw = terms?.rail === "meter" ? period(terms.thaw) : "";
  const amountText = (base: bigint) => money(base, token.decimals, token.symbol);
  return (
    <AmountForm
      label="Amount"
      token={token}
      zero={meter.thawing > 0n}
      hint={`At most ${amountText(meter.held)}.${meter.thawing > 0n ? " Replaces what you asked for before; 0 takes that back." : ""}`}
    >
      {(amount) => (
        <Plain
          key={String(amount)}
          plans={["withdraw", deal.licenseId, amount]}
          token={token}
          title={amount === 0n ? "Keep the deposit" : "Ask for money back"}
          text={
            amount === 0n
              ? "Nothing goes back; the whole deposit pays for use again."
              : `${amountText(amount)} no longer pay for new use. For ${thaw} the provider can still bill what you signed for; then the rest is yours to take.`
          }
          button={amount === 0n ? "Keep the deposit" : `Ask for ${amountText(amount)}`}
          done={amount === 0n ? "The deposit stays" : `${amountText(amount)} are on their way back`}
          call={(client) => requestDeposit.call(client, { ...deal, amount })}
        />
      )}
    </AmountForm>
  );
}

function Take({ license, meter, token }: Props) {
  const deal = useDeal(license);
  const most = money(meter.thawing, token.decimals, token.symbol);
  return (
    <Plain
      plans={["take", deal.licenseId]}
      token={token}
      title="Take the money back"
      text={`${most} go to the payer, as far as bills have left them.`}
      button="Take the money back"
      done="The money went to the payer"
      call={(client) => withdrawDeposit.call(client, deal)}
    />
  );
}

function End({ license, token }: Props) {
  const deal = useDeal(license);
  const terms = termsOf(license.offer);
  return (
    <Plain
      plans={["end", deal.licenseId]}
      token={token}
      title="End the license"
      text={`Access ends at once. For ${terms?.rail === "meter" ? period(terms.thaw) : "a while"} the provider can still bill what you signed for; then the rest of the deposit goes to its payer. You cannot take this back.`}
      button="End the license"
      done="The license has ended"
      call={(client) => closeMeter.call(client, deal)}
    />
  );
}

function Settle({ license, meter, token }: Props) {
  const deal = useDeal(license);
  return (
    <Plain
      plans={["settle", deal.licenseId]}
      token={token}
      title="Settle the meter"
      text={`No more bills count. ${money(meter.held, token.decimals, token.symbol)} go back to the payer.`}
      button="Settle the meter"
      done="The meter is settled"
      call={(client) => settleMeter.call(client, deal)}
    />
  );
}
