/** How often one may sign in: every challenge is a row, every answer to one costs reads of the chain. */
import type { Address } from "viem";
import { Problem } from "../errors.js";
import { RateLimiter } from "../rate-limit.js";

/** Per process; several processes behind one balancer allow as many times more. */
export class SignInLimits {
  private readonly clients: RateLimiter;
  private readonly claimed: RateLimiter;
  private readonly proven: RateLimiter;

  /**
   * @param perClient challenges a minute for one client address
   * @param perAccount challenges a minute for one account at one client address, and sign-ins a minute for one account
   * @param now milliseconds
   */
  constructor(perClient: number, perAccount: number, now: () => number) {
    this.clients = new RateLimiter(perClient, now);
    this.claimed = new RateLimiter(perAccount, now);
    this.proven = new RateLimiter(perAccount, now);
  }

  /**
   * Counts a challenge. An account that is named here is not proven yet, so it is counted at the address that names it: nobody can
   * use up another's share, and of the accounts behind one address none can use up all of it.
   * @throws Problem 429 with Retry-After
   */
  challenge(client: string, account: Address | undefined): void {
    if (account) refuse(this.claimed.take(`${client} ${account}`), `${account} asked for too many challenges`);
    refuse(this.clients.take(client), "Too many challenges were asked for from this address");
  }

  /** Counts a sign-in of an account that has signed. @throws Problem 429 with Retry-After */
  signIn(account: Address): void {
    refuse(this.proven.take(account), `${account} signed in too often`);
  }
}

function refuse(seconds: number, what: string): void {
  if (seconds === 0) return;
  const detail = `${what}: try again in ${seconds} s, and refresh tokens instead of signing in anew.`;
  throw new Problem(429, "rate_limited", detail, { headers: { "retry-after": String(seconds) } });
}
