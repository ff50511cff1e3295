import { confirmDeliverySync } from "@colophon-protocol/sdk";
import { type LicenseEntity, offerOf } from "@colophon-protocol/sdk/indexer";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useConnection } from "wagmi";
import { useColophon } from "../app";
import { useSigner } from "../data/client";
import { Button } from "../ui/primitives";
import { Refusal } from "./Refusal";

/** Releasing the money early is the holder's choice; the window does it anyway. */
export function Confirm({ license }: { license: LicenseEntity }) {
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
