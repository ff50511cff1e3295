/** The keeper's settings in the environment: `COLOPHON_KEEPER_*`; the README lists them. */
import { parseEther, parseGwei } from "viem";
import { decimal, integer, loadKey, secret } from "../config.js";
import { DEFAULT_KEEPER, type KeeperConfig } from "./config.js";

/** Fees are written in gwei and ether. */
const DEFAULT_GWEI = "50";
const DEFAULT_TIP_GWEI = "1";
const DEFAULT_ETHER_PER_DAY = "0.1";

/**
 * The keeper's configuration; undefined without a key, which is what switches it on.
 * @throws GatewayConfigError naming the variable
 */
export function loadKeeper(env: NodeJS.ProcessEnv): (KeeperConfig & { port: number }) | undefined {
  const own = (name: string) => env[`COLOPHON_KEEPER_${name}`] || undefined;
  const [inline, file] = [own("KEY"), own("KEY_FILE")];
  if (!inline && !file) return undefined;
  const number = (name: string, fallback: number, max: number, min = 0) =>
    integer(`COLOPHON_KEEPER_${name}`, own(name), fallback, max, min);
  const text = (name: string, fallback: string) => decimal(`COLOPHON_KEEPER_${name}`, own(name), fallback);
  return {
    ...DEFAULT_KEEPER,
    key: loadKey("COLOPHON_KEEPER_KEY", secret(inline, file)),
    port: number("PORT", 7481, 65_535),
    intervalMs: number("INTERVAL", DEFAULT_KEEPER.intervalMs / 1000, 86_400, 1) * 1000,
    lookEvery: number("LOOK_EVERY", DEFAULT_KEEPER.lookEvery, 86_400),
    settleLiveEvery: number("SETTLE_LIVE_EVERY", DEFAULT_KEEPER.settleLiveEvery, 31_536_000),
    anchorEvery: number("ANCHOR_EVERY", DEFAULT_KEEPER.anchorEvery, 31_536_000),
    redeemMargin: number("REDEEM_MARGIN", DEFAULT_KEEPER.redeemMargin, 31_536_000),
    redeemAfter: number("REDEEM_AFTER", DEFAULT_KEEPER.redeemAfter, 31_536_000),
    redeemWorth: text("REDEEM_WORTH", DEFAULT_KEEPER.redeemWorth),
    gasEach: BigInt(number("GAS_EACH", Number(DEFAULT_KEEPER.gasEach), 10_000_000, 100_000)),
    maxFeePerGas: parseGwei(text("MAX_GWEI", DEFAULT_GWEI)),
    maxPriorityFeePerGas: parseGwei(text("TIP_GWEI", DEFAULT_TIP_GWEI)),
    maxFeePerDay: parseEther(text("ETHER_PER_DAY", DEFAULT_ETHER_PER_DAY)),
    resendAfter: number("RESEND_AFTER", DEFAULT_KEEPER.resendAfter, 86_400, 1),
    waitFor: number("WAIT_FOR", DEFAULT_KEEPER.waitFor, 86_400, 1),
  };
}
