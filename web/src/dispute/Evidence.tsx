import type { DisputeEntity } from "@colophon-protocol/sdk/indexer";
import { moment } from "../ui/format";
import { Hash } from "../ui/hash";

/** A data URI (RFC 2397) of plain text, which is UTF-8 here whatever it leaves out. */
const TEXT = /^data:text\/plain(?:;charset=(?:utf-8|us-ascii))?,(.*)$/is;

/** What a statement says; undefined for evidence that lies elsewhere. */
export function statementOf(uri: string): string | undefined {
  const encoded = TEXT.exec(uri)?.[1];
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

/** Evidence in the order in which it was given. Anyone may give it, so that each says who did. */
export function Evidence({ items, parties }: { items: DisputeEntity["evidence"]; parties: Record<string, string> }) {
  if (items.length === 0) return <p className="text-sm">None was given yet.</p>;
  return (
    <ol className="space-y-4 text-sm">
      {items.map(({ by, hash, uri, recipient, at }, index) => {
        const said = statementOf(uri);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: evidence is only ever added at the end, and the same can be given twice.
          <li key={`${hash}${index}`}>
            <p className="text-ash">
              {moment(at)}, by {parties[by.toLowerCase()] ?? "somebody else"} <Hash value={by} label="account" />
            </p>
            {said === undefined ? <Elsewhere uri={uri} /> : <p className="max-w-prose break-words">{said}</p>}
            <p className="text-ash">
              SHA-256 <Hash value={hash} label="hash of the evidence" />
              {recipient ? ", encrypted to the arbitrator" : ""}
            </p>
          </li>
        );
      })}
    </ol>
  );
}

/** Only addresses that a browser opens safely become links: anyone writes these. */
function Elsewhere({ uri }: { uri: string }) {
  if (!uri.startsWith("https://")) return <p className="break-all">{uri}</p>;
  return (
    <a href={uri} rel="noreferrer noopener" target="_blank" className="break-all underline underline-offset-4">
      {uri}
    </a>
  );
}
