import { confirmDeliverySync, decodeError, registeredKeyNetwork } from "@colophon-protocol/sdk";
import {
  type DeliveryProgress,
  deliverLicensed,
  indexedDbChunkStore,
  type LicensedStage,
  memorySink,
} from "@colophon-protocol/sdk/delivery";
import { type LicenseEntity, offerOf } from "@colophon-protocol/sdk/indexer";
import { verifiedKeyNetwork } from "@colophon-protocol/sdk/keys";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { Address } from "viem";
import { signMessage, signTypedData } from "viem/actions";
import { useConnection } from "wagmi";
import { useColophon } from "../app";
import { useReader, useSigner } from "../data/client";
import { useNow } from "../data/now";
import { useLicense } from "../data/queries";
import { useTokens } from "../data/tokens";
import { bytes, moment } from "../ui/format";
import { Hash } from "../ui/hash";
import { usePageTitle } from "../ui/page-title";
import { Button, Facts, Problem, Progress, Section } from "../ui/primitives";
import { Money, Standing } from "../ui/standing";
import { ConnectDialog } from "../wallet/ConnectDialog";

/** One license: how it stands, where the money is, and its data, opened in this browser. */
export function License() {
  const { licenseId } = useParams({ from: "/wallet/library/$licenseId" });
  const { data: license, error, isPending } = useLicense(licenseId);
  const { price } = useTokens();
  const now = useNow();
  usePageTitle(`License ${licenseId}`);
  if (isPending) return <p aria-live="polite">Reading license {licenseId}</p>;
  if (error) return <Problem title="The license could not be read." hint={error.message.split("\n")[0] ?? ""} />;
  if (!license) {
    return <Problem title={`There is no license ${licenseId}.`} hint="A fresh one appears here in a few seconds." />;
  }
  return (
    <article>
      <h1 className="text-xl font-semibold">{license.dataset.name ?? `Dataset ${license.datasetId}`}</h1>
      <p className="mt-2 mb-8 text-sm text-ash">
        License {licenseId}, version {license.version} of{" "}
        <Link to="/datasets/$datasetId" params={{ datasetId: String(license.datasetId) }}>
          dataset {String(license.datasetId)}
        </Link>
      </p>
      <Section title="Standing">
        <Facts
          items={[
            ["License", <Standing key="s" license={license} now={now} />],
            ["Bought", moment(license.start)],
            ["Until", license.expiry === 0n ? "no end" : moment(license.expiry)],
            ["Price", price(license.offer.price, license.offer.token)],
            ["Money", <Money key="m" hold={license.hold} />],
            ["Holder", <Hash key="h" value={license.holder} label="holder" />],
            ["Transaction", <Hash key="t" value={license.transactionHash} label="transaction" />],
          ]}
        />
        <Confirm license={license} />
      </Section>
      <Data license={license} />
    </article>
  );
}

/** Releasing the money early is the holder's choice; the window does it anyway. */
function Confirm({ license }: { license: LicenseEntity }) {
  const { config } = useColophon();
  const signer = useSigner();
  const queries = useQueryClient();
  const { address } = useConnection();
  const confirm = useMutation({
    mutationFn: () =>
      confirmDeliverySync(signer as NonNullable<typeof signer>, {
        licenseId: license.licenseId,
        offer: offerOf(license.offer),
        deployment: config.deployment,
      }),
    onSuccess: () => queries.invalidateQueries(),
  });
  const waiting = license.hold && ["HELD", "DELIVERED"].includes(license.hold.state);
  if (!waiting || address?.toLowerCase() !== license.holder.toLowerCase()) return null;
  return (
    <div className="mt-6 max-w-prose">
      <p className="mb-3 text-sm text-ash">
        If the data is what you licensed, you can release the money now. You cannot take this back. If you do nothing,
        it is released when the challenge window after delivery ends.
      </p>
      <Button disabled={!signer || confirm.isPending} onClick={() => confirm.mutate()}>
        Confirm delivery and release the money
      </Button>
      {confirm.error ? <Refusal error={confirm.error} /> : null}
    </div>
  );
}

const stageWords: Record<LicensedStage, string> = {
  chain: "Reading what you licensed from the chain",
  envelope: "Sign in at the provider's gateway",
  keys: "Sign the request to the key nodes",
  chunks: "Fetching, verifying and decrypting",
};

function Data({ license }: { license: LicenseEntity }) {
  const { config } = useColophon();
  const { address } = useConnection();
  const reader = useReader();
  const signer = useSigner();
  const [stage, setStage] = useState<LicensedStage>();
  const [progress, setProgress] = useState<DeliveryProgress>();
  const fetching = useMutation({
    mutationFn: async () => {
      setStage("chain");
      setProgress(undefined);
      const client = signer as NonNullable<typeof signer>;
      const sink = memorySink();
      const { deployment } = config;
      const keys = await verifiedKeyNetwork(await registeredKeyNetwork(reader, { deployment }));
      const { provider } = await deliverLicensed(reader, {
        licenseId: license.licenseId,
        chainId: config.chainId,
        deployment,
        gatewayUrl: config.gatewayUrl,
        keys,
        account: {
          address: address as Address,
          signMessage: ({ message }) => signMessage(client, { account: address as Address, message }),
          signTypedData: (typedData) => signTypedData(client, { account: address as Address, ...typedData }),
        },
        sink,
        store: indexedDbChunkStore(),
        onStage: setStage,
        onProgress: setProgress,
      });
      return { files: sink.files, provider };
    },
  });
  if (!address) {
    return (
      <Section title="Data">
        <p className="mb-4">Connect the wallet that holds this license to open its data.</p>
        <ConnectDialog />
      </Section>
    );
  }
  return (
    <Section title="Data">
      <p className="mb-4 max-w-prose text-sm text-ash">
        You sign twice: once to sign in at the provider's gateway, once to ask the key nodes. Neither costs anything.
        Every chunk is checked against the chain before you see it; an interrupted download goes on where it stopped.
      </p>
      <Button kind="primary" disabled={!signer || fetching.isPending} onClick={() => fetching.mutate()}>
        {fetching.data ? "Fetch again" : "Download, verify and decrypt"}
      </Button>
      <div className="mt-4">
        {fetching.isPending && stage && stage !== "chunks" ? <p aria-live="polite">{stageWords[stage]}</p> : null}
        {progress && !fetching.error ? (
          <Progress
            value={progress.chunks}
            max={progress.totalChunks}
            label={`${progress.chunks} of ${progress.totalChunks} chunks verified, ${bytes(progress.bytes)}${
              progress.refetched > 0 ? `, ${progress.refetched} fetched again` : ""
            }`}
          />
        ) : null}
        {fetching.error ? <Refusal error={fetching.error} /> : null}
        {fetching.data ? <Files files={fetching.data.files} /> : null}
      </div>
    </Section>
  );
}

function Files({ files }: { files: Map<string, Uint8Array> }) {
  const save = (path: string, content: Uint8Array) => {
    const url = URL.createObjectURL(new Blob([content as BlobPart]));
    const link = document.createElement("a");
    link.href = url;
    link.download = path.split("/").at(-1) ?? path;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <ul className="mt-4" aria-label="Files">
      {[...files].map(([path, content]) => (
        <li key={path} className="flex items-baseline justify-between gap-4 border-t border-rule py-2 text-sm">
          <span className="min-w-0 truncate font-mono">{path}</span>
          <span className="flex shrink-0 items-baseline gap-4 text-ash tabular-nums">
            {bytes(content.length)}
            <Button kind="quiet" onClick={() => save(path, content)}>
              Save
            </Button>
          </span>
        </li>
      ))}
    </ul>
  );
}

const reasons: Record<string, [string, string]> = {
  NotHolder: [
    "This account does not hold the license.",
    "Connect the wallet that holds it, or ask the holder to delegate.",
  ],
  Expired: ["The license has expired.", "Buy a new one to go on; what you did before stays licensed."],
  Revoked: ["The license was revoked.", "Its terms say when the rightsholder may do that."],
  Frozen: ["The license is frozen.", "A dispute or withdrawal is running. It ends by itself or by a ruling."],
  Closed: ["The license has ended.", "The money went back to who paid."],
  DatasetSuspended: ["The dataset is suspended.", "A guardian or ruling stopped access. The money stays where it is."],
  UseNotLicensed: ["This license does not include reading the raw data.", "It is good for compute where the data is."],
};

const sentencesOf = (message: string) => (message.split("\n")[0] ?? "").split(/(?<=\.)\s+/);

function Refusal({ error }: { error: Error & { reason?: string; code?: string } }) {
  const known = error.reason ? reasons[error.reason] : undefined;
  if (known) return <Problem title={known[0]} hint={known[1]} />;
  const { code, shortMessage, hint } = decodeError(error);
  if (code === "rejected") {
    return <p className="text-sm text-ash">You declined in the wallet. Nothing was sent.</p>;
  }
  const [title = "", ...rest] = code === "unknown" ? sentencesOf(error.message) : [shortMessage];
  return (
    <Problem
      title={title}
      hint={[...rest, hint ?? `Nothing was lost${rest.length > 0 ? "." : "; try again."}`].join(" ")}
    />
  );
}
