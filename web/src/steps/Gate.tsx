import type { ReactNode } from "react";
import { useConnection } from "wagmi";
import { useColophon } from "../app";
import { Account, ConnectDialog } from "../wallet/ConnectDialog";

/** Lets through who is connected to the right chain; asks others to connect or switch. */
export function Gate({ why, children }: { why: string; children: ReactNode }) {
  const { config } = useColophon();
  const { address, chainId } = useConnection();
  if (!address) {
    return (
      <div className="py-6">
        <p className="mb-4">{why}</p>
        <ConnectDialog />
      </div>
    );
  }
  if (chainId !== config.chainId) {
    return (
      <div className="py-6">
        <p className="mb-4">Your wallet is on another chain. Nothing can be bought or changed there.</p>
        <Account />
      </div>
    );
  }
  return children;
}
