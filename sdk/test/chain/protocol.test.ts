import { escrowRailAbi, licenseMarketAbi, revenueDistributorAbi } from "@colophon-protocol/contracts";
import type { Hex } from "viem";
import { keccak256, stringToHex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buy } from "../../src/actions/index.js";
import {
  accessOf,
  activateLicense,
  authorizationNonce,
  buyMany,
  buyWithPermit,
  ColophonError,
  claimable,
  closeOfferSync,
  collectRevenue,
  colophonActions,
  confirmDeliverySync,
  contestDelivery,
  encodingOf,
  execute,
  hasValidLicense,
  holdOf,
  licenseOf,
  type Offer,
  offerId,
  offerState,
  openOffer,
  packEscrowTerms,
  paymentToken,
  poolOf,
  prepareBuy,
  prepareCollectRevenue,
  registeredKeyNetwork,
  type Step,
  settleHold,
  settleHoldSync,
  splitHash,
  standingOf,
  submitReceiptSync,
  termsOf,
  unpackEscrowTerms,
  versionOf,
  waitForSuccess,
} from "../../src/index.js";
import { DAY, deliver, PRICE, publishAndOffer, startWorld, terms, type World } from "./support.js";

let world: World;
let offer: Offer;

beforeAll(async () => {
  world = await startWorld();
  offer = await publishAndOffer(world);
});
afterAll(() => world?.chain.stop());

const at = () => ({ deployment: world.deployment });
const buyerAddress = () => world.buyer.account.address;

/** Buys with one way of paying; returns the license and the steps that were reported. */
async function buyWith(funding: "allowance" | "permit" | "authorization" | "permit2", of: Offer = offer) {
  await world.mint(buyerAddress(), of.price);
  const reference = keccak256(stringToHex(`${funding} ${Math.random()}`));
  const prepared = await prepareBuy(world.buyer, { ...at(), offer: of, funding, reference, maxPrice: of.price });
  const steps: Step[] = [];
  const { receipt } = await execute(world.buyer, prepared, { onStep: (step) => steps.push(step) });
  const sold = buy.extractEvent(receipt.logs, world.deployment.contracts.LicenseMarket?.address);
  return {
    prepared,
    receipt,
    sold,
    done: steps.filter(({ status }) => status === "done").map(({ kind }) => kind),
    reference,
  };
}

describe("what was published", () => {
  it("reads back by name", async () => {
    const { datasetId } = offer;
    expect(await versionOf(world.owner, { ...at(), datasetId, version: 1 })).toMatchObject({
      status: "Trainable",
      encodingCount: 1,
    });
    expect((await encodingOf(world.owner, { ...at(), datasetId, version: 1, encoding: 1 })).provider).toBe(
      offer.provider,
    );
    expect(await termsOf(world.owner, { ...at(), termsId: offer.termsId })).toEqual(terms);
    expect(await offerState(world.owner, { ...at(), offerId: offerId(offer) })).toMatchObject({
      status: "Open",
      sold: 0,
      uses: 3,
    });
    expect(await paymentToken(world.owner, { ...at(), token: world.usdc })).toMatchObject({
      allowed: true,
      feeBps: 250,
    });
    expect(await registeredKeyNetwork(world.owner, at())).toMatchObject({ epoch: 0n, nodes: [] });
  });

  it("is identified locally exactly as on chain", async () => {
    const { deployment, owner } = world;
    const market = { address: deployment.contracts.LicenseMarket?.address as Hex, abi: licenseMarketAbi } as const;
    const binding = {
      offerId: offerId(offer),
      licensee: buyerAddress(),
      reference: offer.termsId,
      railData: "0x1234",
    } as const;
    const escrow = {
      ...unpackEscrowTerms(offer.railTerms),
      contestBond: 77n,
      defaultRefund: true,
      coolingOff: DAY,
      objectionWindow: 3600,
    };
    const members = [{ account: world.usdc, shareBps: 1 }];
    const [id, nonce, packed, hash] = await Promise.all([
      owner.readContract({ ...market, functionName: "offerIdOf", args: [offer] }),
      owner.readContract({
        ...market,
        functionName: "authorizationNonce",
        args: [binding.offerId, binding.licensee, binding.reference, binding.railData],
      }),
      owner.readContract({
        address: deployment.contracts.EscrowRail?.address as Hex,
        abi: escrowRailAbi,
        functionName: "packTerms",
        args: [escrow],
      }),
      owner.readContract({
        address: deployment.contracts.RevenueDistributor?.address as Hex,
        abi: revenueDistributorAbi,
        functionName: "splitHashOf",
        args: [members],
      }),
    ]);
    expect(offerId(offer)).toBe(id);
    expect(authorizationNonce(binding)).toBe(nonce);
    expect(packEscrowTerms(escrow)).toEqual(packed);
    expect(splitHash(members)).toBe(hash);
  });
});

describe("buying", () => {
  it.each([
    ["allowance", ["approval", "transaction"]],
    ["permit", ["signature", "transaction"]],
    ["authorization", ["signature", "transaction"]],
    ["permit2", ["approval", "signature", "transaction"]],
  ] as const)("by %s takes %j and gives a license", async (funding, steps) => {
    const before = await world.balance(buyerAddress());
    const { sold, done, reference } = await buyWith(funding);
    expect(done).toEqual(steps);
    expect(sold).toMatchObject({ licensee: buyerAddress(), payer: buyerAddress(), due: PRICE, reference_: reference });
    expect(await world.balance(buyerAddress())).toBe(before);
    expect(await holdOf(world.buyer, { ...at(), licenseId: sold.licenseId })).toMatchObject({
      state: "Held",
      payer: buyerAddress(),
    });
    expect(await standingOf(world.buyer, { ...at(), licenseId: sold.licenseId })).toBe("Current");
  });

  it("needs nothing first when the allowance is there", async () => {
    await world.mint(buyerAddress(), PRICE);
    const market = world.deployment.contracts.LicenseMarket?.address as Hex;
    const first = await prepareBuy(world.buyer, { ...at(), offer, funding: "allowance" });
    const approval = first.requirements.find(({ type }) => type === "approval");
    if (approval?.type !== "approval") throw new Error("expected an approval");
    expect(approval).toMatchObject({ token: world.usdc, spender: market, amount: PRICE });
    await waitForSuccess(world.buyer, await world.buyer.sendTransaction(approval.transaction));
    const second = await prepareBuy(world.buyer, { ...at(), offer });
    expect(second).toMatchObject({ funding: "allowance", requirements: [] });
    await execute(world.buyer, second);
  });

  it("prefers a permit, which is one transaction", async () => {
    await world.mint(buyerAddress(), PRICE);
    expect(await prepareBuy(world.buyer, { ...at(), offer })).toMatchObject({
      funding: "permit",
      due: PRICE,
      token: { symbol: "USDC", decimals: 6 },
    });
  });

  it("lists a shortfall as a requirement, and does not start", async () => {
    const prepared = await prepareBuy(world.ada, { ...at(), offer });
    expect(prepared.requirements[0]).toMatchObject({ type: "balance", required: PRICE, available: 0n, missing: PRICE });
    await expect(execute(world.ada, prepared)).rejects.toMatchObject({ code: "requirement" });
  });

  it("builds nothing without the signature that it asked for", async () => {
    const prepared = await prepareBuy(world.buyer, { ...at(), offer, funding: "permit" });
    expect(() => prepared.build()).toThrow(/permit signature is missing/);
  });

  it.each([
    ["a price above the limit", () => ({ offer, maxPrice: PRICE - 1n })],
    ["other terms than expected", () => ({ offer, expectedTermsId: `0x${"11".repeat(32)}` as Hex })],
    ["another offer than quoted", () => ({ offer, expectedOfferId: `0x${"11".repeat(32)}` as Hex })],
    ["an offer altered after it was quoted", () => ({ offer: { ...offer, price: 1n } })],
  ])("stops at %s before anything is signed", async (_, change) => {
    await expect(prepareBuy(world.buyer, { ...at(), ...change() })).rejects.toMatchObject({ code: "guard" });
  });

  it("decodes the refusal of an expired permit", async () => {
    await world.mint(buyerAddress(), PRICE);
    const prepared = await prepareBuy(world.buyer, { ...at(), offer, funding: "permit", deadline: 1n });
    await expect(execute(world.buyer, prepared)).rejects.toMatchObject({
      code: "reverted",
      data: { errorName: "ERC2612ExpiredSignature" },
    });
  });

  it("refuses a permit that was signed for another chain", async () => {
    const prepared = await prepareBuy(world.buyer, { ...at(), offer, funding: "permit" });
    const needed = prepared.requirements.find(({ type }) => type === "signature");
    if (needed?.type !== "signature") throw new Error("expected a signature");
    const { typedData } = needed;
    const foreign = { ...typedData, domain: { ...typedData.domain, chainId: 1 } };
    const signature = await world.buyer.account.signTypedData(foreign as never);
    const { to, data } = prepared.build({ permit: signature });
    await expect(world.buyer.call({ to, data })).rejects.toThrow(/ERC2612InvalidSigner|reverted/);
  });

  it("buys several at once and gives every event", async () => {
    await world.mint(buyerAddress(), 2n * PRICE);
    const tokenAbi = [
      {
        type: "function",
        name: "approve",
        stateMutability: "nonpayable",
        inputs: [{ type: "address" }, { type: "uint256" }],
        outputs: [],
      },
    ] as const;
    const market = world.deployment.contracts.LicenseMarket?.address as Hex;
    await waitForSuccess(
      world.buyer,
      await world.buyer.writeContract({
        address: world.usdc,
        abi: tokenAbi,
        functionName: "approve",
        args: [market, 2n * PRICE],
      }),
    );
    const purchases = [1, 2].map(() => ({ offer, licensee: buyerAddress() }));
    const receipt = await waitForSuccess(world.buyer, await buyMany(world.buyer, { ...at(), purchases }));
    expect(buyMany.extractEvents(receipt.logs, market)).toHaveLength(2);
  });

  it("estimates gas and simulates without sending", async () => {
    await world.mint(buyerAddress(), PRICE);
    const other = { ...offer, salt: offer.salt + 1n };
    expect(await openOffer.simulate(world.owner, { ...at(), offer: other })).toBe(offerId(other));
    expect(await openOffer.estimateGas(world.owner, { ...at(), offer: other })).toBeGreaterThan(21_000n);
    expect(await offerState(world.owner, { ...at(), offerId: offerId(other) })).toMatchObject({ status: "None" });
  });

  it("decodes what the contract refuses, with values", async () => {
    const other = { ...offer, salt: offer.salt + 2n };
    const error = await openOffer(world.buyer, { ...at(), offer: other }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ColophonError);
    expect(error.data).toMatchObject({ errorName: "LicenseMarket_NotSeller", args: [buyerAddress(), offer.seller] });
    expect(error.hint).toMatch(/seller's account/);
    await expect(
      buyWithPermit(world.buyer, {
        ...at(),
        offer: other,
        licensee: buyerAddress(),
        permit: { value: 0n, deadline: 0n, v: 27, r: offer.termsId, s: offer.termsId },
      }),
    ).rejects.toMatchObject({ code: "reverted" });
  });
});

describe("using, releasing and collecting", () => {
  it("answers access with its reason", async () => {
    const { sold } = await buyWith("permit");
    const { licenseId } = sold;
    const ask = (user: Hex, uses: ("read-raw" | "train" | "mint")[]) =>
      accessOf(world.buyer, { ...at(), licenseId, user, version: 1, uses });
    expect(await ask(buyerAddress(), ["read-raw", "train"])).toBe("Granted");
    expect(await ask(buyerAddress(), ["mint"])).toBe("UseNotLicensed");
    expect(await ask(world.ada.account.address, ["train"])).toBe("NotHolder");
    const query = { ...at(), user: buyerAddress(), datasetId: offer.datasetId, version: 1, uses: ["train"] as const };
    expect(await hasValidLicense(world.buyer, query)).toBe(false);
    await waitForSuccess(
      world.buyer,
      await activateLicense(world.buyer, { ...at(), licenseId, datasetId: offer.datasetId, version: 1 }),
    );
    expect(await hasValidLicense(world.buyer, query)).toBe(true);
    expect(await licenseOf(world.buyer, { ...at(), licenseId })).toMatchObject({
      useNames: ["read-raw", "train"],
      feeBps: 250,
      datasetId: offer.datasetId,
    });
  });

  it("releases after a quiet window and lets contributors collect 70/30 in plain tokens", async () => {
    const { sold } = await buyWith("permit");
    const deal = { ...at(), licenseId: sold.licenseId, offer };
    const { timestamp } = await world.buyer.getBlock();
    const delivery = await deliver(world, sold.licenseId, offer.datasetId, Number(timestamp));
    await submitReceiptSync(world.provider, { ...deal, ...delivery });
    await expect(settleHold(world.provider, deal)).rejects.toMatchObject({
      data: { errorName: "PaymentRail_TooEarly" },
    });
    await world.pass(DAY + 1);
    expect(await settleHoldSync(world.provider, deal)).toMatchObject({ licenseId: sold.licenseId, amount: PRICE });
    await expect(settleHold(world.provider, deal)).rejects.toMatchObject({
      data: { errorName: "EscrowRail_WrongState" },
    });

    const share = { ...at(), datasetId: offer.datasetId, split: offer.split, token: world.usdc };
    expect(await poolOf(world.owner, share)).not.toMatch(/^0x0{40}$/);
    const net = (PRICE * 9750n) / 10_000n;
    const plan = await prepareCollectRevenue(world.ada, share);
    expect(plan.steps.map(({ kind }) => kind)).toEqual(["connect", "unwrap"]);
    await collectRevenue(world.ada, share);
    const claimed = await collectRevenue(world.ben, { ...share, connect: false });
    expect(claimed.map(({ step }) => step.kind)).toEqual(["claim", "unwrap"]);
    const [ada, ben] = await Promise.all([
      world.balance(world.ada.account.address),
      world.balance(world.ben.account.address),
    ]);
    // A pool pays whole units: at most one base unit may stay behind.
    expect(Number((net * 7n) / 10n - ada)).toBeLessThanOrEqual(1);
    expect(Number((net * 3n) / 10n - ben)).toBeLessThanOrEqual(1);
    expect(await collectRevenue(world.ben, { ...share, connect: false })).toEqual([]);
    expect(await claimable(world.ben, { ...at(), account: world.ben.account.address, token: world.usdc })).toBe(0n);
  });

  it("releases at once when the licensee confirms, and then refuses a contest", async () => {
    const { sold } = await buyWith("authorization");
    const deal = { ...at(), licenseId: sold.licenseId, offer };
    expect(await confirmDeliverySync(world.buyer, deal)).toMatchObject({ amount: PRICE });
    await expect(contestDelivery(world.buyer, deal)).rejects.toMatchObject({
      data: { errorName: "EscrowRail_WrongState" },
    });
  });

  it("works the same when bound to a client", async () => {
    const client = world.buyer.extend(colophonActions(at()));
    expect(await client.dataset.datasetCount()).toBe(1n);
    await world.mint(buyerAddress(), PRICE);
    const prepared = await client.market.prepareBuy({ offer });
    const { receipt } = await client.execute(prepared);
    expect(receipt.status).toBe("success");
  });

  it("does not sell a closed offer", async () => {
    await closeOfferSync(world.owner, { ...at(), offer });
    await expect(prepareBuy(world.buyer, { ...at(), offer })).rejects.toMatchObject({
      code: "guard",
      shortMessage: expect.stringMatching(/is closed/),
    });
  });
});
