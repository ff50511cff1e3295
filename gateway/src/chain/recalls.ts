/** Which licenses left a recall of the dataset they read unanswered: the contracts keep the standing, whoever serves acts on it. */
import { recallsAbi } from "@colophon-protocol/contracts";
import type { ChainReader } from "./reader.js";

/** `Recalls.Standing.Breach`. */
const BREACH = 4;

/** Finds a dataset's recalls in their events and asks for a license's standing in each. Recalls are few, and never removed. */
export class RecallBook {
  private readonly known = new Map<bigint, { ids: bigint[]; upTo: bigint }>();

  constructor(private readonly chain: ChainReader) {}

  /**
   * Whether a license is in breach of a recall of a dataset's versions.
   * @throws Problem 503 when the chain cannot be asked
   */
  async isInBreach(licenseId: bigint, datasetId: bigint, block: bigint): Promise<boolean> {
    const { recalls } = this.chain.config;
    if (!recalls) return false;
    const ids = await this.recallsOf(datasetId, block);
    const standings = await Promise.all(
      ids.map((id) => this.chain.readAt(recalls, recallsAbi, "standingOf", [id, licenseId], block)),
    );
    return standings.includes(BREACH);
  }

  private async recallsOf(datasetId: bigint, block: bigint): Promise<readonly bigint[]> {
    const before = this.known.get(datasetId);
    if (before && before.upTo >= block) return before.ids;
    const found = await this.chain.recallsOpened(datasetId, before ? before.upTo + 1n : undefined, block);
    const ids = [...(before?.ids ?? []), ...found];
    this.known.set(datasetId, { ids, upTo: block });
    return ids;
  }
}
