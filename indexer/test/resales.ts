// Licenses under a first refusal that are sold on, and a list of contributors that pays out.
import { contributorListAbi, contributorListsAbi } from "@colophon-protocol/contracts";
import { openOfferSync, registerTermsSync } from "@colophon-protocol/sdk";
import { type TermsStruct, termsId, termsStruct, termsTemplates } from "@colophon-protocol/sdk/formats";
import { rpc } from "@colophon-protocol/tools/testing";
import { type Address, encodeAbiParameters, type Hex, keccak256, parseEventLogs } from "viem";
import { actor, buyLicense, publish, type World } from "./history.js";
import { WHO } from "./market.js";
import { at, look, send } from "./rails.js";

const PRICE = 40_000_003n;

/** What a resale was announced at, and to whom. */
const announce = (world: World, licenseId: bigint, price: bigint, buyer: number = WHO.friend) =>
  send(world, WHO.buyer, "LicenseToken", "announceResale", [licenseId, actor(world, buyer).address, price]);

/**
 * Sells licenses with a first refusal and sells them on.
 * @returns one license whose resale was announced twice and then cancelled, one that the owner took, one that moved to the buyer
 */
export async function resell(world: World, manifestHash: Hex) {
  const { deployment } = world;
  const { client } = actor(world, WHO.owner);
  const { offer: plain } = await publish(world, manifestHash, PRICE);
  const template = termsTemplates["train-only"];
  const flags = [...new Set([...template.flags, "transferable" as const, "first-refusal" as const])];
  const terms: TermsStruct = termsStruct({ ...template, flags });
  await registerTermsSync(client, { terms, deployment });
  const offer = { ...plain, salt: plain.salt + 1n, termsId: termsId(terms) };
  await openOfferSync(client, { offer, deployment });
  const cancelled = await buyLicense(world, { offer });
  const taken = await buyLicense(world, { offer });
  const done = await buyLicense(world, { offer });

  await announce(world, cancelled, 1n);
  await announce(world, cancelled, 2n, WHO.sponsor);
  await send(world, WHO.buyer, "LicenseToken", "cancelResale", [cancelled]);

  await announce(world, taken, PRICE);
  const { address } = actor(world, WHO.owner);
  await send(world, WHO.owner, "TestUSDC", "mint", [address, PRICE]);
  await send(world, WHO.owner, "TestUSDC", "approve", [at(world, "LicenseMarket"), PRICE]);
  await send(world, WHO.owner, "LicenseMarket", "takeResale", [taken, offer, PRICE]);

  await announce(world, done, 3n);
  const [seller, buyer] = [actor(world, WHO.buyer).address, actor(world, WHO.friend).address];
  await rpc(world.url, "evm_increaseTime", [
    Number(await look<number>(world, "LicenseToken", "REFUSAL_WINDOW", [])) + 1,
  ]);
  await rpc(world.url, "evm_mine");
  await send(world, WHO.buyer, "LicenseToken", "transferFrom", [seller, buyer, done]);
  return { cancelled, taken, done, datasetId: offer.datasetId };
}

const leafOf = ({ account, units }: { account: Address; units: bigint }): Hex =>
  keccak256(keccak256(encodeAbiParameters([{ type: "address" }, { type: "uint256" }], [account, units])));

/** Lists two contributors, pays the list 100 base units and claims the first one's part. */
export async function listAndClaim(world: World, datasetId: bigint) {
  const accounts = [actor(world, WHO.contributor).address, actor(world, WHO.friend).address];
  accounts.sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
  const [first, second] = accounts.map((account, i) => ({ account, units: i === 0 ? 3n : 1n }));
  if (!first || !second) throw new Error("A list of two has two contributors.");
  const { logs } = await send(world, WHO.owner, "ContributorLists", "create", [datasetId, [first, second]]);
  const [made] = parseEventLogs({ abi: contributorListsAbi, logs, eventName: "ListCreated" });
  if (!made) throw new Error("No list was made.");
  const { list, root } = made.args;
  await send(world, WHO.keeper, "TestUSDC", "mint", [list, 100n]);
  const { client } = actor(world, WHO.keeper);
  const hash = await client.writeContract({
    address: list,
    abi: contributorListAbi,
    functionName: "claim",
    args: [at(world, "TestUSDC"), first.account, first.units, [leafOf(second)], first.account],
  });
  await client.waitForTransactionReceipt({ hash });
  return { list, root, first, second };
}
