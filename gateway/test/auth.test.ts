import { decodeJwt, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { account, startChain, type TestChain } from "./support/chain.js";
import { buyer, owner, publishDataset, startTestGateway, stranger, type TestGateway } from "./support/gateway.js";
import { DATABASES, startPostgres, type TestPostgres } from "./support/postgres.js";
import { problem, RawClient } from "./support/raw.js";

const CHUNK = "/v1/datasets/1/versions/1/encodings/1/chunks/0";

describe.each(DATABASES)("sign-in and tokens on %s", (kind) => {
  let chain: TestChain;
  let gateway: TestGateway;
  let postgres: TestPostgres | undefined;
  let clock = 0;

  beforeAll(async () => {
    chain = await startChain();
    postgres = kind === "postgres" ? await startPostgres() : undefined;
    const databaseUrl = await postgres?.database();
    gateway = await startTestGateway(chain, { databaseUrl, now: () => Date.now() + clock });
    await publishDataset(chain, gateway, 1n, { "a.bin": 1000 });
    await publishDataset(chain, gateway, 2n, { "a.bin": 1000 });
  });
  afterAll(async () => {
    await gateway?.stop();
    await postgres?.remove();
    await chain?.stop();
  });

  it("issues a token of five minutes that is bound to license, encoding, block and key", async () => {
    const client = await RawClient.signedIn(gateway.url);
    const claims = decodeJwt(client.token);
    expect(claims).toMatchObject({
      sub: buyer.address,
      licenseId: "1",
      datasetId: "1",
      version: 1,
      encoding: 1,
      ops: ["read"],
    });
    expect(claims.cnf).toEqual({ jkt: client.jkt });
    expect(BigInt(claims.blk as string)).toBeLessThanOrEqual(await chain.client.getBlockNumber());
    expect((claims.exp as number) - (claims.iat as number)).toBe(300);
    expect((await client.get(CHUNK)).status).toBe(200);
  });

  it("publishes the key that verifies its tokens, and no secret with it", async () => {
    const { keys } = (await (await fetch(`${gateway.url}/.well-known/jwks.json`)).json()) as {
      keys: Record<string, string>[];
    };
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatchObject({ kty: "EC", crv: "P-256", alg: "ES256", use: "sig" });
    expect(keys[0]).not.toHaveProperty("d");
  });

  it("takes the signature of a contract account (ERC-1271), and refuses another's", async () => {
    const wallet = await chain.deployAccount(account(5).address);
    await chain.set("setLicense", [3n, wallet, 1, 1, 0]);
    const client = await RawClient.create(gateway.url);
    const asWallet = { ...account(5), address: wallet } as typeof buyer;
    expect((await client.login({ account: asWallet, signer: account(5), scope: "license:31337:3" })).status).toBe(200);
    const forged = await client.login({ account: asWallet, signer: stranger, scope: "license:31337:3" });
    expect(await problem(forged)).toMatchObject({ status: 401, code: "invalid_login" });
  });

  it.each([
    ["another domain", { domain: "evil.example" }],
    ["another origin", { uri: "https://evil.example", domain: "evil.example" }],
    ["another chain", { chainId: 1 }],
    ["an unknown nonce", { nonce: "0123456789abcdef0123456789abcdef" }],
    ["a time in the future", { issuedAt: new Date(Date.now() + 600_000) }],
    ["a time long ago", { issuedAt: new Date(Date.now() - 3_600_000) }],
    ["an expiry in the past", { expirationTime: new Date(Date.now() - 600_000) }],
    ["no DPoP key", { resources: ["urn:colophon:license:31337:1"] }],
    ["a license of another chain", { scope: "license:1:1" }],
  ])("refuses a message with %s", async (_what, fields) => {
    const client = await RawClient.create(gateway.url);
    const { scope, ...rest } = fields as { scope?: string };
    const answer = await client.login({ fields: rest, ...(scope ? { scope } : {}) });
    expect(await problem(answer)).toMatchObject({ status: 401, code: "invalid_login" });
  });

  it("takes each nonce once", async () => {
    const client = await RawClient.create(gateway.url);
    const nonce = await client.nonce();
    expect((await client.login({ fields: { nonce } })).status).toBe(200);
    expect(await problem(await client.login({ fields: { nonce } }))).toMatchObject({
      status: 401,
      code: "invalid_login",
    });
  });

  it("refuses a message that another account signed, and looks at one such message for a challenge", async () => {
    const client = await RawClient.create(gateway.url);
    const nonce = await client.nonce();
    expect(await problem(await client.login({ signer: stranger, fields: { nonce } }))).toMatchObject({
      status: 401,
      code: "invalid_login",
    });
    expect((await client.login({ fields: { nonce } })).status).toBe(401);
  });

  it("gives a stranger the chain's reason and no token", async () => {
    const client = await RawClient.create(gateway.url);
    const answer = await problem(await client.login({ account: stranger }));
    expect(answer).toMatchObject({ status: 403, code: "access_denied", reason: "NotHolder" });
    const unknown = await problem(await client.login({ scope: "license:31337:99" }));
    expect(unknown).toMatchObject({ status: 403, code: "access_denied", reason: "Unknown" });
  });

  it("refuses a DPoP proof the second time", async () => {
    const client = await RawClient.signedIn(gateway.url);
    const dpop = await client.proof("GET", CHUNK, {}, client.token);
    const headers = { authorization: `DPoP ${client.token}`, dpop };
    expect((await fetch(gateway.url + CHUNK, { headers })).status).toBe(200);
    const again = await fetch(gateway.url + CHUNK, { headers });
    expect(again.headers.get("www-authenticate")).toContain("invalid_dpop_proof");
    expect(await problem(again)).toMatchObject({ status: 401, code: "invalid_dpop_proof" });
  });

  it.each([
    ["another method", { htm: "POST" }],
    ["another path", { htu: "http://127.0.0.1/v1/other" }],
    ["another origin", { htu: `https://evil.example${CHUNK}` }],
    ["another token's hash", { ath: "AAAA" }],
    ["a time 61 s and more ago", { iat: Math.floor(Date.now() / 1000) - 120 }],
    ["a time in the future", { iat: Math.floor(Date.now() / 1000) + 120 }],
    ["another type", { typ: "JWT" }],
    ["a short id", { jti: "x" }],
  ])("refuses a DPoP proof with %s", async (_what, overrides) => {
    const client = await RawClient.signedIn(gateway.url);
    expect(await problem(await client.get(CHUNK, {}, overrides))).toMatchObject({
      status: 401,
      code: "invalid_dpop_proof",
    });
  });

  it("refuses a token with another client's key, without proof, as bearer, or signed by someone else", async () => {
    const client = await RawClient.signedIn(gateway.url);
    const thief = await RawClient.create(gateway.url);
    thief.token = client.token;
    expect(await problem(await thief.get(CHUNK))).toMatchObject({ status: 401, code: "invalid_dpop_proof" });
    const bare = await fetch(gateway.url + CHUNK, { headers: { authorization: `DPoP ${client.token}` } });
    expect(await problem(bare)).toMatchObject({ status: 401, code: "invalid_dpop_proof" });
    const bearer = await fetch(gateway.url + CHUNK, { headers: { authorization: `Bearer ${client.token}` } });
    expect(await problem(bearer)).toMatchObject({ status: 401, code: "invalid_token" });
    thief.token = await new SignJWT(decodeJwt(client.token))
      .setProtectedHeader({ alg: "ES256", typ: "at+jwt" })
      .sign(thief.privateKey);
    expect(await problem(await thief.get(CHUNK))).toMatchObject({ status: 401, code: "invalid_token" });
  });

  it("refuses a token for another license, dataset or encoding", async () => {
    const client = await RawClient.signedIn(gateway.url);
    expect(await problem(await client.get(CHUNK.replace("datasets/1", "datasets/2")))).toMatchObject({
      status: 403,
      code: "not_allowed",
    });
    expect(await problem(await client.get(CHUNK.replace("encodings/1", "encodings/2")))).toMatchObject({
      status: 403,
      code: "not_allowed",
    });
    expect(await problem(await client.get("/v1/licenses/2/receipt"))).toMatchObject({
      status: 403,
      code: "not_allowed",
    });
  });

  it("refuses a token after its five minutes, also from its cache", async () => {
    const client = await RawClient.signedIn(gateway.url);
    expect((await client.get(CHUNK)).status).toBe(200);
    clock = 301_000;
    const iat = Math.floor((Date.now() + clock) / 1000);
    expect(await problem(await client.get(CHUNK, {}, { iat }))).toMatchObject({ status: 401, code: "invalid_token" });
    clock = 0;
  });

  it("refreshes a token without a signature, asks the chain again, and ends the session after its time", async () => {
    const client = await RawClient.signedIn(gateway.url);
    const refreshed = await client.get("/v1/auth/refresh", {}, {}, "POST");
    expect(refreshed.status).toBe(200);
    client.token = ((await refreshed.json()) as { access_token: string }).access_token;
    expect((await client.get(CHUNK)).status).toBe(200);
    await chain.set("setAnswer", [1n, 4]);
    const denied = await problem(await client.get("/v1/auth/refresh", {}, {}, "POST"));
    await chain.set("setAnswer", [1n, 0]);
    expect(denied).toMatchObject({ status: 403, reason: "Revoked" });
  });

  it("lets the SDK's client work with a clock that is ten minutes off, and through an expired token", async () => {
    const client = gateway.client({ now: () => Date.now() - 600_000 });
    expect(await client.grant()).toEqual({ datasetId: 1n, licenseId: 1n, version: 1, encoding: 1 });
    expect((await client.session.request(CHUNK)).status).toBe(200);
    clock = 400_000;
    expect((await client.session.request(CHUNK)).status).toBe(200);
    clock = 0;
  });

  it("gives publish tokens to the dataset's owner only", async () => {
    const client = await RawClient.create(gateway.url);
    expect((await client.login({ account: owner, scope: "dataset:31337:1" })).status).toBe(200);
    const other = await problem(await client.login({ account: buyer, scope: "dataset:31337:1" }));
    expect(other).toMatchObject({ status: 403, code: "not_allowed" });
    const publisher = await RawClient.signedIn(gateway.url, { account: owner, scope: "dataset:31337:1" });
    expect(await problem(await publisher.get(CHUNK))).toMatchObject({ status: 403, code: "not_allowed" });
  });
});
