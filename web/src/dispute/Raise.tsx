import { type ClaimInput, prepareOpenDispute, versionClaimId } from "@colophon-protocol/sdk";
import { offerOf } from "@colophon-protocol/sdk/indexer";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useConnection } from "wagmi";
import { useColophon } from "../app";
import { useChainSeconds } from "../data/clock";
import { useDataset, useLicense } from "../data/queries";
import { useTokens } from "../data/tokens";
import { same } from "../license/deal";
import { Done } from "../license/Plain";
import { Gate } from "../steps/Gate";
import { Sheet } from "../steps/Sheet";
import { reasonInWords } from "../trust/words";
import { amountFrom } from "../ui/amounts";
import { money } from "../ui/format";
import { usePageTitle } from "../ui/page-title";
import { Problem, Section } from "../ui/primitives";
import { ClaimFacts } from "./ClaimFacts";
import { ClaimForm } from "./ClaimForm";
import {
  asksForMoney,
  type ClaimSubject,
  freezes,
  mayFreeze,
  occurrence,
  otherSubject,
  REASONS,
  winnings,
} from "./claim";
import { EvidenceForm } from "./EvidenceForm";
import { type Governed, useGoverned } from "./governed";
import { Effects } from "./Rulings";

const route = getRouteApi("/wallet/disputes/new");

/** Raising a claim: what it is about, why, what that costs and can bring, what the chain says, then evidence and the bond. */
export function Raise() {
  const search = route.useSearch();
  usePageTitle("Raise a claim");
  const { data: governed, error } = useGoverned();
  return (
    <article>
      <h1 className="mb-6 text-xl font-semibold">Raise a claim</h1>
      <Gate why="Connect the account that claims: it posts the bond and gets it back if it is right.">
        {error ? (
          <Problem title="The rules of disputes could not be read." hint={error.message.split("\n")[0] ?? ""} />
        ) : null}
        {!governed ? null : search.license ? (
          <AboutLicense licenseId={search.license} governed={governed} />
        ) : search.dataset && search.version ? (
          <AboutVersion datasetId={search.dataset} version={search.version} governed={governed} />
        ) : (
          <AboutOther governed={governed} />
        )}
      </Gate>
    </article>
  );
}

function AboutLicense({ licenseId, governed }: { licenseId: string; governed: Governed }) {
  const { data: license, error, isPending } = useLicense(licenseId);
  const { address } = useConnection();
  if (error) return <Problem title="The license could not be read." hint={error.message.split("\n")[0] ?? ""} />;
  if (isPending) return <p aria-live="polite">Reading license {licenseId}</p>;
  if (!license) return <Problem title={`There is no license ${licenseId}.`} />;
  const { offer, dataset } = license;
  const sells = [offer.seller, offer.provider, dataset.owner].some((seller) => same(address, seller));
  const subject: ClaimSubject = {
    title: `License ${licenseId} of ${dataset.name ?? `dataset ${license.datasetId}`}`,
    id: license.licenseId,
    reasons: sells && !same(address, license.holder) ? REASONS.seller : REASONS.buyer,
    token: offer.token,
    offer: offerOf(offer),
    price: offer.price,
    start: Number(license.start),
    atEachAccess: license.hold === null,
  };
  return <Claim subject={subject} governed={governed} />;
}

function AboutVersion({ datasetId, version, governed }: { datasetId: string; version: number; governed: Governed }) {
  const { data: dataset, error, isPending } = useDataset(datasetId);
  if (error) return <Problem title="The dataset could not be read." hint={error.message.split("\n")[0] ?? ""} />;
  if (isPending) return <p aria-live="polite">Reading dataset {datasetId}</p>;
  const found = dataset?.versions.find((known) => known.version === version);
  if (!dataset || !found) return <Problem title={`There is no version ${version} of dataset ${datasetId}.`} />;
  const subject: ClaimSubject = {
    title: `Version ${version} of ${dataset.name ?? `dataset ${datasetId}`}`,
    id: versionClaimId(dataset.datasetId, version),
    reasons: REASONS.version,
    token: governed.numbers.bondToken,
    start: Number(found.publishedAt),
    atEachAccess: false,
  };
  return <Claim subject={subject} governed={governed} />;
}

/** Claims about providers and records. */
function AboutOther({ governed }: { governed: Governed }) {
  const { bondToken } = governed.numbers;
  const subject = otherSubject(route.useSearch(), bondToken);
  if (subject) return <Claim subject={subject} governed={governed} />;
  return (
    <Problem title="The address does not say what the claim is about.">
      <p className="mt-2 text-sm">
        Start from a license in <Link to="/library">your library</Link>, from a dataset or from a provider.
      </p>
    </Problem>
  );
}

function Claim({ subject, governed }: { subject: ClaimSubject; governed: Governed }) {
  const search = route.useSearch();
  const now = useChainSeconds();
  const { token: tokenOf } = useTokens();
  const token = tokenOf(subject.token);
  const reason = subject.reasons.find((known) => known === search.reason);
  const claimed = amountFrom(search.claimed ?? "", token.decimals);
  const occurredAt = occurrence(search.day, subject.start, now);
  const claim: ClaimInput | undefined =
    reason && occurredAt !== undefined
      ? {
          reason,
          id: subject.id,
          occurredAt,
          freeze: mayFreeze(reason) && search.freeze !== false,
          ...(asksForMoney(reason) && claimed !== undefined && { claimed }),
          ...(reason === "Misconduct" && { token: subject.token }),
        }
      : undefined;
  return (
    <>
      <p className="mb-6">{subject.title}</p>
      <Part title="What is wrong">
        <ClaimForm subject={subject} reason={reason} token={token} />
      </Part>
      {reason ? (
        <Part title="What it can bring">
          <Effects lines={winnings(reason)} />
          <p className="mt-4 max-w-prose text-sm">{freezes(reason, search.freeze !== false, subject.atEachAccess)}</p>
        </Part>
      ) : null}
      {claim ? <Costs {...{ subject, claim, governed }} /> : null}
    </>
  );
}

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <Section title={title}>{children}</Section>
);

function Costs({ subject, claim, governed }: { subject: ClaimSubject; claim: ClaimInput; governed: Governed }) {
  const { config } = useColophon();
  const { token: tokenOf } = useTokens();
  const { deployment } = config;
  return (
    <ClaimFacts subject={subject} claim={claim} governed={governed}>
      {({ token: bondToken, bond }) => {
        const token = tokenOf(bondToken);
        return (
          <EvidenceForm>
            {(evidence) => (
              <Sheet
                plans={["claim", claim.id, claim.reason, claim.occurredAt, String(claim.claimed), evidence.hash]}
                token={token}
                prepare={(client) =>
                  prepareOpenDispute(client, {
                    claim,
                    evidence,
                    deployment,
                    ...(subject.offer && { offer: subject.offer }),
                  })
                }
                write={() => ({
                  title: "File the claim",
                  text: `You post a bond of ${money(bond, token.decimals, token.symbol)} and claim that ${reasonInWords(claim.reason)}. The bond comes back if you win or settle so; it is the respondent's if you lose.`,
                  button: "File the claim",
                })}
                ifSent="The transaction was sent. Look at the disputes of this license before you repeat it."
                done={({ hash }) => (
                  <>
                    <Done text="The claim is filed" hash={hash} />
                    <p className="mt-4 text-sm">
                      <Link to="/disputes" search={{ mine: true }} className="underline underline-offset-4">
                        Follow it in your disputes
                      </Link>
                    </p>
                  </>
                )}
              />
            )}
          </EvidenceForm>
        );
      }}
    </ClaimFacts>
  );
}
