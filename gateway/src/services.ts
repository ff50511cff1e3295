/** Wires the parts of one gateway process together. */
import { randomBytes } from "node:crypto";
import { type Logger, pino } from "pino";
import { bytesToHex, hexToBytes } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { DpopVerifier } from "./auth/dpop.js";
import { SignInLimits } from "./auth/limits.js";
import { AuthService } from "./auth/service.js";
import { loadSigningKey } from "./auth/signing-key.js";
import { SignInService } from "./auth/siwe.js";
import { TokenService } from "./auth/tokens.js";
import { type BlobStore, FolderBlobs } from "./blobs/store.js";
import { AccessOracle } from "./chain/access.js";
import { LicenseDeals } from "./chain/deals.js";
import { ChainReader } from "./chain/reader.js";
import type { GatewayConfig } from "./config.js";
import { Database } from "./db/open.js";
import { loadSealed } from "./db/sealed.js";
import { Accounting } from "./delivery/accounting.js";
import { Catalog } from "./delivery/catalog.js";
import { StreamLimiter } from "./delivery/limits.js";
import { DeliveryService } from "./delivery/service.js";
import { openJobs } from "./jobs/open.js";
import type { JobService } from "./jobs/service.js";
import { RunFollower } from "./log/runs.js";
import { LogService } from "./log/service.js";
import { MeterLedger } from "./meter/ledger.js";
import { MeterService } from "./meter/service.js";
import { VoucherStore } from "./meter/voucher-store.js";
import { Vouchers } from "./meter/vouchers.js";
import { Metrics } from "./metrics.js";
import { PublishService } from "./publish/service.js";
import { ReceiptService } from "./receipts/service.js";
import { KeyReleases } from "./releases/service.js";
import { EncodingRequests } from "./requests/service.js";
import { openFacilitator } from "./x402/open.js";
import { Samples } from "./x402/samples.js";

/** Everything that handlers use. */
export interface Services {
  config: GatewayConfig;
  metrics: Metrics;
  db: Database;
  chain: ChainReader;
  auth: AuthService;
  blobs: BlobStore;
  catalog: Catalog;
  delivery: DeliveryService;
  accounting: Accounting;
  receipts: ReceiptService;
  requests: EncodingRequests;
  publish: PublishService;
  deals: LicenseDeals;
  meter: MeterService;
  log: LogService;
  keyReleases: KeyReleases;
  /** Where the chain records runs. */
  runs: RunFollower | undefined;
  vouchers: Vouchers;
  samples: Samples;
  /** Where jobs are run. */
  jobs: JobService | undefined;
  /** Milliseconds of this machine's clock. */
  now: () => number;
}

/** What tests and other hosts may replace. */
export interface ServiceOverrides {
  /** Milliseconds of this machine's clock. */
  now?: () => number;
  blobs?: BlobStore;
}

/**
 * Opens the database, migrates it and builds the services.
 * @param origins origins of this gateway; known only once it listens
 * @param onError told of failures that belong to no request
 */
export async function createServices(
  config: GatewayConfig,
  origins: () => readonly string[],
  onError: (error: unknown) => void,
  overrides: ServiceOverrides = {},
  logger: Logger = pino({ level: "silent" }),
): Promise<Services> {
  const now = overrides.now ?? Date.now;
  const { limits } = config;
  const provider = privateKeyToAccount(config.providerKey);
  const metrics = new Metrics();
  const db = await Database.open({ url: config.databaseUrl, folder: config.dataFolder, onLost: onError });
  const chain = new ChainReader(config.chain, now);
  const [key, log] = await Promise.all([
    loadSigningKey(db, hexToBytes(config.providerKey)),
    openProviderLog(config, db, chain, now),
  ]).catch(async (error) => {
    await db.close();
    throw error;
  });
  const access = new AccessOracle(chain, metrics, limits.accessTtlMs, now);
  const blobs = overrides.blobs ?? new FolderBlobs(config.blobFolder);
  const catalog = new Catalog(db, blobs, chain, provider.address, limits.maxCachedChunks, now);
  const requests = new EncodingRequests(
    db,
    chain,
    access,
    catalog,
    { ttl: limits.encodingRequestTtl, standingTtlMs: limits.accessTtlMs },
    now,
  );
  const accounting = new Accounting(db, limits.accountingMs, onError);
  const deals = new LicenseDeals(db, chain, access);
  const domain = { chainId: config.chain.chainId, licenseToken: config.chain.licenseToken };
  const ledger = new MeterLedger(db, provider, domain, limits.reservationTtl, now);
  const { unvouchered, voucherSoftBps: softBps, accessTtlMs: positionTtlMs } = limits;
  const trust = { unvouchered, softBps, positionTtlMs };
  const meter = new MeterService(ledger, new VoucherStore(db), chain, deals, trust, metrics, now);
  const limiter = new StreamLimiter(limits.streamsPerLicense, limits.streamsPerProcess, metrics);
  const auth = new AuthService(
    new SignInService(db, chain, origins, now),
    new SignInLimits(limits.challengesPerClient, limits.signInsPerAccount, now),
    new DpopVerifier(db, origins, limits.dpopMaxAge, now),
    new TokenService(key, () => origins()[0] as string, limits.tokenTtl, now),
    chain,
    access,
    { sessionTtl: limits.sessionTtl, publishers: config.publishers },
    now,
  );
  const delivery = new DeliveryService(blobs, access, accounting, deals, meter, limiter, metrics, limits.stallMs);
  const parts = { chain, access, requests, catalog, delivery, accounting, blobs };
  const jobs = await openJobs(config, db, parts, logger, now).catch(async (error) => {
    await accounting.close();
    await db.close();
    throw error;
  });
  return {
    config,
    metrics,
    db,
    chain,
    auth,
    blobs,
    catalog,
    accounting,
    requests,
    delivery,
    receipts: new ReceiptService(
      db,
      chain,
      access,
      catalog,
      accounting,
      requests,
      provider,
      metrics,
      limits.receiptTtl,
    ),
    publish: new PublishService(db, blobs, chain, catalog, provider, limits),
    deals,
    meter,
    log,
    keyReleases: new KeyReleases(db, chain, config.keyNodes ?? []),
    runs: config.chain.proofRegistry && new RunFollower(db, chain, limits.runsEveryMs, onError, now),
    vouchers: new Vouchers(chain, meter, metrics),
    jobs,
    samples: new Samples(db, chain, blobs, openFacilitator(config, db, chain, metrics, logger, now)),
    now,
  };
}

async function openProviderLog(
  config: GatewayConfig,
  db: Database,
  chain: ChainReader,
  now: () => number,
): Promise<LogService> {
  const provider = privateKeyToAccount(config.providerKey);
  const host = config.publicUrl === undefined ? provider.address.toLowerCase() : new URL(config.publicUrl).host;
  const secret = await loadSealed(db, "log-key-1", hexToBytes(config.providerKey), () => bytesToHex(randomBytes(32)));
  const secretKey = hexToBytes(secret as `0x${string}`);
  const options = { origin: config.logOrigin, fallback: `${host}/log`, secretKey };
  return LogService.open(db, chain, provider, options, now);
}
