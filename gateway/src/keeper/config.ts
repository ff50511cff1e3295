/** Settings of the keeper. */
import type { Hex } from "viem";

/** Times in seconds unless named otherwise, fees in wei. */
export interface KeeperConfig {
  /** Pays the gas. Needs no role: everything that the keeper calls is open to anyone. */
  key: Hex;
  /** Milliseconds between runs. */
  intervalMs: number;
  /** Between two looks at a stream. */
  lookEvery: number;
  /** What a live stream passed on is booked once it is so long; a flow that stopped is settled at the next look. */
  settleLiveEvery: number;
  /** Between two anchors of the provider's log: what is logged is dated to about so much. */
  anchorEvery: number;
  /** A voucher is redeemed so long before its window ends, whatever it is worth. */
  redeemMargin: number;
  /** A voucher waits at most so long. */
  redeemAfter: number;
  /** Worth from which a voucher is redeemed at once, in whole tokens of its offer, as decimal text. */
  redeemWorth: string;
  /** Gas that redeeming one voucher may use: enough for the first payout of a split, which makes its pool (1.3 million). */
  gasEach: bigint;
  /** No transaction offers more per gas. */
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
  /** Fees of a day (the last 24 hours) do not pass this. */
  maxFeePerDay: bigint;
  /** After which a transaction that is not mined is sent again with a higher fee. */
  resendAfter: number;
  /** For which one run waits for a transaction. */
  waitFor: number;
}

const GWEI = 10n ** 9n;

export const DEFAULT_KEEPER: Omit<KeeperConfig, "key"> = {
  intervalMs: 60_000,
  lookEvery: 3600,
  settleLiveEvery: 86_400,
  anchorEvery: 86_400,
  redeemMargin: 21_600,
  redeemAfter: 86_400,
  redeemWorth: "10",
  gasEach: 2_000_000n,
  maxFeePerGas: 50n * GWEI,
  maxPriorityFeePerGas: GWEI,
  maxFeePerDay: 10n ** 17n,
  resendAfter: 120,
  waitFor: 300,
};

/** Most vouchers that the rail takes in one call. */
export const MAX_BATCH = 200;
