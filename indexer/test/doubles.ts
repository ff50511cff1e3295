// Courts of other protocols, as the contracts' own tests have them, and our adapters to them, on a test chain.
import { builtContract, compiledDouble } from "@colophon-protocol/tools/testing";
import type { Abi, Address, Hex } from "viem";
import { actor, type World } from "./history.js";
import { WHO } from "./market.js";
import { at } from "./rails.js";

interface Compiled {
  abi: Abi;
  bytecode: Hex;
}

/** A contract on the chain. */
export interface Deployed {
  abi: Abi;
  address: Address;
}

async function deploy(world: World, { abi, bytecode }: Compiled, args: readonly unknown[]): Promise<Deployed> {
  const { client } = actor(world, WHO.keeper);
  const hash = await client.deployContract({ abi, bytecode, args } as never);
  const { contractAddress } = await client.waitForTransactionReceipt({ hash });
  if (!contractAddress) throw new Error("A contract was not deployed.");
  return { abi, address: contractAddress };
}

/** UMA's oracle and the adapter that asks it. */
export async function deployOracle(world: World) {
  const oracle = await deploy(world, compiledDouble("OracleDouble"), []);
  const args = [at(world, "DisputeManager"), oracle.address, at(world, "TestUSDC")];
  return { oracle, adapter: await deploy(world, builtContract("UmaArbitrator"), args) };
}

/** An ERC-792 court and the adapter that asks it. */
export async function deployCourt(world: World) {
  const court = await deploy(world, compiledDouble("CourtDouble"), []);
  const args = [at(world, "DisputeManager"), court.address, "0x01"];
  return { court, adapter: await deploy(world, builtContract("Erc792Arbitrator"), args) };
}

/** Sends a call to a deployed contract and waits until it went through. */
export async function callOn(
  world: World,
  from: number,
  { abi, address }: Deployed,
  functionName: string,
  args: readonly unknown[],
  value = 0n,
): Promise<void> {
  const { client, account } = actor(world, from);
  const { request } = await client.simulateContract({ abi, address, functionName, args, value, account } as never);
  const hash = await client.writeContract(request as never);
  const { status } = await client.waitForTransactionReceipt({ hash });
  if (status !== "success") throw new Error(`${functionName} was reverted.`);
}

/** Reads a deployed contract. */
export async function lookOn<T>(world: World, { abi, address }: Deployed, functionName: string): Promise<T> {
  return (await actor(world, WHO.keeper).client.readContract({ abi, address, functionName, args: [] })) as T;
}
