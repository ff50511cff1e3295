/** What a payment token is and can do, read from the token itself. */
import {
  type Address,
  domainSeparator,
  encodeFunctionData,
  erc20Abi,
  type Hex,
  parseAbi,
  type TypedDataDomain,
  zeroHash,
} from "viem";
import { readContract } from "viem/actions";
import type { ColophonClient, Transaction } from "../core/types.js";
import { ColophonError } from "../errors/colophon-error.js";

const signatureAbi = parseAbi([
  "function DOMAIN_SEPARATOR() view returns (bytes32)",
  "function nonces(address owner) view returns (uint256)",
  "function version() view returns (string)",
  "function eip712Domain() view returns (bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)",
  "function authorizationState(address authorizer, bytes32 nonce) view returns (bool)",
]);

/** A token as a payer meets it; amounts in base units. */
export interface TokenState {
  address: Address;
  symbol: string;
  decimals: number;
  balance: bigint;
  allowance: bigint;
}

/** How a token lets its holders sign. Missing parts are not supported. */
export interface TokenSigning {
  /** EIP-712 domain, checked against the token's own separator. */
  domain: TypedDataDomain;
  /** Next EIP-2612 nonce of the holder. */
  permitNonce?: bigint;
  /** Whether the token speaks EIP-3009. */
  authorization: boolean;
}

/** Symbol, decimals, balance and allowance of a holder towards a spender. */
export async function tokenState(
  client: ColophonClient,
  { token, account, spender }: { token: Address; account: Address; spender: Address },
): Promise<TokenState> {
  const base = { address: token, abi: erc20Abi } as const;
  const [symbol, decimals, balance, allowance] = await Promise.all([
    readContract(client, { ...base, functionName: "symbol" }).catch(() => "tokens"),
    readContract(client, { ...base, functionName: "decimals" }).catch(() => 0),
    readContract(client, { ...base, functionName: "balanceOf", args: [account] }),
    readContract(client, { ...base, functionName: "allowance", args: [account, spender] }),
  ]);
  return { address: token, symbol, decimals, balance, allowance };
}

/**
 * How a token lets `account` sign, or undefined when it cannot be told.
 * The domain is used only when it hashes to the token's DOMAIN_SEPARATOR: a signature over a guessed domain would be wasted.
 */
export async function tokenSigning(
  client: ColophonClient,
  { token, account, chainId }: { token: Address; account: Address; chainId: number },
): Promise<TokenSigning | undefined> {
  const base = { address: token, abi: signatureAbi } as const;
  const [separator, domains, permitNonce, authorization] = await Promise.all([
    readContract(client, { ...base, functionName: "DOMAIN_SEPARATOR" }).catch(() => undefined),
    domainCandidates(client, token, chainId),
    readContract(client, { ...base, functionName: "nonces", args: [account] }).catch(() => undefined),
    readContract(client, { ...base, functionName: "authorizationState", args: [account, zeroHash] }).then(
      () => true,
      () => false,
    ),
  ]);
  const domain = domains.find((candidate) => separator === domainSeparator({ domain: candidate }));
  if (!domain) return undefined;
  return { domain, authorization, ...(permitNonce === undefined ? {} : { permitNonce }) };
}

/** ERC-5267 says it; older tokens have a name and perhaps a version. */
async function domainCandidates(client: ColophonClient, token: Address, chainId: number): Promise<TypedDataDomain[]> {
  const base = { address: token, abi: [...signatureAbi, ...erc20Abi] } as const;
  const [told, name, version] = await Promise.all([
    readContract(client, { ...base, functionName: "eip712Domain" }).catch(() => undefined),
    readContract(client, { ...base, functionName: "name" }).catch(() => undefined),
    readContract(client, { ...base, functionName: "version" }).catch(() => undefined),
  ]);
  const at = { chainId, verifyingContract: token };
  const candidates: TypedDataDomain[] = told ? [{ name: told[1], version: told[2], ...at }] : [];
  if (name !== undefined) {
    for (const guess of [version, "1", "2"]) if (guess !== undefined) candidates.push({ name, version: guess, ...at });
  }
  return candidates;
}

/** The transaction that sets an allowance, base units. */
export function approveTransaction(token: Address, spender: Address, amount: bigint): Transaction {
  const data: Hex = encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [spender, amount] });
  return { to: token, data, value: 0n };
}

/** The refusal of a way to pay that a token does not know. */
export function unsupported({ symbol, address }: TokenState, what: string): ColophonError {
  return new ColophonError(`${symbol} (${address}) does not support ${what}.`, {
    code: "input",
    hint: "Use funding `auto`, or `allowance`.",
  });
}
