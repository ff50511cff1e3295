import { disputeCounts, disputeNumbers } from "@colophon-protocol/sdk";
import { useQuery } from "@tanstack/react-query";
import { useColophon } from "../app";
import { useReader } from "../data/client";

/** The windows and bonds that govern disputes opened now. */
export function useGoverned() {
  const { config } = useColophon();
  const reader = useReader();
  return useQuery({
    queryKey: ["dispute-numbers"],
    queryFn: async () => {
      const { deployment } = config;
      const { numbers } = await disputeCounts(reader, { deployment });
      return { numbers: await disputeNumbers(reader, { numbers, deployment }) };
    },
  });
}

export type Governed = NonNullable<ReturnType<typeof useGoverned>["data"]>;
