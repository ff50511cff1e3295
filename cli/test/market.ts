import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  addEncodingSync,
  allocateBondSync,
  type Deployment,
  execute,
  parseDeployment,
  parseOffer,
  prepareDepositBond,
  publishDatasetSync,
  registerProviderSync,
  sendAndWait,
} from "@colophon-protocol/sdk";
import { typedData } from "@colophon-protocol/sdk/formats";
import {
  createTestClient,
  encodeFunctionData,
  type Hex,
  http,
  keccak256,
  parseAbi,
  publicActions,
  stringToBytes,
  toHex,
  walletActions,
} from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
// @ts-expect-error plain JavaScript, build-time only
import { MNEMONIC, startTestChain } from "../../tools/testing/index.mjs";
import { colophon, colophonJson, temporaryFolder } from "./support.js";

export const DAY = 86_400;
export const word = (byte: string): Hex => `0x${byte.repeat(32)}`;

/** One who types commands: environment with the key, and a client for what no command does. */
function person(url: string, base: readonly string[], addressIndex: number) {
  const account = mnemonicToAccount(MNEMONIC, { addressIndex });
  const env = { COLOPHON_PRIVATE_KEY: toHex(account.getHdKey().privateKey as Uint8Array) };
  const chain = { account, mode: "anvil", chain: foundry, transport: http(url), pollingInterval: 50 } as const;
  return {
    account,
    address: account.address,
    client: createTestClient(chain).extend(publicActions).extend(walletActions),
    json: (...args: string[]) => colophonJson([...args, ...base], env),
    run: (...args: string[]) => colophon([...args, ...base, "--json"], env),
    /** What a person reads. @throws when it did not end well */
    text: async (...args: string[]) => {
      const { code, stdout, stderr } = await colophon([...args, ...base], env);
      if (code !== 0) throw new Error(`colophon ${args.join(" ")} ended with ${code}: ${stderr}`);
      return stdout;
    },
  };
}
export type Person = ReturnType<typeof person>;

/** A running chain with the protocol on it. */
export interface TestChain {
  url: string;
  /** As the deployment's file holds it. */
  deployment: unknown;
  deploymentFile: string;
  stop(): Promise<unknown>;
}

interface MarketOptions {
  /** The chain; one of the market's own unless told. */
  start?: () => Promise<TestChain>;
  contentRoot?: Hex;
}

/** A chain with a published dataset, its terms, a buyer with money, and a folder for files. */
export async function startMarket({ start = startTestChain, ...content }: MarketOptions = {}) {
  const [chain, folder] = await Promise.all([start(), temporaryFolder()]);
  const deployment: Deployment = parseDeployment(chain.deployment);
  const base = ["--rpc-url", chain.url, "--deployment", chain.deploymentFile];
  const personAt = (index: number) => person(chain.url, base, index);
  const people = [1, 2, 3, 4].map(personAt) as [Person, Person, Person, Person];
  const [owner, buyer, provider, auditor] = people;
  await publish(deployment, owner, provider, content);
  const mint = async (account: Hex, amount: bigint) => {
    const abi = parseAbi(["function mint(address to, uint256 amount)"]);
    const data = encodeFunctionData({ abi, args: [account, amount] });
    const to = deployment.contracts.TestUSDC?.address as Hex;
    await sendAndWait(owner.client, owner.account, { to, data, value: 0n });
  };
  await mint(buyer.address, 10_000_000_000n);
  await owner.json("terms", "register", "train-only");
  const pass = async (seconds: number) => {
    await owner.client.increaseTime({ seconds });
    await owner.client.mine({ blocks: 1 });
  };
  /** A double of the contract that will keep a kind of evidence: all of it is on record, since this second. */
  const keepEvidence = async (contract: string, bytecode: Hex = "0x425f5260205ff3") => {
    const factory = deployment.contracts.ColophonFactory?.address as Hex;
    const abi = parseAbi(["function addressOf(bytes32 salt) view returns (address)"]);
    const args = [keccak256(stringToBytes(`colophon.${contract}`))] as const;
    const address = await owner.client.readContract({ address: factory, abi, functionName: "addressOf", args });
    await owner.client.setCode({ address, bytecode });
  };
  /** The provider bonds, and puts all of it behind an offer; the file is what `offer open --out` wrote. */
  const cover = async (name: string, amount: bigint) => {
    const { client, address } = provider;
    const offer = parseOffer(JSON.parse(await readFile(join(folder.path, name), "utf8")));
    const endpoints = { endpoints: "https://provider.example", endpointsHash: word("0e"), termsHash: word("0f") };
    await registerProviderSync(client, { deployment, payout: address, ...endpoints });
    await mint(address, amount);
    await execute(client, await prepareDepositBond(client, { deployment, token: offer.token, amount }));
    await allocateBondSync(client, { deployment, offer, amount, valueAtRisk: offer.price });
  };
  /** Base units of TestUSDC. */
  const balance = (account: Hex) => {
    const abi = parseAbi(["function balanceOf(address) view returns (uint256)"]);
    const address = deployment.contracts.TestUSDC?.address as Hex;
    return owner.client.readContract({ address, abi, functionName: "balanceOf", args: [account] });
  };
  const stop = () => Promise.all([chain.stop(), folder.done()]);
  return {
    owner,
    buyer,
    provider,
    auditor,
    people,
    personAt,
    deployment,
    pass,
    mint,
    balance,
    /** An encoding of a dataset, accepted by the provider. */
    encode: (by: Person, encoding: NewEncoding) => encode(deployment, by, provider, encoding),
    /** Where files are. */
    folder: folder.path,
    keepEvidence,
    cover,
    stop,
    file: (name: string) => join(folder.path, name),
  };
}
export type Market = Awaited<ReturnType<typeof startMarket>>;

/** What a gateway does with `dataset encode`: the provider signs, the owner adds. */
async function encode(
  deployment: Deployment,
  owner: Person,
  provider: Person,
  { datasetId, version = 1, encoding = 1, encodingRoot = word("e0"), envelopeHash = word("e1") }: NewEncoding,
): Promise<void> {
  const acceptance = {
    ...{ datasetId, version, encoding, encodingRoot, envelopeHash },
    ...{ provider: provider.address, retirementNotice: 30 * DAY, deadline: 4_000_000_000 },
  };
  const domain = { chainId: 31337, licenseToken: deployment.contracts.LicenseToken?.address as Hex };
  const signature = await provider.account.signTypedData(typedData("EncodingAcceptance", domain, acceptance));
  await addEncodingSync(owner.client, { deployment, datasetId, version, input: { ...acceptance, signature } });
}

interface NewEncoding {
  datasetId: bigint;
  version?: number;
  encoding?: number;
  encodingRoot?: Hex;
  envelopeHash?: Hex;
}

/** A dataset with one encoding that the provider accepted. */
async function publish(
  deployment: Deployment,
  owner: Person,
  provider: Person,
  content: { contentRoot?: Hex },
): Promise<void> {
  const roots = { contentRoot: word("c0"), recordRoot: word("00"), manifestHash: word("aa"), ...content };
  const input = { ...roots, chunkCount: 8, recordCount: 0n, byteSize: 8_000_000n };
  const { datasetId } = await publishDatasetSync(owner.client, { deployment, owner: owner.address, input });
  await encode(deployment, owner, provider, { datasetId });
}
