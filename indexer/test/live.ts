// A live stream from its first second to its last: bought, settled, paused, reopened, ended by notice, swept.
import { licenseMarketAbi } from "@colophon-protocol/contracts";
import { type buildOffer, openOfferSync } from "@colophon-protocol/sdk";
import { rpc } from "@colophon-protocol/tools/testing";
import { encodeAbiParameters, type Hex, parseEventLogs, zeroHash } from "viem";
import { actor, publish, type World } from "./history.js";
import { WHO } from "./market.js";
import { addressOf, fund, LIVE_RAIL, look, type Stack, send } from "./rails.js";

const DAY = 86_400;
/** Returns 1 whatever it is asked. */
const YES: Hex = "0x60015f5260205ff3";

/** A license sold over the live rail. */
interface Live {
  licenseId: bigint;
  offer: ReturnType<typeof buildOffer>;
}

/** Lets time pass on the chain. */
export async function pass(world: World, seconds: number): Promise<void> {
  await rpc(world.url, "evm_increaseTime", [seconds]);
  await rpc(world.url, "evm_mine");
}

/** Sells a license over the live rail. The bond answers that it covers the offer. @returns the license */
export async function buyLive(world: World & { deployment: Stack }, manifestHash: Hex): Promise<Live> {
  const bond = await addressOf(world, "ProviderBond");
  const code = await actor(world, WHO.keeper).client.getCode({ address: bond });
  await rpc(world.url, "anvil_setCode", [bond, YES]);
  const { offer: plain } = await publish(world, manifestHash, 720_000_019n);
  const none = { epoch: 0, grace: 0, holdbackBps: 0, window: 0, openFor: 0, defaultAfter: 0, proof: 0 };
  const terms = { period: 30 * DAY, notice: DAY, ...none, defaultRefund: false, contestBond: 0n };
  const railTerms = await look<[Hex, Hex]>(world, "StreamOffers", "packTerms", [terms]);
  const offer = { ...plain, salt: plain.salt + 1n, rail: LIVE_RAIL, railTerms };
  await openOfferSync(actor(world, WHO.owner).client, { offer, deployment: world.deployment });
  await fund(world, WHO.buyer, 10n ** 10n);
  const railData = encodeAbiParameters([{ type: "uint256" }, { type: "uint256" }], [9_000_000n, 1_000_000n]);
  const buyer = actor(world, WHO.buyer).address;
  const { logs } = await send(world, WHO.buyer, "LicenseMarket", "buy", [offer, buyer, zeroHash, railData]);
  const [sold] = parseEventLogs({ abi: licenseMarketAbi, logs, eventName: "LicenseSold" });
  if (!sold) throw new Error("The purchase sold no license.");
  await rpc(world.url, "anvil_setCode", [bond, code ?? "0x"]);
  return { licenseId: sold.args.licenseId, offer };
}

/** What follows in a live stream's life. */
export async function liveOn(world: World, { licenseId, offer }: Live): Promise<void> {
  const call = (who: number, name: string, args: readonly unknown[]) => send(world, who, "LiveStreamRail", name, args);
  await pass(world, 3_607);
  await call(WHO.keeper, "settle", [licenseId, offer]);
  await pass(world, 1_801);
  await call(WHO.buyer, "pause", [licenseId, offer]);
  await pass(world, DAY);
  await call(WHO.buyer, "reopen", [licenseId, offer, 1_000_003n]);
  await pass(world, 601);
  await call(WHO.keeper, "settle", [licenseId, offer]);
  await call(WHO.buyer, "close", [licenseId, offer]);
  await pass(world, DAY);
  await call(WHO.keeper, "close", [licenseId, offer]);
  await call(WHO.keeper, "sweep", [licenseId]);
}
