import {
  councilCaseOf,
  disputeBonds,
  disputeJudge,
  disputeNumbers,
  disputeOf,
  disputeRuling,
  disputeStake,
  isCouncilMember,
  isRuled,
} from "@colophon-protocol/sdk";
import {
  type DisputesParameters,
  getDispute,
  getDisputes,
  getLicense,
  type LicenseEntity,
  offerOf,
} from "@colophon-protocol/sdk/indexer";
import { useQuery } from "@tanstack/react-query";
import { type Address, getAddress, isAddressEqual } from "viem";
import { useConnection } from "wagmi";
import { useColophon } from "../app";
import { useReader } from "../data/client";

/** A dispute as the chain has it, with the license that it is about and what governs it. */
export function useDispute(disputeId: bigint | undefined) {
  const { config } = useColophon();
  const { deployment } = config;
  const reader = useReader();
  const { address } = useConnection();
  return useQuery({
    queryKey: ["dispute", String(disputeId), address],
    enabled: disputeId !== undefined,
    refetchInterval: 15_000,
    queryFn: async () => {
      const id = { disputeId: disputeId as bigint, deployment };
      const dispute = await disputeOf(reader, id);
      if (!dispute) return null;
      const [numbers, judge, ruling, bonds, stake, license] = await Promise.all([
        disputeNumbers(reader, { numbers: dispute.numbers, deployment }),
        disputeJudge(reader, { judge: dispute.judge, deployment }),
        disputeRuling(reader, id),
        disputeBonds(reader, id),
        disputeStake(reader, id),
        dispute.subject === "License" ? licenseOf(config, dispute.subjectId) : null,
      ]);
      const higher =
        judge.appealTo === 0 ? undefined : await disputeJudge(reader, { judge: judge.appealTo, deployment });
      const round = dispute.flags.includes("appealed") ? 1 : 0;
      const sitting = round === 1 && higher ? higher : judge;
      const votes = address && dispute.phase === "Asked" && (await sits(sitting.arbitrator, round));
      const token: Address = license ? license.offer.token : numbers.bondToken;
      const offer = license ? offerOf(license.offer) : undefined;
      return {
        ...id,
        dispute,
        numbers,
        judge,
        higher,
        sitting,
        round,
        ruling: isRuled(dispute) ? ruling : undefined,
        bonds,
        stake,
        license,
        offer,
        token,
        votes,
      };

      async function sits(arbitrator: Address, at: number): Promise<boolean> {
        const council = deployment.contracts.CouncilArbitrator?.address;
        if (!council || !isAddressEqual(council, arbitrator)) return false;
        const found = await councilCaseOf(reader, { ...id, round: at });
        if (!found) return false;
        return isCouncilMember(reader, { council: found.council, member: address as Address, deployment });
      }
    },
  });
}

/** A dispute that was found. */
export type DisputeView = NonNullable<ReturnType<typeof useDispute>["data"]>;

async function licenseOf({ indexerUrl, chainId }: { indexerUrl: string; chainId: number }, licenseId: bigint) {
  const license: LicenseEntity | null = await getLicense({ url: indexerUrl }, { chainId, licenseId });
  if (!license) throw new Error("The indexer does not know the license that this dispute is about yet.");
  return license;
}

/** What the indexer kept of a dispute: evidence, offers to settle, votes, timeline; null while it does not know it. */
export function useRecord(disputeId: bigint) {
  const { config } = useColophon();
  return useQuery({
    queryKey: ["dispute-record", String(disputeId)],
    refetchInterval: 4_000,
    queryFn: () => getDispute({ url: config.indexerUrl }, { chainId: config.chainId, disputeId }),
  });
}

/** Disputes, newest first: of an account on either side, of a license, or all. */
export function useDisputes(of: Pick<DisputesParameters, "account" | "licenseId">) {
  const { config } = useColophon();
  return useQuery({
    queryKey: ["disputes", of.account?.toLowerCase(), String(of.licenseId)],
    refetchInterval: 15_000,
    queryFn: async () => (await getDisputes({ url: config.indexerUrl }, { chainId: config.chainId, ...of })).items,
  });
}

/** Who an account is in a dispute. */
export function roleOf({ dispute, offer }: DisputeView, account: string | undefined) {
  const is = (other: string | undefined) => account !== undefined && other?.toLowerCase() === account.toLowerCase();
  const claimant = is(dispute.claimant);
  const respondent = is(dispute.respondent);
  return {
    claimant,
    respondent,
    answers: respondent || is(offer && getAddress(offer.provider)),
    side: claimant || respondent,
  };
}
