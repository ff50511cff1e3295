// A live stream from its first second to its last (bought, settled, paused, reopened, ended by notice, swept), and what random
// histories do with live streams.
import { licenseMarketAbi } from "@colophon-protocol/contracts";
import { type buildOffer, openOfferSync } from "@colophon-protocol/sdk";
import { rpc } from "@colophon-protocol/tools/testing";
import { type Address, encodeAbiParameters, type Hex, keccak256, parseEventLogs, stringToBytes, zeroHash } from "viem";
import { actor, publish, type World } from "./history.js";
import { type Bought, type Priced, WHO } from "./market.js";
import type { Chain, Move } from "./moves.js";
import {
  addressOf,
  at,
  attempt,
  disputeManager,
  dropFlow,
  fund,
  impersonate,
  look,
  RAIL,
  type Stack,
  send,
} from "./rails.js";

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
  const terms = { period: 30 * DAY, notice: DAY, ...none, defaultRefund: false, contestBond: 0n, leastAssurance: 0 };
  const railTerms = await look<[Hex, Hex]>(world, "StreamOffers", "packTerms", [terms]);
  const offer = { ...plain, salt: plain.salt + 1n, rail: RAIL.live, railTerms };
  await openOfferSync(actor(world, WHO.owner).client, { offer, deployment: world.deployment });
  await fund(world, WHO.buyer, 10n ** 10n);
  const buyer = actor(world, WHO.buyer).address;
  const { logs } = await send(world, WHO.buyer, "LicenseMarket", "buy", [offer, buyer, zeroHash, liveBuffer]);
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

const bufferOf = (buffer: bigint, wrap: bigint): Hex =>
  encodeAbiParameters([{ type: "uint256" }, { type: "uint256" }], [buffer, wrap]);

/** What a purchase brings: a buffer of some hours, and something wrapped for the flows. */
export const liveBuffer = bufferOf(9_000_000n, 1_000_000n);

/** Puts the provider's stake behind live offers, which do not sell without. */
export async function coverOffers(chain: Chain, offers: readonly Priced[]): Promise<void> {
  const { provider } = WHO;
  const token = at(chain, "TestUSDC");
  const { address } = actor(chain, provider);
  const stake = 100_000_000_000n;
  await fund(chain, provider, stake);
  const endpoints = "https://provider.example";
  const hashes = { endpointsHash: keccak256(stringToBytes(endpoints)), termsHash: keccak256(stringToBytes("terms")) };
  await send(chain, provider, "ProviderBond", "register", [{ payout: address, endpoints, ...hashes }]);
  await send(chain, provider, "ProviderBond", "deposit", [address, token, stake]);
  for (const { offer } of offers.filter(({ rail }) => rail === "live"))
    await send(chain, provider, "ProviderBond", "allocate", [offer, stake / 4n, 0n]);
}

interface LiveState {
  contributors: Address;
  rest: Address;
  ended: boolean;
}
const liveOf = (chain: Chain, { licenseId }: Bought) => look<LiveState>(chain, "LiveStreamRail", "liveOf", [licenseId]);

const by =
  (who: (license: Bought) => number, name: string): Move =>
  (chain, license) =>
    attempt(chain, who(license), "LiveStreamRail", name, [license.licenseId, license.offer]);
const settle = by(() => WHO.keeper, "settle");

/** What may be tried with a live stream at any time. */
export const liveMoves: Move[] = [
  settle,
  settle,
  by(({ payer }) => payer, "pause"),
  (chain, { licenseId, offer, payer }, roll) =>
    attempt(chain, payer, "LiveStreamRail", "reopen", [licenseId, offer, BigInt(5_000_000 + roll.below(5_000_000))]),
  // The payer stops one of its flows past the rail; sometimes nobody looks until the buffer is used up.
  async (chain, license, roll) => {
    const { contributors, rest } = await liveOf(chain, license);
    if (await dropFlow(chain, license.payer, roll.pick([rest, contributors]))) await pass(chain, roll.below(30_000));
  },
  (chain) => attempt(chain, WHO.keeper, "LiveStreamRail", "collect", [chain.deployment.external.testUSDCx]),
  (chain, { licenseId }) => attempt(chain, WHO.keeper, "LiveStreamRail", "sweep", [licenseId]),
  (chain, license, roll) =>
    roll.below(4) === 0 ? by(({ payer }) => payer, "close")(chain, license, roll) : Promise.resolve(),
  async (chain, { licenseId, offer }, roll) =>
    roll.below(4) === 0 &&
    impersonate(chain, await disputeManager(chain), "LiveStreamRail", "refund", [licenseId, offer, 0n]),
];

/** Pauses every live stream that has not ended, which books what it passed on. */
export async function stopLives(chain: Chain, licenses: readonly Bought[]): Promise<void> {
  for (const license of licenses.filter(({ rail }) => rail === "live")) {
    if ((await liveOf(chain, license)).ended) continue;
    await send(chain, license.payer, "LiveStreamRail", "pause", [license.licenseId, license.offer]);
  }
}
