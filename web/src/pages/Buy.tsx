import { buy, type PreparedBuy, prepareBuy } from "@colophon-protocol/sdk";
import { termsInWords } from "@colophon-protocol/sdk/formats";
import { getLicenses, type OfferEntity, offerOf } from "@colophon-protocol/sdk/indexer";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useConnection } from "wagmi";
import { useColophon } from "../app";
import { Choices } from "../buy/Choices";
import { HowPaid } from "../buy/Offers";
import { modelOf } from "../buy/price";
import { choicesOf, writeOf } from "../buy/purchase";
import { useDataset } from "../data/queries";
import { useTokens } from "../data/tokens";
import { Gate } from "../steps/Gate";
import { Sheet } from "../steps/Sheet";
import { Hash } from "../ui/hash";
import { usePageTitle } from "../ui/page-title";
import { Problem, State } from "../ui/primitives";

const route = getRouteApi("/wallet/datasets/$datasetId/buy/$offerId");

/** Buying: one sheet with numbered steps, each with a sentence before and a receipt after. */
export function Buy() {
  const { datasetId, offerId } = route.useParams();
  const { data: dataset, isPending, error } = useDataset(datasetId);
  const offer = dataset?.offers.find((entry) => entry.offerId === offerId);
  const title = offer ? modelOf(offer).choose : "Buy a license";
  usePageTitle(title);
  if (isPending) return <p aria-live="polite">Reading the offer</p>;
  if (error) return <Problem title="The offer could not be read." hint={error.message.split("\n")[0] ?? ""} />;
  if (!dataset || !offer)
    return <Problem title="There is no such offer." hint="Go back to the dataset and choose one." />;
  return (
    <article className="mx-auto max-w-prose">
      <p className="text-sm">
        <Link to="/datasets/$datasetId" params={{ datasetId }}>
          {dataset.name ?? `Dataset ${datasetId}`}
        </Link>
      </p>
      <h1 className="mt-1 mb-6 text-xl font-semibold">{title}</h1>
      <Summary offer={offer} />
      <Gate why="To buy, connect the wallet that pays and holds the license.">
        <Checkout offer={offer} />
      </Gate>
    </article>
  );
}

function Summary({ offer }: { offer: OfferEntity }) {
  const terms = {
    ...offer.terms,
    duration: Number(offer.terms.duration),
    revocationNotice: Number(offer.terms.revocationNotice),
  };
  const { may, mayNot } = termsInWords(terms, { version: offer.version });
  return (
    <section aria-label="What you buy" className="border-y border-rule py-6">
      <ul className="space-y-1">
        {may.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <details className="mt-3 text-sm text-ash">
        <summary>What you may not do</summary>
        <ul className="mt-2 space-y-1">
          {mayNot.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </details>
      <HowPaid offer={offer} lead />
    </section>
  );
}

function Checkout({ offer }: { offer: OfferEntity }) {
  const { config } = useColophon();
  const search = route.useSearch();
  const { token } = useTokens();
  const payment = token(offer.token);
  const choices = choicesOf(offer, search, payment);
  return (
    <section aria-label="Steps" className="py-6">
      <Held offer={offer} />
      <Choices offer={offer} choices={choices} token={payment} />
      {choices.problem ? (
        <Problem title={choices.problem} hint="Set more above. Nothing was sent." />
      ) : (
        <Sheet<PreparedBuy>
          plans={[offer.offerId, search]}
          prepare={(client) =>
            prepareBuy(client, {
              ...choices.parameters,
              offer: offerOf(offer),
              deployment: config.deployment,
              maxPrice: offer.price,
              expectedTermsId: offer.termsId,
              expectedOfferId: offer.offerId,
            })
          }
          token={payment}
          deadline={(plan) => plan.deadline}
          write={(plan) => writeOf(offer, plan, payment)}
          ifSent="The transaction was sent. Look in your library before you pay again."
          done={({ receipt, hash }) => (
            <Receipt offer={offer} licenseId={buy.extractEvent(receipt.logs).licenseId} hash={hash} />
          )}
        />
      )}
    </section>
  );
}

/** Says so when the account already holds a license from this offer: a reload must not lead to buying twice. */
function Held({ offer }: { offer: OfferEntity }) {
  const { config } = useColophon();
  const { address } = useConnection();
  const { data } = useQuery({
    queryKey: ["licenses", address],
    enabled: address !== undefined,
    queryFn: () =>
      getLicenses(
        { url: config.indexerUrl },
        { chainId: config.chainId, holder: address as NonNullable<typeof address> },
      ),
  });
  const held = data?.items.find((license) => license.offerId === offer.offerId && license.endedAt === null);
  if (!held) return null;
  return (
    <p className="mb-6 border-l-2 border-ochre pl-4">
      You already hold{" "}
      <Link to="/library/$licenseId" params={{ licenseId: String(held.licenseId) }}>
        license {String(held.licenseId)}
      </Link>{" "}
      from this offer. Paying again buys a second one.
    </p>
  );
}

const WHERE_MONEY_IS: Record<string, string> = {
  "One payment": "The money is in escrow.",
  "By the second": "The stream runs from now on.",
  "By the second, live": "The stream runs from now on, straight to the owners.",
  "By use": "The deposit is yours until it is billed.",
  "A share of revenue": "The first guarantee is paid.",
};

function Receipt({ offer, licenseId, hash }: { offer: OfferEntity; licenseId: bigint; hash: string }) {
  return (
    <div className="py-2" role="status">
      <p className="mb-2">
        <State is="proven">License {String(licenseId)} is yours</State>
      </p>
      <p className="mb-4 text-sm text-ash">
        Transaction <Hash value={hash} label="transaction" />. {WHERE_MONEY_IS[modelOf(offer).name] ?? ""}
      </p>
      <Link
        to="/library/$licenseId"
        params={{ licenseId: String(licenseId) }}
        className="inline-flex min-h-10 items-center rounded-sm border border-rubric bg-rubric px-4 text-sm font-medium text-on-rubric"
      >
        Get the data
      </Link>
    </div>
  );
}
