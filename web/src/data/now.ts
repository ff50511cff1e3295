import { useBlock } from "wagmi";

/** The chain's present, in seconds: what contracts compare times with. Falls back to this device's clock. */
export function useNow(): bigint {
  const { data } = useBlock({ watch: true });
  return data?.timestamp ?? BigInt(Math.floor(Date.now() / 1000));
}
