/** Who leaves a recall unanswered beyond its deadline is delivered nothing more of that dataset, until it answers. */
import { acknowledgeRecallSync, openRecallSync, recallStanding, setRevokedRootSync } from "@colophon-protocol/sdk";
import { memorySink } from "@colophon-protocol/sdk/delivery";
import type { Hex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { versionOf } from "./support/gateway.js";
import { DAY, type PaidWorld, startPaidWorld, USDC } from "./support/paid.js";

const hash = (byte: string) => `0x${byte.repeat(32)}` as Hex;

let world: PaidWorld;
let licenseId: bigint;
let recallId: bigint;
const at = () => ({ deployment: world.deployment });
const deliver = () =>
  world.gateway
    .client({ licenseId })
    .fetchVersion({ ...versionOf(world.dataset, world.datasetId), sink: memorySink() });

beforeAll(async () => {
  world = await startPaidWorld();
  await world.mint(world.buyer.account.address, 1000n * USDC);
  licenseId = await world.purchase(await world.offer({}));
}, 240_000);
afterAll(() => world?.stop());

describe("a recall", () => {
  it("lets deliveries go on while licensees may still answer", async () => {
    const version = { ...at(), datasetId: world.datasetId, version: 1 };
    await setRevokedRootSync(world.owner, { ...version, revokedRoot: hash("aa") });
    const input = { ...version, reason: "OptOut", leavesHash: hash("bb"), revokedRoot: hash("aa") } as const;
    ({ recallId } = await openRecallSync(world.owner, input));
    await deliver();
  });

  it("ends them for a license that was silent beyond the deadline, and says how to go on", async () => {
    await world.pass(90 * DAY);
    expect(await recallStanding(world.buyer, { ...at(), recallId, licenseId })).toBe("Breach");
    await expect(deliver()).rejects.toMatchObject({ status: 403, message: expect.stringContaining("acknowledge") });
  });

  it("is over for who answers, late as it is", async () => {
    await acknowledgeRecallSync(world.buyer, { ...at(), recallId, licenseId, action: "Delete" });
    // The gateway asks for the head twice a second.
    await new Promise((resolve) => setTimeout(resolve, 600));
    await deliver();
  });
});
