import type { LogEntry } from "@colophon-protocol/sdk/log";
import { useQuery } from "@tanstack/react-query";
import type { Address, Hex } from "viem";
import { useColophon } from "../app";

/** What entries are asked about: a license, or a run under licenses of some providers. */
export type LogSubject =
  | { license: { licenseId: bigint; datasetId: bigint; provider: Address } }
  | { run: { recordId: string; providers: readonly Address[] } };

/** What a provider's log says of it, checked. Times in seconds. */
export interface LogView {
  /** The log's name. */
  origin: string;
  /** Entries under the head, its root, and when the provider signed it. */
  size: number;
  root: Hex;
  signedAt: number;
  provider: Address;
  /** The newest first. */
  entries: { index: number; entry: LogEntry }[];
  /** How many there are, with those that are not shown. */
  found: number;
  /** Older entries of the log that were not looked through. */
  skipped: number;
}

/** Reads and checks the log at the dApp's gateway; null where that is another provider's. The code for it is loaded with it. */
export function useProviderLog(of: LogSubject) {
  const { config } = useColophon();
  const { chainId, gatewayUrl, deployment } = config;
  const subject = "run" in of ? `run ${of.run.recordId}` : `license ${of.license.licenseId}`;
  return useQuery({
    queryKey: ["provider log", subject],
    refetchInterval: 30_000,
    retry: 1,
    queryFn: async () => {
      const { readProviderLog } = await import("./read");
      const licenseToken = deployment.contracts.LicenseToken?.address as Address;
      return (await readProviderLog({ url: `${gatewayUrl}/log`, chainId, licenseToken }, of)) ?? null;
    },
  });
}
