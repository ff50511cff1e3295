// A long history of one market, made fast: publish, encode, offer, then buy, activate, delegate and confirm. Calls come from the
// SDK's actions as data; the chain's unlocked accounts send them in batches, one block a batch.
import { createHash } from "node:crypto";
import {
  activateLicense,
  addEncoding,
  buildOffer,
  buy,
  confirmDelivery,
  delegateAccess,
  openOffer,
  publishDataset,
  registerTerms,
} from "@colophon-protocol/sdk";
import { termsId, termsStruct, termsTemplates, typedData } from "@colophon-protocol/sdk/formats";
import { anvilAccounts, MNEMONIC, rpc } from "@colophon-protocol/tools/testing";
import { encodeFunctionData, maxUint128, numberToHex, parseAbi } from "viem";
import { mnemonicToAccount } from "viem/accounts";

const [, OWNER, , BUYER, PROVIDER, FRIEND] = anvilAccounts;
const GAS = numberToHex(2_000_000);
const PRICE = 250_000_000n;
const FAR = 4_000_000_000;
/** Ponder takes blocks this near the head as live ones on a local chain; they do not belong to the backfill. */
const FINALITY_BLOCKS = 40;
const tokenAbi = parseAbi(["function mint(address,uint256)", "function approve(address,uint256)"]);

/** @param {string} text */
const hash = (text) => /** @type {`0x${string}`} */ (`0x${createHash("sha256").update(text).digest("hex")}`);

/** Sends calls of one account each in order, then mines them as one block; throws if one did not succeed. */
class Sender {
  nonces = new Map();
  constructor(url) {
    this.url = url;
  }

  async #nonceOf(from) {
    if (!this.nonces.has(from))
      this.nonces.set(from, Number(await rpc(this.url, "eth_getTransactionCount", [from, "pending"])));
    const nonce = this.nonces.get(from);
    this.nonces.set(from, nonce + 1);
    return numberToHex(nonce);
  }

  async block(from, calls) {
    const requests = [];
    for (const [id, { to, data }] of calls.entries()) {
      const params = [{ from, to, data, gas: GAS, nonce: await this.#nonceOf(from) }];
      requests.push({ jsonrpc: "2.0", id, method: "eth_sendTransaction", params });
    }
    await this.#batch(requests);
    await rpc(this.url, "evm_mine");
    const block = await rpc(this.url, "eth_getBlockReceipts", ["latest"]);
    const failed = block.filter(({ status }) => status !== "0x1").length;
    if (block.length !== calls.length || failed > 0)
      throw new Error(`A block took ${block.length} of ${calls.length} transactions, ${failed} of them reverted.`);
  }

  async #batch(requests) {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(this.url, { method: "POST", headers, body: JSON.stringify(requests) });
    const failed = (await answer.json()).find(({ error }) => error);
    if (failed) throw new Error(`eth_sendTransaction: ${failed.error.message}`);
  }
}

/** The version that dataset `datasetId` is published with: nobody serves its manifest, so nothing is fetched. */
const version = (datasetId) => ({
  contentRoot: hash(`content ${datasetId}`),
  recordRoot: hash("records"),
  manifestHash: hash(`manifest ${datasetId}`),
  chunkCount: 3,
  recordCount: 9n,
  byteSize: 1234n,
});

async function encodingOf(deployment, datasetId) {
  const domain = { chainId: deployment.chainId, licenseToken: deployment.contracts.LicenseToken.address };
  const acceptance = {
    datasetId,
    version: 1,
    encoding: 1,
    encodingRoot: hash(`encoding ${datasetId}`),
    envelopeHash: hash("envelope"),
    provider: PROVIDER,
    retirementNotice: 3600,
    deadline: FAR,
  };
  const provider = mnemonicToAccount(MNEMONIC, { addressIndex: 4 });
  const signature = await provider.signTypedData(typedData("EncodingAcceptance", domain, acceptance));
  return { datasetId, version: 1, input: { ...acceptance, signature } };
}

const range = (first, count) => Array.from({ length: count }, (_, i) => first + BigInt(i));

/**
 * Makes the history on a new chain.
 * @param {{ url: string, chainId: number, deployment: any }} world a chain from `startTestChain`
 * @param {{ rounds: number, width: number, sales: number }} size rounds of `width` datasets, each sold `sales` times
 * @returns {Promise<{ datasets: number, licenses: number }>} what the indexer must then know
 */
export async function makeHistory({ url, chainId, deployment }, { rounds, width, sales }) {
  const client = { chain: { id: chainId } };
  const call = (action, parameters) => action.call(client, { ...parameters, deployment });
  const sender = new Sender(url);
  const token = deployment.contracts.TestUSDC.address;
  const tokenCall = (functionName, args) => ({
    to: token,
    data: encodeFunctionData({ abi: tokenAbi, functionName, args }),
  });
  await rpc(url, "evm_setAutomine", [false]);
  const terms = termsStruct(termsTemplates["train-only"]);
  const money = PRICE * BigInt(rounds * width * sales);
  const approved = tokenCall("approve", [deployment.contracts.LicenseMarket.address, maxUint128]);
  await sender.block(OWNER, [call(registerTerms, { terms })]);
  await sender.block(BUYER, [tokenCall("mint", [BUYER, money]), approved]);
  let license = 1n;
  for (let round = 0; round < rounds; round++) {
    const ids = range(BigInt(round * width) + 1n, width);
    await sender.block(
      OWNER,
      ids.map((id) => call(publishDataset, { owner: OWNER, input: version(id) })),
    );
    const encodings = await Promise.all(ids.map((id) => encodingOf(deployment, id)));
    await sender.block(
      OWNER,
      encodings.map((encoding) => call(addEncoding, encoding)),
    );
    const offers = ids.map((datasetId) =>
      buildOffer({ seller: OWNER, datasetId, termsId: termsId(terms), token, price: PRICE, provider: PROVIDER }),
    );
    await sender.block(
      OWNER,
      offers.map((offer) => call(openOffer, { offer })),
    );
    for (let sale = 0; sale < sales; sale++) {
      const sold = offers.map((offer, i) => ({ offer, datasetId: offer.datasetId, licenseId: license + BigInt(i) }));
      license += BigInt(width);
      await sender.block(
        BUYER,
        sold.map(({ offer }) => call(buy, { offer, licensee: BUYER })),
      );
      await sender.block(
        BUYER,
        sold.flatMap(({ datasetId, licenseId }) => [
          call(activateLicense, { licenseId, datasetId, version: 1 }),
          call(delegateAccess, { licenseId, delegate: FRIEND, until: FAR }),
        ]),
      );
      await sender.block(
        BUYER,
        sold.map(({ licenseId, offer }) => call(confirmDelivery, { licenseId, offer })),
      );
    }
  }
  await rpc(url, "anvil_mine", [numberToHex(FINALITY_BLOCKS)]);
  return { datasets: rounds * width, licenses: rounds * width * sales };
}
