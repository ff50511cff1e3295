import { RAILS, registeredKeyNetwork, signUsageVoucher } from "@colophon-protocol/sdk";
import {
  type DeliveryProgress,
  deliverLicensed,
  indexedDbChunkStore,
  type LicensedStage,
  memorySink,
} from "@colophon-protocol/sdk/delivery";
import { type LicenseEntity, offerOf } from "@colophon-protocol/sdk/indexer";
import { verifiedKeyNetwork } from "@colophon-protocol/sdk/keys";
import { useMutation } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Address } from "viem";
import { signMessage, signTypedData } from "viem/actions";
import { useConnection } from "wagmi";
import { useColophon } from "../app";
import { useReader, useSigner } from "../data/client";
import { useDataset } from "../data/queries";
import { useTokens } from "../data/tokens";
import { Notice } from "../ui/fields";
import { bytes } from "../ui/format";
import { Button, Progress, Section } from "../ui/primitives";
import { ConnectDialog } from "../wallet/ConnectDialog";
import { type Opened, opensOf, placeName } from "./opens";
import { Refusal } from "./Refusal";

const route = getRouteApi("/wallet/library/$licenseId");

const stageWords: Record<LicensedStage, string> = {
  chain: "Reading what you licensed from the chain",
  envelope: "Sign in at the provider's gateway",
  keys: "Sign the request to the key nodes",
  chunks: "Fetching, verifying and decrypting",
};

/** A license's data: fetched, verified and decrypted in this browser. Of a bundle one chooses what to open first. */
export function Data({ license }: { license: LicenseEntity }) {
  const { address } = useConnection();
  const { of } = route.useSearch();
  const { data: dataset } = useDataset(String(license.datasetId));
  const all = opensOf(license, dataset?.parents ?? []);
  const chosen = all.find((opened) => placeName(opened) === of) ?? (all[0] as Opened);
  return (
    <Section title="Data">
      {all.length > 1 ? <Choice all={all} chosen={chosen} /> : null}
      {address ? (
        <Delivery key={placeName(chosen)} license={license} opened={chosen} />
      ) : (
        <>
          <p className="mb-4">Connect the wallet that holds this license to open its data.</p>
          <ConnectDialog />
        </>
      )}
    </Section>
  );
}

/** What a bundle's license opens; the chosen one stands in the URL. */
function Choice({ all, chosen }: { all: readonly Opened[]; chosen: Opened }) {
  return (
    <div className="mb-4">
      <p className="max-w-prose text-sm">This license is for a bundle. It opens the components too, one at a time.</p>
      <nav aria-label="What to open" className="mt-2 flex flex-col text-sm">
        {all.map((opened) => (
          <Link
            key={placeName(opened)}
            to="."
            search={opened.component ? { of: placeName(opened) } : {}}
            resetScroll={false}
            aria-current={opened === chosen ? "true" : undefined}
            className={`flex min-h-10 items-center font-medium underline underline-offset-4 ${opened === chosen ? "text-rubric" : "text-ink"}`}
          >
            <span>
              {opened.name}, version {opened.version}
              {opened.component ? "" : " (the bundle's own)"}
            </span>
          </Link>
        ))}
      </nav>
    </div>
  );
}

function Delivery({ license, opened }: { license: LicenseEntity; opened: Opened }) {
  const { config } = useColophon();
  const { address } = useConnection();
  const reader = useReader();
  const signer = useSigner();
  const [stage, setStage] = useState<LicensedStage>();
  const [progress, setProgress] = useState<DeliveryProgress>();
  const [vouchered, setVouchered] = useState<bigint>();
  const { price } = useTokens();
  const metered = license.rail === RAILS.meter;
  const fetching = useMutation({
    mutationFn: async () => {
      setStage("chain");
      setProgress(undefined);
      setVouchered(undefined);
      const client = signer as NonNullable<typeof signer>;
      const sink = memorySink();
      const { deployment } = config;
      const keys = await verifiedKeyNetwork(await registeredKeyNetwork(reader, { deployment }));
      const { provider, unpaid } = await deliverLicensed(reader, {
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
        ...(opened.component && { component: { datasetId: opened.datasetId, version: opened.version } }),
        ...(metered && {
          metering: {
            offer: offerOf(license.offer),
            sign: (message) => signUsageVoucher(client, { deployment, account: address as Address, message }),
            onVoucher: ({ amount }) => setVouchered(amount),
          },
        }),
      });
      return { files: sink.files, provider, unpaid };
    },
  });
  return (
    <>
      <p className="mb-4 max-w-prose text-sm text-ash">
        You sign twice: once to sign in at the provider's gateway, once to ask the key nodes. Neither costs anything.
        Every chunk is checked against the chain before you see it; an interrupted download goes on where it stopped.
        {metered
          ? " This license pays by use: on the way you sign vouchers for what arrived, at the offer's price, and for nothing else."
          : ""}
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
        {vouchered === undefined ? null : (
          <p aria-live="polite" className="mt-2 text-sm tabular-nums">
            Your vouchers say {price(vouchered, license.offer.token)} in all.
          </p>
        )}
        {fetching.data?.unpaid ? (
          <Notice title="The last of it is not paid for">{fetching.data.unpaid.message}</Notice>
        ) : null}
        {fetching.error ? <Refusal error={fetching.error} /> : null}
        {fetching.data ? <Files files={fetching.data.files} /> : null}
      </div>
    </>
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
