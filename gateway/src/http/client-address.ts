/** From where a request comes, as far as limits care. */
import { isIPv6 } from "node:net";
import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";

/**
 * The client that a limit counts: its IPv4 address, or the /64 network of its IPv6 address, since one subscriber has all of that.
 * @param trustProxy take the last entry of X-Forwarded-For, which only a proxy in front can be trusted to have set
 */
export function clientAddress(c: Context, trustProxy: boolean): string {
  const forwarded = trustProxy ? c.req.header("x-forwarded-for")?.split(",").at(-1)?.trim() : undefined;
  return networkOf(forwarded || getConnInfo(c).remote.address || "unknown");
}

/** An IPv4 address as it is, also when written as IPv6; of an IPv6 address the first 64 bits. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1] as string;
  const plain = address.replace(/%.*$/, "");
  if (!isIPv6(plain)) return address;
  // WHATWG's serializer writes every spelling of one address in one way.
  const [head = "", tail] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail ? tail.split(":") : [];
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(zeros).fill("0"), ...after];
  return `${groups.slice(0, 4).join(":")}::/64`;
}
