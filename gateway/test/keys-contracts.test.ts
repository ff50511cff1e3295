/** The key network on the real contracts: a bought license opens the key, through both clients, until it ends. */
import {
  activateLicense,
  addEncodingSync,
  buildOffer,
  buy,
  createSplitSync,
  type Deployment,
  execute,
  openOfferSync,
  parseDeployment,
  prepareBuy,
  publishDatasetSync,
  registeredKeyNetwork,
  registerTerms,
  startKeyEpochSync,
  waitForSuccess,
} from "@colophon-protocol/sdk";
import { type TermsStruct, termsId, typedData } from "@colophon-protocol/sdk/formats";
import {
  KeyAccessDenied,
  type KeyNetwork,
  licenseConditions,
  nativeKeyGate,
  USE_READ_RAW,
  verifiedKeyNetwork,
  type WrappedKey,
  wrapDatasetKey,
} from "@colophon-protocol/sdk/keys";
import { litKeyGate } from "@colophon-protocol/sdk/keys/lit";
import { createClient, type Hex, http, keccak256, parseAbi, publicActions, testActions, walletActions } from "viem";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// @ts-expect-error plain JavaScript, for tests only
import { startTestChain } from "../../tools/testing/index.mjs";
import type { RunningKeyNode } from "../src/keys/index.js";
import { account, startNetwork } from "./keys-support.js";

const DAY = 86_400;
const KEY_OPERATOR = 9;
const LOOPBACK = 0x7f000001;
const word = (byte: string): Hex => `0x${byte.repeat(32)}`;
const terms: TermsStruct = {
  uses: 3,
  flags: 0,
  duration: 30 * DAY,
  revocationNotice: 0,
  derivativeShareBps: 0,
  resaleRoyaltyBps: 0,
  quota: 0n,
  territoryHash: word("00"),
  documentHash: word("d0"),
};

let chain: { url: string; stop: () => Promise<unknown> };
let deployment: Deployment;
let nodes: RunningKeyNode[] = [];
let network: KeyNetwork;
let wrapped: WrappedKey;
let datasetId: bigint;
let licenseId: bigint;
const key = crypto.getRandomValues(new Uint8Array(32));

const clientOf = (index: number) =>
  createClient({ account: account(index), chain: foundry, transport: http(chain.url), pollingInterval: 20 })
    .extend(publicActions)
    .extend(walletActions)
    .extend(testActions({ mode: "anvil" }));
const address = (name: string) => deployment.contracts[name]?.address as Hex;
const license = () => ({ chainId: 31337, licenseToken: address("LicenseToken"), licenseId, encoding: 1 });
const native = (index: number) => nativeKeyGate({ network, account: account(index), timeoutMs: 20_000 });

beforeAll(async () => {
  chain = await startTestChain();
  deployment = parseDeployment((chain as unknown as { deployment: unknown }).deployment);
  await startNodes();
  await publish();
}, 240_000);

afterAll(async () => {
  await Promise.all(nodes.map((node) => node.close(200)));
  await chain?.stop();
});

/** Three nodes, named on chain by the key operator, and read back from there as a client would. */
async function startNodes() {
  const chainOf = { rpcUrl: chain.url } as Parameters<typeof startNetwork>[0];
  const started = await startNetwork(chainOf, address("LicenseToken"));
  nodes = started.nodes;
  const entries = started.network.nodes.map((node, i) => ({
    operator: account(i + 1).address,
    ip: LOOPBACK,
    port: Number(new URL(node.url).port),
    publicKeyShareHash: keccak256(node.publicKeyShare),
    endpoint: node.url,
  }));
  const { publicKey } = started.network;
  await startKeyEpochSync(clientOf(KEY_OPERATOR), { deployment, threshold: 2n, publicKey, nodes: entries });
  network = await verifiedKeyNetwork(await registeredKeyNetwork(clientOf(1), { deployment }));
  expect(network).toEqual(started.network);
}

/** Owner 1 publishes and offers with provider 3; account 2 buys; the key is wrapped under the license view. */
async function publish() {
  const [owner, buyer, provider] = [clientOf(1), clientOf(2), clientOf(3)] as const;
  const input = {
    contentRoot: word("c0"),
    recordRoot: word("00"),
    manifestHash: word("aa"),
    chunkCount: 8,
    recordCount: 0n,
    byteSize: 8_000_000n,
  };
  ({ datasetId } = await publishDatasetSync(owner, { deployment, owner: owner.account.address, input }));
  const acceptance = {
    datasetId,
    version: 1,
    encoding: 1,
    encodingRoot: word("e0"),
    envelopeHash: word("e1"),
    provider: provider.account.address,
    retirementNotice: 30 * DAY,
    deadline: 4_000_000_000,
  };
  const domain = { chainId: deployment.chainId, licenseToken: address("LicenseToken") };
  const signature = await provider.signTypedData(typedData("EncodingAcceptance", domain, acceptance));
  await addEncodingSync(owner, { deployment, datasetId, version: 1, input: { ...acceptance, signature } });
  const members = [{ account: owner.account.address, shareBps: 10_000 }];
  const { split } = await createSplitSync(owner, { deployment, datasetId, members });
  await waitForSuccess(owner, await registerTerms(owner, { deployment, terms }));
  const token = address("TestUSDC");
  const price = 1_000_000n;
  const offer = buildOffer({
    seller: owner.account.address,
    datasetId,
    termsId: termsId(terms),
    token,
    price,
    provider: provider.account.address,
    split,
  });
  await openOfferSync(owner, { deployment, offer });
  const abi = parseAbi(["function mint(address to, uint256 amount)"]);
  const mint = { address: token, abi, functionName: "mint", args: [buyer.account.address, price] } as const;
  await waitForSuccess(owner, await owner.writeContract(mint));
  const prepared = await prepareBuy(buyer, { deployment, offer, reference: word("01"), maxPrice: price });
  const { receipt } = await execute(buyer, prepared);
  ({ licenseId } = buy.extractEvent(receipt.logs, address("LicenseMarket")) as { licenseId: bigint });
  const conditions = licenseConditions({
    chainId: 31337,
    licenseToken: address("LicenseToken"),
    datasetId,
    version: 1,
    uses: USE_READ_RAW,
  });
  wrapped = wrapDatasetKey({ networkPublicKey: network.publicKey, conditions, key });
}

describe("a bought license", () => {
  it("opens the key natively without activation; a stranger gets the chain's reason", async () => {
    expect(await native(2).release({ wrapped, license: license() })).toEqual(key);
    const stranger = native(4).release({ wrapped, license: license() });
    await expect(stranger).rejects.toMatchObject({ name: "KeyAccessDenied", reason: "NotHolder" });
    const unknown = native(2).release({ wrapped, license: { ...license(), licenseId: 999n } });
    await expect(unknown).rejects.toMatchObject({ name: "KeyAccessDenied" });
  });

  it("opens the key through Lit's client once activated, by the nodes that the KeyNetwork contract names", async () => {
    const lit = litKeyGate({
      rpcUrl: chain.url,
      keyNetwork: address("KeyNetwork"),
      account: account(2),
      chainId: 31337,
      nodeProtocol: "http://",
    });
    try {
      await expect(lit.release({ wrapped, license: license() })).rejects.toBeInstanceOf(KeyAccessDenied);
      const buyer = clientOf(2);
      await waitForSuccess(buyer, await activateLicense(buyer, { deployment, licenseId, datasetId, version: 1 }));
      expect(new Uint8Array(await lit.release({ wrapped, license: license() }))).toEqual(key);
    } finally {
      await lit.close();
    }
  });

  it("opens nothing after it expired", async () => {
    const client = clientOf(1);
    await client.increaseTime({ seconds: 31 * DAY });
    await client.mine({ blocks: 1 });
    const expired = native(2).release({ wrapped, license: license() });
    await expect(expired).rejects.toMatchObject({ name: "KeyAccessDenied", reason: "Expired" });
  });
});
