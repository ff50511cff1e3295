// What each rail's buyers, sellers and keepers do, straight on the contracts: offers, purchases, vouchers, reports, statements.
import {
  attestationRegistryAbi,
  consentRegistryAbi,
  constantFlowMinimalAbi,
  contributorListsAbi,
  councilArbitratorAbi,
  datasetRegistryAbi,
  disputeManagerAbi,
  escrowRailAbi,
  licenseMarketAbi,
  licenseTokenAbi,
  liveStreamRailAbi,
  meterRailAbi,
  objectiveFaultsAbi,
  providerBondAbi,
  qualityOracleAbi,
  recallsAbi,
  revenueDistributorAbi,
  revenueShareRailAbi,
  streamOffersAbi,
  streamRailAbi,
  superfluidHostMinimalAbi,
} from "@colophon-protocol/contracts";
import type { Deployment } from "@colophon-protocol/sdk";
import { type MessageName, typedData } from "@colophon-protocol/sdk/formats";
import { rpc } from "@colophon-protocol/tools/testing";
import {
  type Abi,
  type Address,
  encodeFunctionData,
  type Hex,
  keccak256,
  numberToHex,
  parseAbi,
  stringToBytes,
  type TransactionReceipt,
} from "viem";
import { actor, type World } from "./history.js";

const tokenAbi = parseAbi([
  "function mint(address to, uint256 amount)",
  "function approve(address spender, uint256 amount) returns (bool)",
  "function upgrade(uint256 amount)",
  "function balanceOf(address account) view returns (uint256)",
]);
const flowOperatorAbi = parseAbi([
  "function authorizeFlowOperatorWithFullControl(address token, address flowOperator, bytes ctx) returns (bytes)",
]);
const agreementsAbi = parseAbi(["function getAgreementClass(bytes32 agreementType) view returns (address)"]);
const CONSTANT_FLOW = keccak256(stringToBytes("org.superfluid-finance.agreements.ConstantFlowAgreement.v1"));
const ABIS: Record<string, Abi> = {
  AttestationRegistry: attestationRegistryAbi as Abi,
  ConsentRegistry: consentRegistryAbi as Abi,
  CouncilArbitrator: councilArbitratorAbi as Abi,
  DisputeManager: disputeManagerAbi as Abi,
  ObjectiveFaults: objectiveFaultsAbi as Abi,
  ProviderBond: providerBondAbi as Abi,
  QualityOracle: qualityOracleAbi as Abi,
  Recalls: recallsAbi as Abi,
  ContributorLists: contributorListsAbi as Abi,
  DatasetRegistry: datasetRegistryAbi as Abi,
  EscrowRail: escrowRailAbi as Abi,
  LicenseMarket: licenseMarketAbi as Abi,
  LicenseToken: licenseTokenAbi as Abi,
  LiveStreamRail: liveStreamRailAbi as Abi,
  MeterRail: meterRailAbi as Abi,
  RevenueDistributor: revenueDistributorAbi as Abi,
  RevenueShareRail: revenueShareRailAbi as Abi,
  StreamOffers: streamOffersAbi as Abi,
  StreamRail: streamRailAbi as Abi,
  TestUSDC: tokenAbi as Abi,
};

/** Indices of rails, fixed at deployment. */
export const RAIL = { escrow: 1, stream: 2, meter: 3, share: 4, live: 5 } as const;

/** A deployment with what stands outside of the protocol. */
export type Stack = Deployment & { external: { superfluidHost: Address; testUSDCx: Address } };

/** Address of a contract of the deployment. */
export function at({ deployment }: World, name: string): Address {
  const contract = deployment.contracts[name];
  if (!contract) throw new Error(`The deployment has no ${name}.`);
  return contract.address;
}

/** Sends a call of one of the chain's accounts. @returns its receipt, null when the contract refuses the call */
export async function attempt(
  world: World,
  from: number,
  contract: string,
  functionName: string,
  args: readonly unknown[],
): Promise<TransactionReceipt | null> {
  const { client, account } = actor(world, from);
  const call = { address: at(world, contract), abi: ABIS[contract] as Abi, functionName, args, account };
  try {
    await client.simulateContract(call);
  } catch {
    return null;
  }
  const hash = await client.writeContract({ ...call, gas: 8_000_000n } as never);
  const receipt = await client.waitForTransactionReceipt({ hash });
  // Time goes on between a simulation and its transaction: what was allowed in one second may not be in the next.
  return receipt.status === "success" ? receipt : null;
}

/** The same for a call that must work. */
export async function send(
  world: World,
  from: number,
  contract: string,
  functionName: string,
  args: readonly unknown[],
) {
  const receipt = await attempt(world, from, contract, functionName, args);
  if (!receipt) {
    const { client, account } = actor(world, from);
    await client.simulateContract({
      address: at(world, contract),
      abi: ABIS[contract] as Abi,
      functionName,
      args,
      account,
    });
    throw new Error(`${contract}.${functionName} was reverted.`);
  }
  return receipt;
}

/** Sends a call as an account that has no key. @returns whether it went through */
export async function impersonate(
  world: World,
  from: Address,
  contract: string,
  functionName: string,
  args: unknown[],
) {
  await rpc(world.url, "anvil_setBalance", [from, numberToHex(10n ** 18n)]);
  await rpc(world.url, "anvil_impersonateAccount", [from]);
  const data = encodeFunctionData({ abi: ABIS[contract] as Abi, functionName, args });
  const call = { from, to: at(world, contract), data, gas: numberToHex(8_000_000) };
  try {
    await rpc(world.url, "eth_call", [call, "latest"]);
  } catch {
    return false;
  }
  await rpc(world.url, "eth_sendTransaction", [call]);
  return true;
}

/** Reads a contract of the deployment. */
export async function look<T>(
  world: World,
  contract: string,
  functionName: string,
  args: readonly unknown[],
): Promise<T> {
  const call = { address: at(world, contract), abi: ABIS[contract] as Abi, functionName, args };
  return (await actor(world, 0).client.readContract(call)) as T;
}

/** Where a contract stands, or will stand, that the factory deploys under this name. */
export async function addressOf(world: World, name: string): Promise<Address> {
  return (await actor(world, 0).client.readContract({
    address: at(world, "ColophonFactory"),
    abi: parseAbi(["function addressOf(bytes32 salt) view returns (address)"]),
    functionName: "addressOf",
    args: [keccak256(stringToBytes(`colophon.${name}`))],
  })) as Address;
}

/** Where the dispute manager stands. */
export const disputeManager = (world: World): Promise<Address> => addressOf(world, "DisputeManager");

/** Signs one of the protocol's messages. */
export function sign(world: World, signer: number, name: MessageName, message: object): Promise<Hex> {
  const domain = { chainId: world.deployment.chainId, licenseToken: at(world, "LicenseToken") };
  return actor(world, signer).account.signTypedData(typedData(name, domain, message as never) as never);
}

/** Gives an account tokens, plain and wrapped, and lets market and rails take what they ask for. */
export async function fund(world: World & { deployment: Stack }, who: number, amount: bigint): Promise<void> {
  const { address, client } = actor(world, who);
  const { superfluidHost, testUSDCx } = world.deployment.external;
  await send(world, who, "TestUSDC", "mint", [address, amount * 2n]);
  const rails = ["EscrowRail", "StreamRail", "MeterRail", "RevenueShareRail", "LiveStreamRail"];
  for (const spender of ["LicenseMarket", "ProviderBond", ...rails])
    await send(world, who, "TestUSDC", "approve", [at(world, spender), amount]);
  await send(world, who, "TestUSDC", "approve", [testUSDCx, amount]);
  const wrap = await client.writeContract({
    address: testUSDCx,
    abi: tokenAbi,
    functionName: "upgrade",
    args: [amount * 10n ** 12n],
  });
  await client.waitForTransactionReceipt({ hash: wrap });
  const flows = await client.readContract({
    address: superfluidHost,
    abi: agreementsAbi,
    functionName: "getAgreementClass",
    args: [CONSTANT_FLOW],
  });
  for (const rail of ["StreamRail", "LiveStreamRail"]) {
    const allow = encodeFunctionData({
      abi: flowOperatorAbi,
      functionName: "authorizeFlowOperatorWithFullControl",
      args: [testUSDCx, at(world, rail), "0x"],
    });
    await callAgreement(world, who, flows, allow);
  }
}

async function callAgreement(world: World & { deployment: Stack }, who: number, agreement: Address, data: Hex) {
  const { client } = actor(world, who);
  const hash = await client.writeContract({
    address: world.deployment.external.superfluidHost,
    abi: superfluidHostMinimalAbi,
    functionName: "callAgreement",
    args: [agreement, data, "0x"],
  } as never);
  await client.waitForTransactionReceipt({ hash });
}

/** Ends a payer's flow into a vault on Superfluid itself, behind the rail's back. @returns whether there was one */
export async function dropFlow(world: World & { deployment: Stack }, who: number, vault: Address): Promise<boolean> {
  const { client, address } = actor(world, who);
  const { superfluidHost, testUSDCx } = world.deployment.external;
  const flows = await client.readContract({
    address: superfluidHost,
    abi: agreementsAbi,
    functionName: "getAgreementClass",
    args: [CONSTANT_FLOW],
  });
  const args = [testUSDCx, address, vault] as const;
  const [, rate] = await client.readContract({
    address: flows,
    abi: constantFlowMinimalAbi,
    functionName: "getFlow",
    args,
  });
  if (rate === 0n) return false;
  const data = encodeFunctionData({
    abi: constantFlowMinimalAbi,
    functionName: "deleteFlow",
    args: [...args, "0x"],
  });
  await callAgreement(world, who, flows, data);
  return true;
}
