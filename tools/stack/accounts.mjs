// Who is who on the local chain. All follow from anvil's default words, which everybody knows.
import { MNEMONIC } from "./chain.mjs";

/** Role → index of the account. script/config/31337.json gives 8 to 12 their roles in the protocol. */
const ROLES = {
  deployer: 0,
  rightsholder: 1,
  contributor: 2,
  licensee: 3,
  provider: 4,
  stranger: 5,
  // Of the fixed scenario alone, so that nothing of it meets the others.
  steward: 6,
  researcher: 7,
  treasury: 8,
  governance: 9,
  firstCouncillor: 10,
  secondCouncillor: 11,
  thirdCouncillor: 12,
};

/** @typedef {{ address: `0x${string}`, privateKey: `0x${string}` }} Account */

/** @returns {Promise<Record<keyof typeof ROLES, Account>>} */
export async function localAccounts() {
  const { bytesToHex } = await import("viem");
  const { mnemonicToAccount } = await import("viem/accounts");
  const entries = Object.entries(ROLES).map(([role, addressIndex]) => {
    const account = mnemonicToAccount(MNEMONIC, { addressIndex });
    const key = account.getHdKey().privateKey;
    if (!key) throw new Error(`accounts: no private key for ${role}.`);
    return [role, { address: account.address, privateKey: bytesToHex(key) }];
  });
  return Object.fromEntries(entries);
}
