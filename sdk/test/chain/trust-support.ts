/** What tests of trust share: an encoding with real leaves, roles of the local deployment, deliveries that are signed for. */
import { attestationRegistryAbi, qualityOracleAbi } from "@colophon-protocol/contracts";
import { bytesToHex, createClient, type Hex, http, publicActions, stringToHex, walletActions } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
// @ts-expect-error plain JavaScript, build-time only
import { MNEMONIC, whileRefusing } from "../../../tools/testing/index.mjs";
import { ChunkFlag, type ChunkLeaf, chunkLeafHash, leafOfChunk, root, typedData } from "../../src/formats/index.js";
import { addEncodingSync, type Offer, resolveAddress, waitForSuccess } from "../../src/index.js";
import { DAY, openAnother, publishAndOffer, type World } from "./support.js";

/** Governor and council of script/config/31337.json. */
const GOVERNOR = 9;
const COUNCIL = [10, 11, 12];
export const USDC = 1_000_000n;
export const word = (byte: string): Hex => `0x${byte.repeat(32)}`;

export type Roles = Awaited<ReturnType<typeof rolesOf>>;

/** Accounts with a role in the protocol, and three reporters. Beyond the tenth account anvil gives no currency for gas. */
export async function rolesOf({ chain, owner }: World) {
  const clientOf = (addressIndex: number) =>
    createClient({
      account: mnemonicToAccount(MNEMONIC, { addressIndex }),
      chain: foundry,
      transport: http(chain.url),
      pollingInterval: 20,
    })
      .extend(publicActions)
      .extend(walletActions);
  const council = COUNCIL.map(clientOf);
  for (const { account } of council) await owner.setBalance({ address: account.address, value: 10n ** 20n });
  return { governor: clientOf(GOVERNOR), council, reporters: [6, 7, 8].map(clientOf) };
}

/** Eight chunks as the encoding has them. */
export const encodingLeaves: ChunkLeaf[] = Array.from({ length: 8 }, (_, index) =>
  leafOfChunk(new Uint8Array(1000).fill(index), index, index === 7 ? ChunkFlag.Last : 0),
);
const rootOf = (leaves: readonly ChunkLeaf[]): Hex => bytesToHex(root(leaves.map((leaf) => chunkLeafHash(leaf))));

/** An offer of a dataset whose second encoding has real leaves. */
export async function offerWithLeaves(world: World, change: Parameters<typeof openAnother>[2] = {}): Promise<Offer> {
  const { owner, provider, deployment } = world;
  const first = await publishAndOffer(world);
  const acceptance = {
    datasetId: first.datasetId,
    version: 1,
    encoding: 2,
    encodingRoot: rootOf(encodingLeaves),
    envelopeHash: word("e2"),
    provider: provider.account.address,
    retirementNotice: 30 * DAY,
    deadline: 4_000_000_000,
  };
  const signature = await provider.signTypedData(typedData("EncodingAcceptance", domainOf(world), acceptance));
  const input = { ...acceptance, signature };
  await addEncodingSync(owner, { deployment, datasetId: first.datasetId, version: 1, input });
  return openAnother(world, first, { encoding: 2, ...change });
}

const domainOf = ({ deployment }: World) => ({
  chainId: deployment.chainId,
  licenseToken: deployment.contracts.LicenseToken?.address as Hex,
});

/** A receipt of the provider over what it served. */
export async function signedFor(
  world: World,
  { datasetId, encoding }: Offer,
  { licenseId, served, encodingRoot = rootOf(encodingLeaves) }: Delivery,
) {
  const now = Number((await world.owner.getBlock()).timestamp);
  const receipt = {
    licenseId,
    datasetId,
    version: 1,
    encoding,
    encodingRoot,
    servedRoot: rootOf(served),
    chunks: BigInt(served.length),
    bytesServed: 8000n,
    sequence: 1n,
    servedFrom: now,
    servedUntil: now,
    deadline: 4_000_000_000,
  };
  const signature = await world.provider.signTypedData(typedData("DeliveryReceipt", domainOf(world), receipt));
  return { receipt, signer: world.provider.account.address, signature };
}
interface Delivery {
  licenseId: bigint;
  served: readonly ChunkLeaf[];
  encodingRoot?: Hex;
}

/** Governance lets an account attest. */
export async function accredit({ deployment }: World, { governor }: Roles, issuer: Hex) {
  const address = resolveAddress(governor, "AttestationRegistry", { deployment });
  const args = [issuer, 1000, 0] as const;
  const call = { address, abi: attestationRegistryAbi, functionName: "accreditByGovernance", args } as const;
  await waitForSuccess(governor, await governor.writeContract(call));
}

/** Governance lets an account report. */
export async function admit({ deployment }: World, { governor }: Roles, reporter: Hex) {
  const address = resolveAddress(governor, "QualityOracle", { deployment });
  const args = [reporter, true] as const;
  const call = { address, abi: qualityOracleAbi, functionName: "setReporter", args } as const;
  await waitForSuccess(governor, await governor.writeContract(call));
}

/** Evidence whose text lies in its own URI. */
export const evidence = (text: string) => ({ hash: stringToHex(text, { size: 32 }), uri: `data:text/plain,${text}` });

/** Lets the token refuse all plain transfers while something is done. */
export const whileTokenRefuses = <T>(world: World, work: () => Promise<T>): Promise<T> =>
  whileContractRefuses(world, { address: world.usdc, selector: "0xa9059cbb" }, work);

/** Lets a contract refuse all calls of one function while something is done: its own code runs behind a guard. */
export const whileContractRefuses = <T>(
  { owner }: World,
  refused: { address: Hex; selector: Hex },
  work: () => Promise<T>,
): Promise<T> => whileRefusing(owner, refused, work);
