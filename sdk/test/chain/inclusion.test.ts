import { type Hex, parseAbi } from "viem";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Offer, revokedRootAt, setRevokedRoot, setRevokedRootSync, waitForSuccess } from "../../src/index.js";
import { publishAndOffer, startWorld, type World } from "./support.js";

let world: World;
let offer: Offer;
beforeAll(async () => {
  world = await startWorld();
  offer = await publishAndOffer(world);
});
afterAll(() => world?.chain.stop());

const word = (byte: string): Hex => `0x${byte.repeat(32)}`;
const now = async () => (await world.owner.getBlock()).timestamp;
const root = (revokedRoot: Hex) => ({
  deployment: world.deployment,
  datasetId: offer.datasetId,
  version: offer.version,
  revokedRoot,
});

describe("what changed between estimate and inclusion", () => {
  beforeEach(async () => {
    await setRevokedRootSync(world.owner, root(word("4e")));
  });

  it("is paid for: a new entry of a history that was estimated in the second of the last", async () => {
    const estimate = await setRevokedRoot.estimateGas(world.owner, root(word("4f")));
    await world.owner.setNextBlockTimestamp({ timestamp: (await now()) + 5n });
    const { receipt } = await setRevokedRootSync(world.owner, root(word("4f")));
    expect(receipt.gasUsed).toBeGreaterThan((estimate * 3n) / 2n);
    const [deployment, timestamp] = [world.deployment, Number(await now())];
    const { datasetId, version } = offer;
    expect(await revokedRootAt(world.owner, { deployment, datasetId, version, timestamp })).toBe(word("4f"));
  });

  it("is named when gas was short all the same", async () => {
    await world.owner.setNextBlockTimestamp({ timestamp: (await now()) + 5n });
    await expect(setRevokedRootSync(world.owner, { ...root(word("5e")), gas: 50_000n })).rejects.toMatchObject({
      code: "reverted",
      shortMessage: expect.stringMatching(/was mined but ran out of gas: it used \d+ of 50000\.$/),
    });
  });

  it("is named by the contract's own reason", async () => {
    const { owner, buyer, deployment } = world;
    const address = deployment.contracts.DatasetRegistry?.address as Hex;
    const abi = parseAbi(["function transferFrom(address from, address to, uint256 tokenId)"]);
    const [from, to] = [owner.account.address, buyer.account.address];
    await owner.setAutomine(false);
    const sold = await owner.writeContract({
      ...{ address, abi, functionName: "transferFrom", args: [from, to, offer.datasetId] },
      gas: 200_000n,
    });
    const late = await setRevokedRoot(owner, { ...root(word("6e")), gas: 200_000n });
    await owner.setAutomine(true);
    await owner.mine({ blocks: 1 });
    await waitForSuccess(owner, sold);
    await expect(waitForSuccess(owner, late)).rejects.toMatchObject({
      code: "reverted",
      shortMessage: expect.stringContaining("was mined but reverted:"),
      data: { errorName: "DatasetRegistry_NotOwner" },
    });
  });
});
