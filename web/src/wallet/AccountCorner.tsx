import { useMatches } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { ConnectWords } from "../ui/connect-words";
import { Button } from "../ui/primitives";
import { walletInUse } from "./used";

const load = () => import("./WalletProvider");
const HeaderAccount = lazy(load);

/**
 * The header's place for the account. Who only looks pays for no wallet code: it comes with the pages on which one
 * signs, with a wallet connected before, or once somebody reaches for the button.
 */
export function AccountCorner() {
  const [asked, setAsked] = useState(false);
  const signing = useMatches({ select: (matches) => matches.some(({ routeId }) => routeId === "/wallet") });
  const reach = () => void load().catch(() => undefined); // A failure shows when the button is pressed.
  const button = (
    <Button onPointerEnter={reach} onFocus={reach} onClick={() => setAsked(true)}>
      <ConnectWords />
    </Button>
  );
  const inUse = walletInUse();
  if (!asked && !signing && !inUse) return button;
  // Who is connected should not be asked to connect, not even for a moment.
  return (
    <Suspense fallback={inUse ? <span className="min-h-10" /> : button}>
      <HeaderAccount asked={asked} />
    </Suspense>
  );
}
