/** What only events hold, read from the chain itself: for when no indexer is at hand. */
import {
  contributorListsAbi,
  datasetRegistryAbi,
  disputeManagerAbi,
  licenseMarketAbi,
  licenseTokenAbi,
  providerBondAbi,
} from "@colophon-protocol/contracts";
import type { Address, Hex } from "viem";
import { getContractEvents } from "viem/actions";
import type { Contributor } from "../core/contributors.js";
import { type DeploymentOptions, getDeployment, resolveAddress } from "../core/deployment.js";
import type { ShownChunk } from "../core/dispute-values.js";
import type { Offer } from "../core/offer.js";
import type { ColophonClient } from "../core/types.js";
import { ColophonError } from "../errors/colophon-error.js";
import { decodeError } from "../errors/decode.js";
import type { ProviderProfile } from "./bond.js";
import type { EncodingId } from "./dataset.js";
import type { DisputeId } from "./disputes.js";

/** Where to start reading; the block of the deployment unless told. */
export interface HistoryOptions extends DeploymentOptions {
  fromBlock?: bigint | undefined;
}

/**
 * The whole offer with an id, from the event that opened it. Asks for one indexed topic, so a node answers it quickly.
 * @throws ColophonError `input` when no offer with this id was opened
 */
export async function findOffer(
  client: ColophonClient,
  { offerId, ...options }: { offerId: Hex } & HistoryOptions,
): Promise<Offer> {
  const address = resolveAddress(client, "LicenseMarket", options);
  const fromBlock = startOf(client, "LicenseMarket", options);
  try {
    const [opened] = await getContractEvents(client, {
      address,
      abi: licenseMarketAbi,
      eventName: "OfferOpened",
      args: { offerId },
      fromBlock,
      strict: true,
    });
    if (opened) return opened.args.offer as Offer;
  } catch (error) {
    throw decodeError(error);
  }
  throw new ColophonError(`No offer ${offerId} was opened on this chain.`, {
    code: "input",
    hint: "Check the id and the chain; an id follows from the whole content of the offer.",
  });
}

/** A list of contributors, whole. */
export interface ContributorListEntry {
  list: Address;
  datasetId: bigint;
  contributors: readonly Contributor[];
}

/**
 * A list of contributors from the event that made it: what proofs are made of.
 * @throws ColophonError `input` when no list of this deployment has the address
 */
export async function findContributorList(
  client: ColophonClient,
  { list, ...options }: { list: Address } & HistoryOptions,
): Promise<ContributorListEntry> {
  const address = resolveAddress(client, "ContributorLists", options);
  const fromBlock = startOf(client, "ContributorLists", options);
  try {
    const [made] = await getContractEvents(client, {
      address,
      abi: contributorListsAbi,
      eventName: "ListCreated",
      args: { list },
      fromBlock,
      strict: true,
    });
    if (made) return { list, datasetId: made.args.datasetId, contributors: made.args.contributors };
  } catch (error) {
    throw decodeError(error);
  }
  throw new ColophonError(`No list of contributors ${list} was made on this chain.`, {
    code: "input",
    hint: "Check the address and the chain; splits name lists as members.",
  });
}

/** What a provider said of itself last; undefined when it never registered. The contract itself keeps its payout address alone. */
export async function findProviderProfile(
  client: ColophonClient,
  { provider, ...options }: { provider: Address } & HistoryOptions,
): Promise<ProviderProfile | undefined> {
  const address = resolveAddress(client, "ProviderBond", options);
  const fromBlock = startOf(client, "ProviderBond", options);
  try {
    const registered = await getContractEvents(client, {
      address,
      abi: providerBondAbi,
      eventName: "ProviderRegistered",
      args: { provider },
      fromBlock,
      strict: true,
    });
    const last = registered.at(-1)?.args;
    if (!last) return undefined;
    const { provider: _, ...profile } = last;
    return profile;
  } catch (error) {
    throw decodeError(error);
  }
}

/** Ids of the licenses that were minted to an account, oldest first. It may have passed some on since. */
export async function licensesMintedTo(
  client: ColophonClient,
  { licensee, ...options }: { licensee: Address } & HistoryOptions,
): Promise<bigint[]> {
  const address = resolveAddress(client, "LicenseToken", options);
  const fromBlock = startOf(client, "LicenseToken", options);
  try {
    const minted = await getContractEvents(client, {
      address,
      abi: licenseTokenAbi,
      eventName: "LicenseMinted",
      args: { licensee },
      fromBlock,
      strict: true,
    });
    return minted.map(({ args }) => args.licenseId);
  } catch (error) {
    throw decodeError(error);
  }
}

/** Ids of the licenses that an account was ever given, bought or handed over, oldest first. It may have passed some on since. */
export async function licensesReceivedBy(
  client: ColophonClient,
  { account, ...options }: { account: Address } & HistoryOptions,
): Promise<bigint[]> {
  const address = resolveAddress(client, "LicenseToken", options);
  const fromBlock = startOf(client, "LicenseToken", options);
  try {
    const moved = await getContractEvents(client, {
      address,
      abi: licenseTokenAbi,
      eventName: "Transfer",
      args: { to: account },
      fromBlock,
      strict: true,
    });
    return [...new Set(moved.map(({ args }) => args.tokenId))];
  } catch (error) {
    throw decodeError(error);
  }
}

/**
 * The hash of an encoding's envelope, from the event that added the encoding: contracts do not keep it.
 * @throws ColophonError `input` when there is no such encoding
 */
export async function findEnvelopeHash(
  client: ColophonClient,
  { datasetId, version, encoding, ...options }: EncodingId & HistoryOptions,
): Promise<Hex> {
  const address = resolveAddress(client, "DatasetRegistry", options);
  const fromBlock = startOf(client, "DatasetRegistry", options);
  try {
    const [added] = await getContractEvents(client, {
      address,
      abi: datasetRegistryAbi,
      eventName: "EncodingAdded",
      args: { datasetId, version, encoding },
      fromBlock,
      strict: true,
    });
    if (added) return added.args.envelopeHash;
  } catch (error) {
    throw decodeError(error);
  }
  throw new ColophonError(`Version ${version} of dataset ${datasetId} has no encoding ${encoding}.`, {
    code: "input",
    hint: "Check the numbers and the chain; encodings count from 1.",
  });
}

/** One chunk's key, as somebody showed it in a dispute. `judgeShownChunk` says what it opens. */
export interface ShownInDispute {
  by: Address;
  encoding: number;
  evidence: ShownChunk;
}

/** The keys of chunks that were shown in a dispute, oldest first. */
export async function chunkKeysShownIn(
  client: ColophonClient,
  { disputeId, ...options }: DisputeId & HistoryOptions,
): Promise<ShownInDispute[]> {
  const address = resolveAddress(client, "DisputeManager", options);
  const fromBlock = startOf(client, "DisputeManager", options);
  try {
    const shown = await getContractEvents(client, {
      address,
      abi: disputeManagerAbi,
      eventName: "ChunkKeyShown",
      args: { disputeId },
      fromBlock,
      strict: true,
    });
    return shown.map(({ args: { by, encoding, evidence } }) => ({ by, encoding, evidence }));
  } catch (error) {
    throw decodeError(error);
  }
}

/** Block at which reading a contract's events starts. */
export function startOf(client: ColophonClient, contract: string, options: HistoryOptions): bigint {
  if (options.fromBlock !== undefined) return options.fromBlock;
  if (options.address) return 0n;
  const deployment = options.deployment ?? getDeployment(client.chain?.id ?? 0);
  return BigInt(deployment.contracts[contract]?.block ?? 0);
}
