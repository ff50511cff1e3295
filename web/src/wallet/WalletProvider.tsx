import { Outlet } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { WagmiContext } from "wagmi";
import { useColophon } from "../app";
import { Account } from "./ConnectDialog";
import { walletConfig } from "./wagmi";

/** Gives wagmi to what is inside. Header and pages each have one, of the same wagmi. */
function WalletProvider({ children }: { children: ReactNode }) {
  const { config } = useColophon();
  return <WagmiContext.Provider value={walletConfig(config)}>{children}</WagmiContext.Provider>;
}

/** The pages on which one signs. */
export const WalletPages = () => (
  <WalletProvider>
    <Outlet />
  </WalletProvider>
);

/** The account in the header. */
export default function HeaderAccount({ asked }: { asked: boolean }) {
  return (
    <WalletProvider>
      <Account asked={asked} />
    </WalletProvider>
  );
}
