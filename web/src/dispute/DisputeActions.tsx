import {
  concludeDispute,
  prepareAppeal,
  prepareCounterBond,
  prepareReferDispute,
  respondToDispute,
  submitDisputeEvidence,
  withdrawDispute,
} from "@colophon-protocol/sdk";
import type { DisputeEntity } from "@colophon-protocol/sdk/indexer";
import { useConnection } from "wagmi";
import { useColophon } from "../app";
import { type Token, useTokens } from "../data/tokens";
import { Actions, type LicenseAction } from "../license/Actions";
import { Done, Plain } from "../license/Plain";
import { Sheet } from "../steps/Sheet";
import { money } from "../ui/format";
import { EvidenceForm } from "./EvidenceForm";
import { type DisputeView, roleOf } from "./query";
import { openMoves } from "./ruling-words";
import { Settle } from "./Settle";
import { Vote } from "./Vote";

interface Props {
  view: DisputeView;
  now: number;
  settlements: DisputeEntity["settlements"];
}

/** What the connected account can do with a dispute now. */
export function DisputeActions({ view, now, settlements }: Props) {
  const { address } = useConnection();
  const { token: tokenOf } = useTokens();
  const { dispute, numbers, judge, disputeId } = view;
  const token = tokenOf(view.token);
  const moves = openMoves(dispute, numbers.referWindow, now);
  const role = roleOf(view, address);
  const key = String(disputeId);
  const known = address !== undefined;
  const actions: LicenseAction[] = [
    {
      name: "answer",
      label: "Answer",
      can: moves.answer && role.answers,
      panel: <Answer key={key} {...{ view, token }} />,
    },
    {
      name: "evidence",
      label: "Give evidence",
      can: moves.evidence && known,
      panel: <GiveEvidence key={key} {...{ view, token }} />,
    },
    {
      name: "refer",
      label: "Bring it to its arbitrator",
      can: moves.refer && known,
      panel: <Refer key={key} {...{ view, token }} />,
    },
    { name: "vote", label: "Vote", can: view.votes === true, panel: <Vote key={key} view={view} token={token} /> },
    {
      name: "appeal",
      label: "Appeal",
      can: moves.appeal && role.side && judge.appealTo !== 0,
      panel: <Appeal key={key} {...{ view, token }} />,
    },
    {
      name: "settle",
      label: "Settle",
      can: moves.settle && role.side,
      panel: <Settle key={key} {...{ view, token, now, settlements }} />,
    },
    {
      name: "counter-bond",
      label: "Let sales go on",
      can: moves.counter && role.respondent,
      panel: <Counter key={key} {...{ view, token }} />,
    },
    {
      name: "withdraw",
      label: "Give the claim up",
      can: moves.withdraw && role.claimant,
      panel: <GiveUp key={key} {...{ view, token }} />,
    },
    {
      name: "conclude",
      label: "Conclude it",
      can: moves.conclude && known,
      panel: <Conclude key={key} {...{ view, token }} />,
    },
  ];
  return <Actions actions={actions} why="Connect the wallet that acts in this dispute." />;
}

interface Panel {
  view: DisputeView;
  token: Token;
}

/** A dispute as its writes take it. */
function useCase({ disputeId, offer }: DisputeView) {
  const { config } = useColophon();
  return { disputeId, offer, deployment: config.deployment };
}

function Answer({ view, token }: Panel) {
  const about = useCase(view);
  return (
    <EvidenceForm>
      {(evidence) => (
        <Plain
          plans={["answer", about.disputeId, evidence.hash]}
          token={token}
          title="Answer the claim"
          text="Your answer stands on chain with its hash. From then on anyone can bring the dispute to its arbitrator. You pay no bond."
          button="Answer"
          done="The claim is answered"
          call={(client) => respondToDispute.call(client, { ...about, evidence })}
        />
      )}
    </EvidenceForm>
  );
}

function GiveEvidence({ view, token }: Panel) {
  const about = useCase(view);
  return (
    <EvidenceForm>
      {(evidence) => (
        <Plain
          plans={["evidence", about.disputeId, evidence.hash]}
          token={token}
          title="Give evidence"
          text="It is added to the dispute under your account's name. It cannot be taken back."
          button="Give evidence"
          done="The evidence is given"
          call={(client) => submitDisputeEvidence.call(client, { ...about, evidence })}
        />
      )}
    </EvidenceForm>
  );
}

const SENT = "The transaction was sent. Look at this page again before you repeat it.";

/** "25 USDC", and what is paid in the chain's own currency. */
function useCost() {
  const { token: tokenOf } = useTokens();
  return ({ token, amount, native }: { token: Token["address"]; amount: bigint; native: bigint }) => {
    const { decimals, symbol } = tokenOf(token);
    const parts = [amount > 0n ? money(amount, decimals, symbol) : "", native > 0n ? money(native, 18, "ETH") : ""];
    return parts.filter((part) => part !== "").join(" and ") || "nothing";
  };
}

function Refer({ view, token }: Panel) {
  const about = useCase(view);
  const cost = useCost();
  return (
    <Sheet
      plans={["refer", about.disputeId]}
      token={token}
      prepare={(client) => prepareReferDispute(client, about)}
      write={(plan) => ({
        title: "Bring it to its arbitrator",
        text: `The arbitrator asks for ${cost(plan.cost)}, which you pay. Then its time to rule begins.`,
        button: "Bring it to its arbitrator",
      })}
      ifSent={SENT}
      done={({ hash }) => <Done text="The arbitrator is asked" hash={hash} />}
    />
  );
}

function Appeal({ view, token }: Panel) {
  const about = useCase(view);
  const cost = useCost();
  return (
    <Sheet
      plans={["appeal", about.disputeId]}
      token={token}
      prepare={(client) => prepareAppeal(client, about)}
      write={(plan) => ({
        title: "Appeal to the higher arbitrator",
        text: `You post ${money(plan.bond, token.decimals, token.symbol)}, which the side that wins gets, and pay the arbitrator ${cost(plan.cost)}. There is one appeal.`,
        button: "Appeal",
      })}
      ifSent={SENT}
      done={({ hash }) => <Done text="The ruling is appealed" hash={hash} />}
    />
  );
}

function Counter({ view, token }: Panel) {
  const about = useCase(view);
  return (
    <Sheet
      plans={["counter-bond", about.disputeId]}
      token={token}
      prepare={(client) => prepareCounterBond(client, about)}
      write={({ bond }) => ({
        title: "Let sales go on",
        text: `You post ${money(bond, token.decimals, token.symbol)}. The claimant gets it if the claim is upheld; else it comes back. Sales of the version go on.`,
        button: "Post the counter-bond",
      })}
      ifSent={SENT}
      done={({ hash }) => <Done text="Sales go on" hash={hash} />}
    />
  );
}

function GiveUp({ view, token }: Panel) {
  const about = useCase(view);
  const bond = money(view.dispute.bond, token.decimals, token.symbol);
  return (
    <Plain
      plans={["withdraw", about.disputeId]}
      token={token}
      title="Give the claim up"
      text={`The dispute ends and what it froze is free. Your bond of ${bond} goes to the respondent. You cannot take this back.`}
      button="Give the claim up"
      done="The claim is given up"
      call={(client) => withdrawDispute.call(client, about)}
    />
  );
}

function Conclude({ view, token }: Panel) {
  const about = useCase(view);
  return (
    <Plain
      plans={["conclude", about.disputeId]}
      token={token}
      title="Conclude the dispute"
      text="What was ruled, or what stands when nobody ruled, is done now: money moves, bonds are paid out, what was frozen is free. It costs you gas alone."
      button="Conclude it"
      done="The dispute is concluded"
      call={(client) => concludeDispute.call(client, about)}
    />
  );
}
