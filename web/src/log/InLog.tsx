import { useColophon } from "../app";
import { moment } from "../ui/format";
import { Hash } from "../ui/hash";
import { Facts, Section, State } from "../ui/primitives";
import { type LogSubject, type LogView, useProviderLog } from "./query";
import { entriesInWords, entryInWords, failureInWords, logInWords } from "./words";

/** What the provider's log says of a license or run, checked in this browser. */
export function InLog({ of }: { of: LogSubject }) {
  const { config } = useColophon();
  return (
    <Section title="In the provider's log">
      {config.gatewayUrl ? (
        <Log of={of} />
      ) : (
        <Told told={["open", "no log known", "This page was told of no gateway, so there is no log to read."]} />
      )}
    </Section>
  );
}

function Log({ of }: { of: LogSubject }) {
  const { data, error, isPending } = useProviderLog(of);
  if (isPending) return <p aria-live="polite">Reading the log and checking it</p>;
  if (error) return <Told told={failureInWords(error)} />;
  return (
    <>
      <Told told={logInWords(data)} />
      {data ? <Entries view={data} /> : null}
    </>
  );
}

function Told({ told: [is, short, text] }: { told: ReturnType<typeof logInWords> }) {
  return (
    <>
      <p>
        <State is={is}>{short}</State>
      </p>
      <p className="mt-2 max-w-prose break-words text-sm">{text}</p>
    </>
  );
}

function Entries({ view }: { view: LogView }) {
  const { origin, size, root, signedAt, provider, entries, skipped } = view;
  return (
    <>
      {entries.length > 0 ? (
        <ul aria-label="Entries" className="mt-6 space-y-4">
          {entries.map(({ index, entry }) => (
            <li key={index} className="grid gap-x-8 gap-y-1 text-sm sm:grid-cols-[1fr_auto]">
              <div className="min-w-0">
                <p>{entryInWords(entry)}</p>
                <p className="text-ash tabular-nums">
                  entry {index}, {moment(entry.time)}
                </p>
              </div>
              <State is="proven">in the log</State>
            </li>
          ))}
        </ul>
      ) : null}
      {skipped > 0 ? (
        <p className="mt-4 max-w-prose text-sm text-ash">
          The oldest {entriesInWords(skipped)} of the log were not looked through: colophon log verify reads all.
        </p>
      ) : null}
      <div className="mt-6">
        <Facts
          items={[
            ["Log", origin],
            ["Checkpoint", <Hash key="r" value={root} label="root of the checkpoint" />],
            ["Entries", entriesInWords(size)],
            ["Signed", moment(signedAt)],
            ["By", <Hash key="p" value={provider} label="provider" />],
          ]}
        />
      </div>
    </>
  );
}
