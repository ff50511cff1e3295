/** What a provider says it served under a metered license: a signed, numbered chain of events. */
import { type Address, hashTypedData, recoverTypedDataAddress } from "viem";
import { colophonDomain, type DomainParameters, type Hex } from "../formats/index.js";

/** One counted use. */
export interface MeterEvent {
  licenseId: bigint;
  /** From 1, without gaps. */
  sequence: bigint;
  /** Names what was used: it counts once per license. `chunk/<version>/<encoding>/<index>` for delivered chunks. */
  key: string;
  units: bigint;
  /** Units counted so far, these included. */
  total: bigint;
  /** Seconds of the chain's clock. */
  time: number;
  /** Hash of the event before; zero for the first. */
  previous: Hex;
}

/** An event with the provider's signature. */
export interface SignedMeterEvent extends MeterEvent {
  signature: Hex;
}

const TYPES = {
  MeterEvent: [
    { name: "licenseId", type: "uint256" },
    { name: "sequence", type: "uint64" },
    { name: "key", type: "string" },
    { name: "units", type: "uint64" },
    { name: "total", type: "uint64" },
    { name: "time", type: "uint40" },
    { name: "previous", type: "bytes32" },
  ],
} as const;

/** An event as EIP-712 typed data: between provider and licensee alone, no contract reads it. */
export function meterEventData(domain: DomainParameters, event: MeterEvent) {
  const { licenseId, sequence, key, units, total, time, previous } = event;
  const message = { licenseId, sequence, key, units, total, time, previous };
  return { domain: colophonDomain(domain), types: TYPES, primaryType: "MeterEvent" as const, message };
}

/** The hash that the next event names and the provider signs. */
export function meterEventHash(domain: DomainParameters, event: MeterEvent): Hex {
  return hashTypedData(meterEventData(domain, event));
}

/** Who signed an event. */
export function meterEventSigner(domain: DomainParameters, event: SignedMeterEvent): Promise<Address> {
  return recoverTypedDataAddress({ ...meterEventData(domain, event), signature: event.signature });
}

/** An event as gateways answer it: JSON with big integers as decimal text. */
export function meterEventJson({ licenseId, sequence, units, total, ...rest }: SignedMeterEvent) {
  return {
    licenseId: licenseId.toString(),
    sequence: sequence.toString(),
    units: units.toString(),
    total: total.toString(),
    ...rest,
  };
}

/** Reads `meterEventJson` back. */
export function parseMeterEvent(json: unknown): SignedMeterEvent {
  const { licenseId, sequence, units, total, ...rest } = json as ReturnType<typeof meterEventJson>;
  return {
    ...rest,
    licenseId: BigInt(licenseId),
    sequence: BigInt(sequence),
    units: BigInt(units),
    total: BigInt(total),
  };
}
