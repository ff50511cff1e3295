/**
 * The licensee's side of a metered delivery: follows what the provider counts, checks it against what was received, and signs a
 * voucher when one is asked for. Nothing is signed for more than was received, or at another price than the offer's.
 */
import { isAddressEqual } from "viem";
import { meterAmountFor, unpackMeterTerms } from "../core/meter-terms.js";
import type { Offer } from "../core/offer.js";
import { type LastVoucher, nextVoucher } from "../core/voucher.js";
import { CIPHER_CHUNK_SIZE, type Hex, type Message } from "../formats/index.js";
import { DeliveryError } from "./errors.js";
import { meterEventHash, meterEventSigner, parseMeterEvent, type SignedMeterEvent } from "./meter-event.js";
import type { GatewaySession } from "./session.js";

/** What a gateway says of a license's meter. Amounts in base units of the offer's token. */
export interface MeterAnswer {
  used: { units: bigint; reserved: bigint; sequence: bigint };
  vouchered: LastVoucher;
  billed: LastVoucher;
  unvouchered: { amount: bigint; limit: bigint };
  /** Base units that are paid in and not asked back; undefined for a post-paid meter. */
  covered: bigint | undefined;
  lastEvent: SignedMeterEvent | undefined;
}

export interface MeteringOptions {
  chainId: number;
  licenseToken: Hex;
  licenseId: bigint;
  /** The offer that the license was bought from. */
  offer: Offer;
  /** The session of the delivery; asked when needed, since it is made with this helper's `fetch`. */
  session: () => GatewaySession;
  /** Signs a voucher as the license's holder: `signUsageVoucher(client, { message })`. */
  sign: (message: Message<"UsageVoucher">) => Promise<Hex>;
  /** Units received of what this helper cannot see: for meters other than by chunk or byte. From the helper's start. */
  received?: (() => bigint) | undefined;
  /** Most base units that vouchers may say in all; no limit unless told. */
  budget?: bigint | undefined;
  /** Told of each voucher that was handed in. */
  onVoucher?: ((voucher: Message<"UsageVoucher">) => void) | undefined;
  /** Replaces the platform's `fetch`. */
  fetch?: typeof fetch | undefined;
}

/** A running check of one license's meter. */
export interface Metering {
  /** For `createDeliveryClient`: hands in vouchers when the gateway asks, so that a delivery goes on by itself. */
  fetch: typeof fetch;
  /** What the gateway says now. */
  meter(): Promise<MeterAnswer>;
  /**
   * Checks everything counted since the last voucher, signs for it and hands the voucher in.
   * @returns the voucher; undefined when the last one covers everything
   * @throws DeliveryError `refused` when the provider counted more than was received, or its signatures do not hold
   */
  pay(): Promise<Message<"UsageVoucher"> | undefined>;
}

const WANTED = "colophon-voucher-wanted";
const PAGE = 1000;

/** Follows a meter. Nothing is sent before it is used. */
export function createMetering(options: MeteringOptions): Metering {
  const seen = new ChunksSeen(options.offer);
  const platformFetch: typeof fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  let start: Promise<bigint> | undefined;
  let paying: Promise<Message<"UsageVoucher"> | undefined> | undefined;

  /** Units counted before this helper began: of those it knows nothing, and the vouchers before cover them or the holder decided. */
  const baseline = () => {
    start ??= readMeter(options).then(({ used }) => used.units);
    return start;
  };
  const pay = () => {
    paying ??= payOnce(options, seen, baseline).finally(() => {
      paying = undefined;
    });
    return paying;
  };
  return {
    meter: () => readMeter(options),
    pay,
    fetch: async (input, init) => {
      const chunks = chunksOf(input, options.offer);
      if (!chunks) return platformFetch(input, init);
      await baseline();
      // Asked for is received or may be: the gateway counts a chunk when its first byte goes out.
      seen.add(chunks);
      const response = await platformFetch(input, init);
      // Only asked for: what speaks against paying is said when the gateway refuses.
      if (response.headers.get(WANTED)) await pay().catch(() => undefined);
      return response.status === 402 ? payAndAnswer(response, pay) : response;
    },
  };
}

/** Hands in the voucher that an answer asks for. The delivery then asks again by itself: its proof was good for one request. */
async function payAndAnswer(response: Response, pay: Metering["pay"]): Promise<Response> {
  const problem = (await response
    .clone()
    .json()
    .catch(() => ({}))) as { code?: string };
  if (problem.code !== "voucher_needed") return response;
  const answer = (status: number, code: string, detail: string) => {
    const headers = { "content-type": "application/problem+json" };
    return new Response(JSON.stringify({ code, detail }), { status, headers });
  };
  try {
    await pay();
    return answer(503, "busy", "A voucher was handed in: ask again.");
  } catch (error) {
    if (error instanceof DeliveryError && error.code !== "refused") throw error;
    return answer(402, "voucher_needed", (error as Error).message);
  }
}

async function payOnce(
  options: MeteringOptions,
  seen: ChunksSeen,
  baseline: () => Promise<bigint>,
): Promise<Message<"UsageVoucher"> | undefined> {
  const { licenseId, offer, session, sign, received, budget, onVoucher } = options;
  const before = await baseline();
  const { used, vouchered } = await readMeter(options);
  if (used.units <= vouchered.units) return undefined;
  const counted = await verifiedEvents(options, before, used.sequence);
  const most = received ? before + received() : before + seen.most(counted);
  if (used.units > most) {
    throw refused(
      `The provider counted ${used.units} units of license ${licenseId}, at most ${most} were received. Nothing was signed.`,
    );
  }
  const voucher = nextVoucher({ licenseId, offer, last: vouchered, used: used.units - vouchered.units });
  if (voucher.amount > meterAmountFor(offer, voucher.units)) {
    throw refused(`A voucher over ${voucher.units} units would cost ${voucher.amount}, more than the offer's price.`);
  }
  if (budget !== undefined && voucher.amount > budget) {
    throw refused(
      `License ${licenseId} has used ${voucher.amount} base units, the budget is ${budget}. Nothing was signed.`,
    );
  }
  const signature = await sign(voucher);
  const big = (_: string, value: unknown) => (typeof value === "bigint" ? value.toString() : value);
  await session().publicRequest(`/v1/licenses/${licenseId}/vouchers`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ voucher, signature }, big),
  });
  onVoucher?.(voucher);
  return voucher;
}

async function readMeter({ session, licenseId }: MeteringOptions): Promise<MeterAnswer> {
  const answer = (await (await session().request(`/v1/licenses/${licenseId}/meter`)).json()) as Record<string, never>;
  const { used, vouchered, billed, unvouchered, chain, lastEvent } = answer as never as Record<
    string,
    Record<string, string | null>
  >;
  const big = (of: Record<string, string | null> | undefined, name: string) => BigInt(of?.[name] ?? 0);
  const voucher = (of: Record<string, string | null> | undefined): LastVoucher => ({
    units: big(of, "units"),
    amount: big(of, "amount"),
    sequence: big(of, "sequence"),
  });
  const covered = chain?.covered;
  return {
    used: { units: big(used, "units"), reserved: big(used, "reserved"), sequence: big(used, "sequence") },
    vouchered: voucher(vouchered),
    billed: voucher(billed),
    unvouchered: { amount: big(unvouchered, "amount"), limit: big(unvouchered, "limit") },
    covered: covered === null || covered === undefined ? undefined : BigInt(covered),
    lastEvent: lastEvent ? parseMeterEvent(lastEvent) : undefined,
  };
}

/** All events up to a sequence that came after the first `before` units, each signed by the provider and linked to the one before. */
async function verifiedEvents(
  { chainId, licenseToken, licenseId, offer, session }: MeteringOptions,
  before: bigint,
  until: bigint,
): Promise<SignedMeterEvent[]> {
  const domain = { chainId, licenseToken };
  const events: SignedMeterEvent[] = [];
  let last: SignedMeterEvent | undefined;
  while ((last?.sequence ?? 0n) < until) {
    const path = `/v1/licenses/${licenseId}/meter/events?after=${last?.sequence ?? 0n}&count=${PAGE}`;
    const page = ((await (await session().request(path)).json()) as { events: unknown[] }).events.map(parseMeterEvent);
    for (const event of page) {
      const follows =
        event.sequence === (last?.sequence ?? 0n) + 1n && event.total === (last?.total ?? 0n) + event.units;
      const linked = last === undefined || event.previous === meterEventHash(domain, last);
      if (!follows || !linked || event.licenseId !== licenseId) {
        throw refused(`Event ${event.sequence} of the provider's meter does not follow from the one before.`);
      }
      if (event.total > before) events.push(event);
      last = event;
    }
    if (page.length === 0) throw refused(`The provider counted ${until} events and shows ${last?.sequence ?? 0n}.`);
  }
  for (const event of events) {
    if (isAddressEqual(await meterEventSigner(domain, event), offer.provider)) continue;
    throw refused(`Event ${event.sequence} of the meter is not signed by the provider ${offer.provider}.`);
  }
  return events;
}

/**
 * What a chunk is counted under, so that nobody pays for one twice: once per encoding, of the license's own dataset or of a component of
 * the bundle that was sold.
 */
export function meteredChunkKey(
  offer: Pick<Offer, "datasetId">,
  { datasetId, version, encoding }: { datasetId: bigint; version: number; encoding: number },
  index: number,
): string {
  const of = datasetId === offer.datasetId ? "" : `${datasetId}/`;
  return `chunk/${of}${version}/${encoding}/${index}`;
}

/** Which chunks were asked for: what a provider may count. */
class ChunksSeen {
  private readonly keys = new Set<string>();
  private readonly byBytes: boolean;

  constructor(offer: Offer) {
    this.byBytes = unpackMeterTerms(offer.railTerms).kind === "Bytes";
  }

  add(keys: readonly string[]): void {
    for (const key of keys) this.keys.add(key);
  }

  /** Units that events may have counted: those of chunks that were asked for, none larger than a chunk can be. */
  most(events: readonly SignedMeterEvent[]): bigint {
    const largest = this.byBytes ? BigInt(CIPHER_CHUNK_SIZE) : 1n;
    const fair = events.filter(({ key, units }) => this.keys.has(key) && units <= largest);
    return fair.reduce((sum, { units }) => sum + units, 0n);
  }
}

/** Keys of the chunks that a request asks for; undefined for other requests. */
function chunksOf(input: RequestInfo | URL, offer: Offer): string[] | undefined {
  const url = new URL(input instanceof Request ? input.url : input);
  const match = /\/datasets\/(\d+)\/versions\/(\d+)\/encodings\/(\d+)\/chunks(?:\/(\d+))?$/.exec(url.pathname);
  if (!match) return undefined;
  const [, dataset, version, encoding, index] = match;
  const id = { datasetId: BigInt(dataset as string), version: Number(version), encoding: Number(encoding) };
  const first = Number(index ?? url.searchParams.get("first") ?? Number.NaN);
  const count = index === undefined ? Number(url.searchParams.get("count") ?? 1) : 1;
  if (!Number.isInteger(first) || !Number.isInteger(count)) return undefined;
  return Array.from({ length: count }, (_, i) => meteredChunkKey(offer, id, first + i));
}

function refused(message: string): DeliveryError {
  return new DeliveryError("refused", message);
}
