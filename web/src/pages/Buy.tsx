import { buy, decodeError, execute, type PreparedBuy, prepareBuy, type Step } from "@colophon-protocol/sdk";
import { termsInWords } from "@colophon-protocol/sdk/formats";
import { getLicenses, type OfferEntity, offerOf } from "@colophon-protocol/sdk/indexer";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useConnection } from "wagmi";
import { useColophon } from "../app";
import { sentenceOf, titleOf } from "../buy/sentences";
import { useSigner } from "../data/client";
import { useDataset } from "../data/queries";
import { useTokens } from "../data/tokens";
import { money } from "../ui/format";
import { Hash } from "../ui/hash";
import { usePageTitle } from "../ui/page-title";
import { Button, Problem, State } from "../ui/primitives";
import { Account, ConnectDialog } from "../wallet/ConnectDialog";
import { fillFromFaucet } from "../wallet/faucet";

/** Buying: one sheet with numbered steps, each with a sentence before and a receipt after. */
export function Buy() {
  const { datasetId, offerId } = useParams({ from: "/wallet/datasets/$datasetId/buy/$offerId" });
  const { data: dataset, isPending, error } = useDataset(datasetId);
  usePageTitle("Buy a license");
  if (isPending) return <p aria-live="polite">Reading the offer</p>;
  if (error) return <Problem title="The offer could not be read." hint={error.message.split("\n")[0] ?? ""} />;
  const offer = dataset?.offers.find((entry) => entry.offerId === offerId);
  if (!dataset || !offer)
    return <Problem title="There is no such offer." hint="Go back to the dataset and choose one." />;
  return (
    <article className="mx-auto max-w-prose">
      <p className="text-sm">
        <Link to="/datasets/$datasetId" params={{ datasetId }}>
          {dataset.name ?? `Dataset ${datasetId}`}
        </Link>
      </p>
      <h1 className="mt-1 mb-6 text-xl font-semibold">Buy a license</h1>
      <Summary offer={offer} />
      <Checkout offer={offer} />
    </article>
  );
}

function Summary({ offer }: { offer: OfferEntity }) {
  const { price } = useTokens();
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
      <p className="mt-4">
        You pay <strong className="font-serif font-semibold tabular-nums">{price(offer.price, offer.token)}</strong>,
        held in escrow until delivery stands. If nothing is delivered in time, anyone can send it back to you.
      </p>
    </section>
  );
}

function Checkout({ offer }: { offer: OfferEntity }) {
  const { config } = useColophon();
  const { address, chainId } = useConnection();
  const signer = useSigner();
  const { token } = useTokens();
  const prepared = usePrepared(offer);
  const [steps, setSteps] = useState<Step[]>([]);
  const queries = useQueryClient();

  const purchase = useMutation({
    mutationFn: async (plan: PreparedBuy) => {
      if (!signer) throw new Error("The wallet is not connected.");
      setSteps([]);
      const { receipt, hash } = await execute(signer, plan, { onStep: (step) => setSteps((all) => [...all, step]) });
      const { licenseId } = buy.extractEvent(receipt.logs);
      return { licenseId, hash };
    },
    onSuccess: () => queries.invalidateQueries(),
  });

  if (!address) {
    return (
      <div className="py-6">
        <p className="mb-4">To buy, connect the wallet that pays and holds the license.</p>
        <ConnectDialog />
      </div>
    );
  }
  if (chainId !== config.chainId) {
    return (
      <div className="py-6">
        <p className="mb-4">Your wallet is on another chain. Nothing can be bought there.</p>
        <Account />
      </div>
    );
  }
  if (purchase.data) return <Receipt licenseId={purchase.data.licenseId} hash={purchase.data.hash} />;
  if (prepared.error) {
    const { shortMessage, hint } = decodeError(prepared.error);
    return (
      <div className="py-6">
        <Problem title={shortMessage} {...(hint ? { hint } : {})}>
          <Button className="mt-4" disabled={prepared.isFetching} onClick={() => prepared.refetch()}>
            Try again
          </Button>
        </Problem>
      </div>
    );
  }
  const plan = prepared.data;
  if (!plan) return <p className="py-6">Finding out what the purchase needs</p>;
  const short = plan.requirements.find((needed) => needed.type === "balance");
  return (
    <section aria-label="Steps" className="py-6">
      <Held offer={offer} />
      <StepList plan={plan} offer={offer} steps={steps} stopped={purchase.isError} />
      {short ? (
        <Faucet onDone={() => prepared.refetch()} token={token(offer.token).symbol} />
      ) : (
        <Button kind="primary" disabled={purchase.isPending || !signer} onClick={() => purchase.mutate(plan)}>
          {purchase.isPending
            ? "Waiting for your wallet and the chain"
            : `Pay ${money(plan.due, token(offer.token).decimals, token(offer.token).symbol)}`}
        </Button>
      )}
      {purchase.error ? <Failure error={purchase.error} sent={steps.at(-1)?.status === "sent"} /> : null}
    </section>
  );
}

/** What the purchase needs, found out again when account or offer change. */
function usePrepared(offer: OfferEntity) {
  const { config } = useColophon();
  const signer = useSigner();
  const { address } = useConnection();
  return useQuery({
    queryKey: ["prepare", offer.offerId, address, signer?.uid],
    enabled: signer !== undefined,
    retry: false,
    queryFn: () =>
      prepareBuy(signer as NonNullable<typeof signer>, {
        offer: offerOf(offer),
        deployment: config.deployment,
        maxPrice: offer.price,
        expectedTermsId: offer.termsId,
        expectedOfferId: offer.offerId,
      }),
  });
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

const stepWords = {
  done: "done",
  sent: "sent, waiting for the chain",
  start: "in your wallet",
  stopped: "stopped here",
};

function StepList(props: { plan: PreparedBuy; offer: OfferEntity; steps: Step[]; stopped: boolean }) {
  const { plan, offer, steps, stopped } = props;
  const { token } = useTokens();
  const payment = token(offer.token);
  const rows = [
    ...plan.requirements.map((needed) => ({
      title: titleOf(needed),
      text: sentenceOf(needed, payment, plan.deadline),
    })),
    {
      title: "Pay and receive",
      text: `You pay ${money(plan.due, payment.decimals, payment.symbol)} into escrow and receive the license, in one transaction.`,
    },
  ];
  return (
    <ol className="mb-6 space-y-4" aria-live="polite">
      {rows.map((row, index) => {
        const last = steps.filter((step) => step.index === index).at(-1);
        return (
          <li key={row.title} className="grid grid-cols-[2rem_1fr] gap-x-2">
            <span className="font-serif text-lg font-semibold text-rubric">{index + 1}</span>
            <div>
              <h2 className="text-base font-semibold">{row.title}</h2>
              <p className="text-sm text-ash">{row.text}</p>
              {last ? (
                <p className="mt-1">
                  <StepState status={stopped && last.status === "start" ? "stopped" : last.status} />
                </p>
              ) : null}
            </div>
          </li>
        );
      })}
    </ol>
  );
}

function StepState({ status }: { status: keyof typeof stepWords }) {
  const is = status === "done" ? "proven" : status === "stopped" ? "faulted" : "open";
  return <State is={is}>{stepWords[status]}</State>;
}

/** Why it did not go on. `sent`: a transaction was on its way, so paying again could buy twice. */
function Failure({ error, sent = false }: { error: Error; sent?: boolean }) {
  const { code, shortMessage, hint } = decodeError(error);
  if (code === "rejected") {
    return <p className="mt-4 text-sm text-ash">You declined in the wallet. Nothing was sent and nothing was paid.</p>;
  }
  return (
    <div className="mt-6">
      <Problem title={shortMessage} {...(hint ? { hint } : {})}>
        {sent ? (
          <p className="mt-1 text-sm">The transaction was sent. Look in your library before you pay again.</p>
        ) : null}
      </Problem>
    </div>
  );
}

function Faucet({ onDone, token }: { onDone: () => void; token: string }) {
  const { config } = useColophon();
  const { address } = useConnection();
  const fill = useMutation({
    mutationFn: () => fillFromFaucet(config, address as NonNullable<typeof address>),
    onSuccess: onDone,
  });
  if (!config.local) return <p className="text-sm">Bring more {token} to this account, then reload.</p>;
  return (
    <>
      <Button kind="primary" disabled={fill.isPending} onClick={() => fill.mutate()}>
        Get test money
      </Button>
      {fill.error ? <Failure error={fill.error} /> : null}
    </>
  );
}

function Receipt({ licenseId, hash }: { licenseId: bigint; hash: string }) {
  return (
    <section aria-label="Receipt" className="py-6" role="status">
      <p className="mb-2">
        <State is="proven">License {String(licenseId)} is yours</State>
      </p>
      <p className="mb-4 text-sm text-ash">
        Transaction <Hash value={hash} label="transaction" />. The money is in escrow.
      </p>
      <Link
        to="/library/$licenseId"
        params={{ licenseId: String(licenseId) }}
        className="inline-flex min-h-10 items-center rounded-sm border border-rubric bg-rubric px-4 text-sm font-medium text-on-rubric"
      >
        Get the data
      </Link>
    </section>
  );
}
