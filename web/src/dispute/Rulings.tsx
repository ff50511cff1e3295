import { previewRuling, type Ruling, reliefOf } from "@colophon-protocol/sdk";
import { useQuery } from "@tanstack/react-query";
import { useColophon } from "../app";
import { useReader } from "../data/client";
import { useTokens } from "../data/tokens";
import { Problem } from "../ui/primitives";
import type { DisputeView } from "./query";
import { previewInWords } from "./ruling-words";

/** What each way to end it would do now, side by side: the ruling that stands, all that can be asked for, and nothing. */
export function Rulings({ view }: { view: DisputeView }) {
  const { config } = useColophon();
  const { deployment } = config;
  const reader = useReader();
  const { disputeId, dispute, offer, ruling } = view;
  const { data, error } = useQuery({
    queryKey: ["rulings", String(disputeId), dispute.phase, ruling?.upheld],
    refetchInterval: 30_000,
    queryFn: async () => {
      const preview = (what: Ruling) => previewRuling(reader, { disputeId, offer, ruling: what, deployment });
      const relief = (upheld: boolean) => reliefOf(reader, { disputeId, upheld, deployment });
      const [all, none] = await Promise.all([relief(true), relief(false)]);
      const ways = [
        ...(ruling ? [["As it was ruled", ruling] as const] : []),
        ["If the claim is upheld in full", all] as const,
        ["If it is rejected", none] as const,
      ];
      return Promise.all(ways.map(async ([title, what]) => ({ title, preview: await preview(what) })));
    },
  });
  const { price } = useTokens();
  if (error)
    return <Problem title="What a ruling would do could not be read." hint={error.message.split("\n")[0] ?? ""} />;
  if (!data) return <p aria-live="polite">Working out what each ruling would do</p>;
  return (
    <div className="grid gap-8 sm:grid-cols-2 lg:grid-cols-3">
      {data.map(({ title, preview }) => (
        <div key={title} className="min-w-0">
          <h3 className="mb-2 text-base font-semibold">{title}</h3>
          <Effects lines={previewInWords(preview, (base) => price(base, view.token))} />
        </div>
      ))}
    </div>
  );
}

/** Sentences as a list. */
export function Effects({ lines }: { lines: readonly string[] }) {
  return (
    <ul className="space-y-1 text-sm">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
