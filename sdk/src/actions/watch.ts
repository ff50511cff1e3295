/** Following events so that a reorganization of the chain takes back what it undid. */
import {
  escrowRailAbi,
  licenseTokenAbi,
  liveStreamRailAbi,
  meterRailAbi,
  revenueShareRailAbi,
  streamRailAbi,
} from "@colophon-protocol/contracts";
import { type Abi, type Address, type Hex, isAddressEqual, type Log, numberToHex, parseEventLogs } from "viem";
import { type DeploymentOptions, resolveAddress } from "../core/deployment.js";
import { type FollowOptions, followLogs } from "../core/follow.js";
import type { RailName } from "../core/rail-terms.js";
import type { ColophonClient } from "../core/types.js";
import type { LicenseId } from "./license.js";
import { RAIL_CONTRACTS } from "./payments.js";

/** A decoded event with its place in the chain. */
export interface WatchedEvent {
  /** As in `deployments/<chainId>.json`. */
  contract: string;
  eventName: string;
  args: Readonly<Record<string, unknown>>;
  blockNumber: bigint;
  blockHash: Hex;
  transactionHash: Hex;
  logIndex: number;
}

/** How events are told. */
export interface WatchOptions extends FollowOptions, DeploymentOptions {
  /** Events that are on the chain now, in its order; never empty. */
  onAdded: (events: WatchedEvent[]) => void;
  /** Events that `onAdded` told of and a reorganization undid, latest first; never empty. */
  onRemoved: (events: WatchedEvent[]) => void;
}

const WATCHED = {
  LicenseToken: licenseTokenAbi,
  EscrowRail: escrowRailAbi,
  StreamRail: streamRailAbi,
  MeterRail: meterRailAbi,
  RevenueShareRail: revenueShareRailAbi,
  LiveStreamRail: liveStreamRailAbi,
} as const satisfies Record<string, unknown>;
type WatchedContract = keyof typeof WATCHED;

/**
 * Follows one license: what happens to it, to access under it, and to the money that pays for it, on whichever rail.
 * @returns stops following
 */
export function watchLicense(client: ColophonClient, options: LicenseId & WatchOptions): () => void {
  const { licenseId } = options;
  // All events about one license name it first; what others name first may be the same number.
  const topics = [null, numberToHex(licenseId, { size: 32 })];
  const about = ({ args }: WatchedEvent) => args.licenseId === licenseId;
  return watch(client, Object.keys(WATCHED) as WatchedContract[], topics, {
    ...options,
    onAdded: (events) => tell(options.onAdded, events.filter(about)),
    onRemoved: (events) => tell(options.onRemoved, events.filter(about)),
  });
}

/**
 * Follows everything that happens on one payment rail: what a keeper or a provider's books need.
 * @returns stops following
 */
export function watchRail(client: ColophonClient, options: { rail: RailName } & WatchOptions): () => void {
  return watch(client, [RAIL_CONTRACTS[options.rail]], [], options);
}

function watch(
  client: ColophonClient,
  names: readonly WatchedContract[],
  topics: readonly (Hex | null)[],
  { onAdded, onRemoved, ...options }: WatchOptions,
): () => void {
  const { deployment } = options;
  const contracts = names.map((name) => ({ name, address: resolveAddress(client, name, { deployment }) }));
  const decode = (logs: readonly Log[]) => logs.flatMap((log) => decoded(contracts, log));
  return followLogs(client, {
    ...options,
    address: contracts.map(({ address }) => address),
    topics,
    onAdded: (logs) => tell(onAdded, decode(logs)),
    onRemoved: (logs) => tell(onRemoved, decode(logs)),
  });
}

/** Logs that this SDK's ABIs do not know are left out: a newer contract may emit more. */
function decoded(contracts: readonly { name: WatchedContract; address: Address }[], log: Log): WatchedEvent[] {
  const contract = contracts.find(({ address }) => isAddressEqual(address, log.address))?.name;
  if (!contract) return [];
  return parseEventLogs({ abi: WATCHED[contract] as Abi, logs: [log] }).map(({ eventName, args }) => ({
    contract,
    eventName: eventName as string,
    args: args as unknown as Record<string, unknown>,
    blockNumber: log.blockNumber as bigint,
    blockHash: log.blockHash as Hex,
    transactionHash: log.transactionHash as Hex,
    logIndex: log.logIndex as number,
  }));
}

function tell(listener: (events: WatchedEvent[]) => void, events: WatchedEvent[]): void {
  if (events.length > 0) listener(events);
}
