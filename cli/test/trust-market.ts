import { writeFile } from "node:fs/promises";
import { accreditIssuerByGovernanceSync, sendAndWait } from "@colophon-protocol/sdk";
import {
  ChunkFlag,
  type ChunkLeaf,
  chunkLeafHash,
  encodeChunkLeaf,
  leafOfChunk,
  type Message,
  root,
  typedData,
} from "@colophon-protocol/sdk/formats";
import { bytesToHex, encodeFunctionData, type Hex, parseAbi, toFunctionSelector } from "viem";
// @ts-expect-error plain JavaScript, build-time only
import { whileRefusing } from "../../tools/testing/index.mjs";
import { type Person, startMarket, type TestChain, word } from "./market.js";

/** Governor and council of script/config/31337.json; anvil gives accounts beyond the tenth no currency for gas. */
const GOVERNOR = 9;
const COUNCIL = [10, 11];
const REPORTERS = [6, 7, 8];

/** Eight chunks as the second encoding of dataset 1 has them. */
export const leaves: ChunkLeaf[] = Array.from({ length: 8 }, (_, index) =>
  leafOfChunk(new Uint8Array(1000).fill(index), index, index === 7 ? ChunkFlag.Last : 0),
);
const rootOf = (of: readonly ChunkLeaf[]): Hex => bytesToHex(root(of.map((leaf) => chunkLeafHash(leaf))));

/** The market with an encoding that has real leaves, money for everybody, and the protocol's own roles. */
export async function startTrustMarket(start?: () => Promise<TestChain>) {
  const market = await startMarket(start === undefined ? {} : { start });
  const { owner, provider } = market;
  const { deployment, personAt } = market;
  const governor = personAt(GOVERNOR);
  const council = COUNCIL.map(personAt);
  const reporters = REPORTERS.map(personAt);
  for (const { address } of council) await owner.client.setBalance({ address, value: 10n ** 20n });
  for (const { address } of [...market.people, ...reporters]) await market.mint(address, 10_000_000_000n);
  const domain = { chainId: 31337, licenseToken: deployment.contracts.LicenseToken?.address as Hex };
  await market.encode(owner, { datasetId: 1n, encoding: 2, encodingRoot: rootOf(leaves) });

  /** Governance lets an account attest, with a weight in basis points. */
  const accredit = (issuer: Hex, weightBps: number) =>
    accreditIssuerByGovernanceSync(governor.client, { deployment, issuer, weightBps });
  /** Governance lets an account report. */
  const admit = async (reporter: Hex) => {
    const abi = parseAbi(["function setReporter(address reporter, bool admitted)"]);
    const data = encodeFunctionData({ abi, args: [reporter, true] });
    const to = deployment.contracts.QualityOracle?.address as Hex;
    await sendAndWait(governor.client, governor.account, { to, data, value: 0n });
  };
  const now = async () => Number((await owner.client.getBlock()).timestamp);
  const putLeaves = (name: string, of: readonly ChunkLeaf[]) =>
    writeFile(market.file(name), Buffer.concat(of.map((leaf) => encodeChunkLeaf(leaf))));
  /** What the provider signs when it serves these leaves, as a file. */
  const putReceipt = async (
    name: string,
    licenseId: bigint,
    served: readonly ChunkLeaf[],
    { by = provider, encodingRoot = rootOf(leaves) }: { by?: Person; encodingRoot?: Hex } = {},
  ) => {
    const at = await now();
    const message: Message<"DeliveryReceipt"> = {
      ...{
        licenseId,
        datasetId: 1n,
        version: 1,
        encoding: 2,
        encodingRoot,
        servedRoot: rootOf(served),
      },
      ...{ chunks: BigInt(served.length), bytesServed: 8000n, sequence: 1n },
      ...{ servedFrom: at, servedUntil: at, deadline: 4_000_000_000 },
    };
    const signature = await by.account.signTypedData(typedData("DeliveryReceipt", domain, message));
    await putSigned(name, { message, signature });
  };
  /** A head of a log that the provider signs, as a file. */
  const putHead = async (name: string, size: bigint, headRoot: Hex) => {
    const message = { provider: provider.address, originHash: word("09"), size, root: headRoot, signedAt: await now() };
    const signature = await provider.account.signTypedData(typedData("Checkpoint", domain, message));
    await putSigned(name, { message, signature });
  };
  const putSigned = (name: string, signed: object) =>
    writeFile(
      market.file(name),
      JSON.stringify(signed, (_, value) => (typeof value === "bigint" ? String(value) : value)),
    );
  /** Lets a contract refuse one function, such as "transfer(address,uint256)", while something is done; all else runs on. */
  const refusing = <T>(contract: string, signature: string, work: () => Promise<T>): Promise<T> => {
    const address = deployment.contracts[contract]?.address as Hex;
    return whileRefusing(owner.client, { address, selector: toFunctionSelector(signature) }, work);
  };
  return {
    ...market,
    council,
    reporters,
    accredit,
    admit,
    now,
    putLeaves,
    putReceipt,
    putHead,
    whileRefusing: refusing,
  };
}

export type TrustMarket = Awaited<ReturnType<typeof startTrustMarket>>;
