import { useMutation } from "@tanstack/react-query";
import { useConnection } from "wagmi";
import { useColophon } from "../app";
import { Button } from "../ui/primitives";
import { fillFromFaucet } from "../wallet/faucet";
import { Failure } from "./Failure";

/** Test money on a local chain; elsewhere, what to do about an empty account. */
export function Faucet({ onDone, token }: { onDone: () => void; token: string }) {
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
