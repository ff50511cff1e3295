import {
  meterOf,
  meterRedeemableUntil,
  meterStanding,
  readLive,
  readStream,
  shareAccountOf,
  shareStanding,
} from "@colophon-protocol/sdk";
import { getLiveStream, type LicenseEntity, offerOf } from "@colophon-protocol/sdk/indexer";
import { useQuery } from "@tanstack/react-query";
import { useColophon } from "../app";
import { useReader } from "./client";

/** Between looks pages count by themselves; what they cannot know, another's payment or a liquidation, they see this late. */
const LOOK_MS = 30_000;

/** A license's stream, its flow and its payer's balance, as of one block. */
export function useStream({ licenseId }: LicenseEntity) {
  const { config } = useColophon();
  const reader = useReader();
  return useQuery({
    queryKey: ["stream", String(licenseId)],
    refetchInterval: LOOK_MS,
    queryFn: () => readStream(reader, { licenseId, deployment: config.deployment }),
  });
}

/** A license's live stream, its vaults, flows and payer's balance, as of one block, and the units that were booked before. */
export function useLive({ licenseId }: LicenseEntity) {
  const { config } = useColophon();
  const reader = useReader();
  return useQuery({
    queryKey: ["live", String(licenseId)],
    refetchInterval: LOOK_MS,
    queryFn: async () => {
      const { deployment, chainId, indexerUrl: url } = config;
      // The indexer first: what is booked between the two looks is missing for a moment, and not counted twice.
      const kept = await getLiveStream({ url }, { chainId, licenseId });
      const state = await readLive(reader, { licenseId, deployment });
      return { state, booked: kept ? kept.passedToPool + kept.passedRest : 0n };
    },
  });
}

/** A license's meter, what its rail says of it, and until when vouchers count. */
export function useMeter({ licenseId, offer }: LicenseEntity) {
  const { config } = useColophon();
  const reader = useReader();
  return useQuery({
    queryKey: ["meter", String(licenseId)],
    refetchInterval: LOOK_MS,
    queryFn: async () => {
      const { deployment } = config;
      const [meter, standing, redeemableUntil] = await Promise.all([
        meterOf(reader, { licenseId, deployment }),
        meterStanding(reader, { licenseId, deployment }),
        meterRedeemableUntil(reader, { licenseId, offer: offerOf(offer), deployment }),
      ]);
      return { meter, standing, redeemableUntil };
    },
  });
}

/** Where a license stands with its statements. */
export function useShare({ licenseId }: LicenseEntity) {
  const { config } = useColophon();
  const reader = useReader();
  return useQuery({
    queryKey: ["share", String(licenseId)],
    refetchInterval: LOOK_MS,
    queryFn: async () => {
      const { deployment } = config;
      const [account, standing] = await Promise.all([
        shareAccountOf(reader, { licenseId, deployment }),
        shareStanding(reader, { licenseId, deployment }),
      ]);
      return { account, standing };
    },
  });
}
