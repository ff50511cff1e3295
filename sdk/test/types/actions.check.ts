// Compiled by types.test.ts, never run: the compiler is what checks these.
import type { Hex, Log } from "viem";
import { createPublicClient, createWalletClient, http } from "viem";
import { base, foundry, optimism } from "viem/chains";
import { expectTypeOf } from "vitest";
import {
  type AccessReason,
  accessOf,
  buy,
  buySync,
  type ColophonActions,
  type ColophonClient,
  type Offer,
  openOffer,
  publishDatasetSync,
  versionOf,
} from "../../src/index.js";

const offer = {} as Offer;
const client = createPublicClient({ chain: foundry, transport: http() });

// It takes clients of any chain, with or without an account. Plain assignments: comparing whole client types is slow.
export const clients: ColophonClient[] = [
  client,
  createPublicClient({ chain: optimism, transport: http() }),
  createWalletClient({ chain: base, transport: http() }),
];

// It names what an action needs and gives.
expectTypeOf(accessOf).returns.resolves.toEqualTypeOf<AccessReason>();
expectTypeOf(buy).returns.resolves.toEqualTypeOf<Hex>();
expectTypeOf(buy).parameter(1).toHaveProperty("offer").toEqualTypeOf<Offer>();
expectTypeOf<Offer["price"]>().toEqualTypeOf<bigint>();
expectTypeOf<Offer["closesAt"]>().toEqualTypeOf<number>();
expectTypeOf(versionOf)
  .returns.resolves.toHaveProperty("status")
  .toEqualTypeOf<"None" | "Trainable" | "Quarantined" | "Suspended" | "Retired">();

// It gives the decoded event beside the receipt.
expectTypeOf(buySync).returns.resolves.toHaveProperty("licenseId").toEqualTypeOf<bigint>();
expectTypeOf(publishDatasetSync).returns.resolves.toHaveProperty("receipt");
expectTypeOf(openOffer.extractEvent).parameter(0).toEqualTypeOf<readonly Log[]>();
expectTypeOf(openOffer.simulate).returns.resolves.toEqualTypeOf<Hex>();
expectTypeOf(buy.estimateGas).returns.resolves.toEqualTypeOf<bigint>();

// It refuses what the contract would not understand.
// @ts-expect-error a license id is a bigint
void (() => accessOf(client, { licenseId: 1, user: "0x", version: 1, uses: ["train"] }));
// @ts-expect-error no such use
void (() => accessOf(client, { licenseId: 1n, user: "0x", version: 1, uses: ["steal"] }));
// @ts-expect-error the licensee is missing
void (() => buy(client, { offer }));

// It binds all actions to a client.
declare const bound: ColophonActions;
expectTypeOf(bound.license.accessOf).returns.resolves.toEqualTypeOf<AccessReason>();
expectTypeOf(bound.dataset.datasetCount).toBeCallableWith();
expectTypeOf<Awaited<ReturnType<typeof bound.market.prepareBuy>>["due"]>().toEqualTypeOf<bigint>();
