import { type Address, createClient, http, numberToHex, parseAbi, parseUnits } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { waitForTransactionReceipt, writeContract } from "viem/actions";
import type { ColophonConfig } from "../config";

const GAS_MONEY = 10n ** 19n;
const AMOUNT = "1000";

/** Gives an address gas money and 1,000 of the test token. Local chain only: a throw-away account mints. */
export async function fillFromFaucet(config: ColophonConfig, address: Address): Promise<void> {
  const token = Object.values(config.deployment.tokens ?? {})[0];
  if (!token) throw new Error("The deployment names no payment token.");
  const account = privateKeyToAccount(generatePrivateKey());
  const client = createClient({ account, transport: http(config.rpcUrl) });
  for (const receiver of [address, account.address]) {
    await client.request({ method: "anvil_setBalance", params: [receiver, numberToHex(GAS_MONEY)] } as never);
  }
  const hash = await writeContract(client, {
    chain: null,
    address: token.address,
    abi: parseAbi(["function mint(address to, uint256 amount)"]),
    functionName: "mint",
    args: [address, parseUnits(AMOUNT, token.decimals)],
  });
  await waitForTransactionReceipt(client, { hash });
}
