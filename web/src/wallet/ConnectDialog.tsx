import { Dialog } from "radix-ui";
import { useEffect, useState } from "react";
import { useConnect, useConnection, useConnectors, useDisconnect, useSwitchChain } from "wagmi";
import { useColophon } from "../app";
import { ConnectWords } from "../ui/connect-words";
import { Hash } from "../ui/hash";
import { Button, Problem } from "../ui/primitives";

/** Who is connected, on which chain; connects, switches and disconnects. `asked` opens the list of wallets at once. */
export function Account({ asked = false }: { asked?: boolean }) {
  const { config } = useColophon();
  const connection = useConnection();
  const { mutate: disconnect } = useDisconnect();
  const { mutate: switchChain, isPending } = useSwitchChain();

  const [opening, setOpening] = useState(asked);
  const connected = connection.address !== undefined;
  useEffect(() => {
    if (connected) setOpening(false); // Asked once: disconnecting later does not ask again.
  }, [connected]);

  if (!connection.address) return <ConnectDialog asked={opening} short />;
  if (connection.chainId !== config.chainId) {
    return (
      <Button kind="primary" disabled={isPending} onClick={() => switchChain({ chainId: config.chainId })}>
        Switch to {config.chainName}
      </Button>
    );
  }
  return (
    <span className="flex items-center gap-3">
      <Hash value={connection.address} label="your address" />
      <Button kind="quiet" onClick={() => disconnect()}>
        Disconnect
      </Button>
    </span>
  );
}

/** The list of wallets that this browser announces. */
export function ConnectDialog({ asked = false, short = false }: { asked?: boolean; short?: boolean }) {
  const [open, setOpen] = useState(asked);
  const connectors = useConnectors();
  const { mutate: connect, error, isPending, reset } = useConnect();
  const wallets = connectors.filter((connector) => connector.id !== "injected");

  return (
    <Dialog.Root
      open={open}
      onOpenChange={(next) => {
        reset();
        setOpen(next);
      }}
    >
      <Dialog.Trigger asChild>
        <Button>{short ? <ConnectWords /> : "Connect a wallet"}</Button>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 bg-scrim" />
        <Dialog.Content className="fixed top-1/2 left-1/2 w-[min(28rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 rounded-sm border border-rule bg-sheet p-6">
          <Dialog.Title className="text-lg font-semibold">Connect a wallet</Dialog.Title>
          <Dialog.Description className="mt-1 text-sm text-ash">
            Your wallet signs. Nothing is paid until you have read what you sign.
          </Dialog.Description>
          <ul className="my-6 space-y-2">
            {wallets.map((connector) => (
              <li key={connector.uid}>
                <Button
                  className="w-full justify-start"
                  disabled={isPending}
                  onClick={() => connect({ connector }, { onSuccess: () => setOpen(false) })}
                >
                  {connector.icon ? <img src={connector.icon} alt="" className="size-5" /> : null}
                  {connector.name}
                </Button>
              </li>
            ))}
          </ul>
          {wallets.length === 0 ? (
            <p className="mb-6 text-sm text-ash">
              No wallet announced itself. Install one that speaks EIP-6963, then reload this page.
            </p>
          ) : null}
          {error ? <Problem title="The wallet did not connect." hint={error.message.split("\n")[0] ?? ""} /> : null}
          <Dialog.Close asChild>
            <Button kind="quiet">Close</Button>
          </Dialog.Close>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
