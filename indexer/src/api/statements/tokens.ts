import { publicClients } from "ponder:api";
import type { TokenInfo } from "@colophon-protocol/sdk/indexer";
import { type Address, erc20Abi } from "viem";

const known = new Map<Address, Promise<TokenInfo>>();

/** How tokens are written, asked once each: documents hold base units, so a node that is away costs readability alone. */
export async function describeTokens(tokens: Iterable<Address>): Promise<TokenInfo[]> {
  return Promise.all([...new Set(tokens)].sort().map(describe));
}

function describe(token: Address): Promise<TokenInfo> {
  const cached = known.get(token);
  if (cached) return cached;
  const asked = ask(token);
  known.set(token, asked);
  return asked;
}

async function ask(token: Address): Promise<TokenInfo> {
  const read = (functionName: "symbol" | "decimals") =>
    publicClients.colophon.readContract({ address: token, abi: erc20Abi, functionName });
  try {
    const [symbol, decimals] = await Promise.all([read("symbol"), read("decimals")]);
    return { token, symbol: String(symbol).slice(0, 20), decimals: Number(decimals) };
  } catch {
    known.delete(token);
    return { token, symbol: null, decimals: null };
  }
}
