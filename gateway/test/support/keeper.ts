/** A world with a keeper in it, for the tests of one database. */
import { pino } from "pino";
import type { Hex } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { keeperTransactions } from "../../src/db/schema.js";
import { DEFAULT_KEEPER, type KeeperConfig } from "../../src/keeper/config.js";
import { Keeper } from "../../src/keeper/keeper.js";
import { type PaidWorld, startPaidWorld, USDC } from "./paid.js";
import { startPostgres, type TestPostgres } from "./postgres.js";

/** Starts and stops it around the tests of a `describe`; each test has a keeper's key of its own. Its values are there once they run. */
export function keeperWorld(kind: string) {
  let postgres: TestPostgres | undefined;
  let world: PaidWorld;
  let key: Hex;
  let databaseUrl: string | undefined;

  beforeAll(async () => {
    postgres = kind === "postgres" ? await startPostgres() : undefined;
    databaseUrl = await postgres?.database();
    world = await startPaidWorld({ databaseUrl });
    await world.mint(world.buyer.account.address, 100_000n * USDC);
  }, 240_000);
  afterAll(async () => {
    await world?.stop();
    await postgres?.remove();
  });
  beforeEach(async () => {
    key = generatePrivateKey();
    await world.owner.setBalance({ address: privateKeyToAccount(key).address, value: 10n ** 20n });
  });

  return {
    get world() {
      return world;
    },
    get key() {
      return key;
    },
    get databaseUrl() {
      return databaseUrl;
    },
    keeper: (change: Partial<KeeperConfig> = {}) =>
      new Keeper(
        world.gateway.services,
        { ...DEFAULT_KEEPER, key, lookEvery: 0, maxFeePerDay: 10n ** 19n, ...change },
        pino({ level: process.env.KEEPER_LOG ?? "silent" }),
      ),
    /** What the keeper sent, by nonce. */
    sent: async () => {
      const rows = await world.gateway.services.db.run((db) => db.select().from(keeperTransactions));
      const mine = rows.filter(({ sender }) => sender === privateKeyToAccount(key).address);
      return mine.sort((a, b) => a.nonce - b.nonce);
    },
    /** A number among the gateway's metrics; 0 when it is not there. */
    metric: async (line: RegExp) => {
      const text = await world.gateway.services.metrics.registry.metrics();
      return Number(line.exec(text)?.[1] ?? 0);
    },
  };
}
