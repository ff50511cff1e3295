import { acknowledgeRecall, type RecallAction } from "@colophon-protocol/sdk";
import type { RecallLicenseEntity } from "@colophon-protocol/sdk/indexer";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useConnection } from "wagmi";
import { useColophon } from "../app";
import { useChainSeconds } from "../data/clock";
import { Plain } from "../license/Plain";
import { Gate } from "../steps/Gate";
import { day, moment } from "../ui/format";
import { Hash } from "../ui/hash";
import { usePageTitle } from "../ui/page-title";
import { Facts, Problem, State } from "../ui/primitives";
import { answersOpen, deadlineOf } from "./clock";
import { useRecalls } from "./query";
import { recallInWords, recallReason } from "./words";

const route = getRouteApi("/wallet/recalls");

/** A licensee's inbox: what left the versions that it licensed, until when it answers, and the answer. */
export function Recalls() {
  usePageTitle("Recalls");
  return (
    <>
      <h1 className="mb-4 text-xl font-semibold">Recalls</h1>
      <p className="mb-6 max-w-prose text-sm text-ash">
        A source may withdraw. What left a version must leave your copies and the models that you train from then on.
        Say here what you did; silence until the deadline is a breach that everybody can read.
      </p>
      <Gate why="Connect the wallet that holds your licenses.">
        <Inbox />
      </Gate>
    </>
  );
}

function Inbox() {
  const { address } = useConnection();
  const { data, error } = useRecalls(address);
  if (error) return <Problem title="Your recalls could not be read." hint={error.message} />;
  if (!data) return <p aria-live="polite">Asking the indexer</p>;
  if (data.length === 0) return <p>Nothing that you licensed was recalled.</p>;
  return (
    <ul>
      {data.map((row) => (
        <Row key={`${row.recall.recallId}-${row.licenseId}`} row={row} />
      ))}
    </ul>
  );
}

function Row({ row }: { row: RecallLicenseEntity }) {
  const { recall } = row;
  const [recallId, licenseId] = [String(recall.recallId), String(row.licenseId)];
  const datasetId = recall.datasetRef.split("-").at(-1) ?? "";
  const [is, words] = recallInWords(row.standing);
  return (
    <li className="border-t border-rule py-6">
      <div className="flex flex-wrap items-baseline justify-between gap-x-8 gap-y-1">
        <h2 className="text-lg font-semibold">
          Recall {recallId}: version {recall.version} of dataset {datasetId}
        </h2>
        <State is={is}>{words}</State>
      </div>
      <p className="mt-2 mb-4 max-w-prose">{recallReason(recall.reason)}</p>
      <Facts
        items={[
          [
            "Your license",
            <Link
              key="l"
              to="/library/$licenseId"
              params={{ licenseId }}
              className="underline underline-offset-4"
            >{`License ${licenseId}`}</Link>,
          ],
          ["Opened", day(recall.openedAt)],
          ["Answer until", moment(deadlineOf(row))],
          ["What left", <Hash key="h" value={recall.leavesHash} label="hash of the list of what left" />],
          ...(recall.newVersion
            ? [
                [
                  "Version without it",
                  <Link
                    key="v"
                    to="/datasets/$datasetId"
                    params={{ datasetId }}
                    className="underline underline-offset-4"
                  >{`Version ${recall.newVersion}`}</Link>,
                ] as const,
              ]
            : []),
          ...(row.answeredAt
            ? [["Your answer", `${ANSWERED[row.action] ?? row.action}, ${day(row.answeredAt)}`] as const]
            : []),
        ]}
      />
      <Answer row={row} />
    </li>
  );
}

const ANSWERED: Record<string, string> = { DELETE: "deleted", RETRAIN: "retrained without it", CONTEST: "contested" };

const CHOICES: Record<Exclude<RecallAction, "None">, { label: string; text: string }> = {
  Delete: {
    label: "I deleted it",
    text: "You state on chain that what left is deleted from your copies. It stands with your account's name, for good.",
  },
  Retrain: {
    label: "I retrained without it",
    text: "You state on chain that your models were trained again without what left. It stands with your account's name, for good.",
  },
  Contest: {
    label: "I contest the recall",
    text: "You state that this recall is wrong. To have it decided, raise a claim about it as well: without a ruling the recall stands.",
  },
};

/** The answers that are open; the chosen one stands in the URL. */
function Answer({ row }: { row: RecallLicenseEntity }) {
  const search = route.useSearch();
  const { config } = useColophon();
  const now = useChainSeconds();
  const { recall, standing } = row;
  const [recallId, licenseId] = [String(recall.recallId), String(row.licenseId)];
  const name = `${recallId}-${licenseId}`;
  const open = answersOpen(row, now);
  const chosen = search.of === name ? open.find((action) => action === search.do) : undefined;
  const token = Object.values(config.deployment.tokens ?? {})[0];
  if (open.length === 0) {
    return standing === "WAITING" ? (
      <p className="mt-4 text-sm">Answers are taken from {moment(recall.collectsUntil)} on.</p>
    ) : null;
  }
  return (
    <div className="mt-4">
      <nav aria-label={`Answer recall ${recallId} for license ${licenseId}`} className="flex flex-wrap gap-x-6 gap-y-2">
        {open.map((action) => (
          <Link
            key={action}
            to="."
            search={{ of: name, do: action }}
            resetScroll={false}
            aria-current={action === chosen ? "true" : undefined}
            className={`inline-flex min-h-10 items-center text-sm font-medium underline underline-offset-4 ${action === chosen ? "text-rubric" : "text-ink"}`}
          >
            {CHOICES[action].label}
          </Link>
        ))}
        {standing === "CONTESTED" ? (
          <Link
            to="/disputes/new"
            search={{ recall: recallId }}
            className="inline-flex min-h-10 items-center text-sm font-medium underline underline-offset-4"
          >
            Have it decided
          </Link>
        ) : null}
      </nav>
      {chosen && token ? (
        <section
          aria-label={CHOICES[chosen].label}
          className="mt-4 max-w-prose rounded-sm border border-rule bg-sheet p-4 sm:p-6"
        >
          <Plain
            key={`${name}${chosen}`}
            plans={["recall", name, chosen]}
            token={token}
            title={CHOICES[chosen].label}
            text={CHOICES[chosen].text}
            button="State it on chain"
            done="Your answer is recorded"
            call={(client) =>
              acknowledgeRecall.call(client, {
                recallId: recall.recallId,
                licenseId: row.licenseId,
                action: chosen,
                deployment: config.deployment,
              })
            }
          />
        </section>
      ) : null}
    </div>
  );
}
