import {
  councilCaseOf,
  disputeBonds,
  disputeJudge,
  disputeNumbers,
  disputeOf,
  disputeRuling,
  disputeStake,
  isCouncilMember,
} from "@colophon-protocol/sdk";
import { getLicense, type LicenseEntity, offerOf } from "@colophon-protocol/sdk/indexer";
import { useQuery } from "@tanstack/react-query";
import { type Address, getAddress, type Hex, isAddressEqual } from "viem";
import { useConnection } from "wagmi";
import { useColophon } from "../app";
import { useReader } from "../data/client";
import { ask, type List } from "../data/graph";

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
        ruling,
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

/** What was given as evidence. */
export interface EvidenceRow {
  id: string;
  by: Address;
  hash: Hex;
  uri: string;
  recipient: Hex | null;
  at: string;
}

/** Terms that one side offered. */
export interface SettlementRow {
  id: string;
  by: Address;
  refund: string;
  revoke: boolean;
  claimantBond: string;
  deadline: string;
  agreed: boolean;
}

interface Record {
  openedAt: string;
  evidence: List<EvidenceRow>;
  settlements: List<SettlementRow>;
  events: List<{ id: string; kind: string; by: Address; at: string; until: string | null; transactionHash: Hex }>;
  votes: List<{ member: Address; upheld: boolean; votes: number; round: number }>;
}

/** What the indexer kept of a dispute: evidence, offers to settle, votes, timeline; null while it does not know it. */
export function useRecord(disputeId: bigint) {
  const { config } = useColophon();
  return useQuery({
    queryKey: ["dispute-record", String(disputeId)],
    refetchInterval: 4_000,
    queryFn: async () =>
      (
        await ask<{ dispute: Record | null }>(
          config.indexerUrl,
          `query ($id: String!) { dispute(id: $id) { openedAt
            evidence(limit: 100, orderBy: "position") { items { id by hash uri recipient at } }
            settlements(limit: 20, orderBy: "position", orderDirection: "desc") { items {
              id by refund revoke claimantBond deadline agreed } }
            events(limit: 100, orderBy: "position") { items { id kind by at until transactionHash } }
            votes(limit: 50) { items { member upheld votes round } } } }`,
          { id: `${config.chainId}-${disputeId}` },
        )
      ).dispute,
  });
}

/** One line of a list of disputes. */
export interface DisputeLine {
  disputeId: string;
  reason: string;
  phase: string;
  outcome: string;
  claimant: Address;
  respondent: Address;
  deadline: string | null;
  openedAt: string;
  licenseRef: string | null;
}

/** Disputes, newest first: of an account on either side, of a license, or all. */
export function useDisputes(of: { account?: string | undefined; license?: bigint }) {
  const { config } = useColophon();
  const account = of.account?.toLowerCase();
  const license = of.license === undefined ? undefined : `${config.chainId}-${of.license}`;
  return useQuery({
    queryKey: ["disputes", account, license],
    refetchInterval: 15_000,
    queryFn: async () => {
      const where = license
        ? { licenseRef: license }
        : account
          ? { OR: [{ claimant: account }, { respondent: account }] }
          : { chainId: config.chainId };
      const { disputes } = await ask<{ disputes: List<DisputeLine> }>(
        config.indexerUrl,
        `query ($where: disputeFilter) { disputes(where: $where, limit: 100, orderBy: "disputeId", orderDirection: "desc") {
          items { disputeId reason phase outcome claimant respondent deadline openedAt licenseRef } } }`,
        { where },
      );
      return disputes.items;
    },
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
