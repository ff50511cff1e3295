/**
 * The genuine Lit client 7.4.0 against key nodes that a `KeyNetwork` contract names. Optional peer, loaded on first use:
 * `@lit-protocol/lit-node-client-nodejs`, the client itself; `@lit-protocol/lit-node-client` only adds its own wallet dialog (and
 * settings read from local storage), which this gate has no use for, and can be given as `loadClient`.
 * Same ciphertexts and conditions as the native gate; use it where an application speaks Lit already.
 *
 * Limits that come with Lit's client: it finds nodes as ip:port, connects only while every node is up (decrypting then needs the
 * threshold only), and its release needs an activated license, because Lit conditions do not know a license id.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToHex, concatBytes } from "@noble/hashes/utils.js";
import type { Account, Address, Hex } from "viem";
import { createSiweMessage } from "viem/siwe";
import { parseLicenseConditions } from "./conditions.js";
import { KeyAccessDenied, KeyNodesUnavailable } from "./errors.js";
import type { KeyGate } from "./gate.js";
import { identityOfWrapped, type WrappedKey } from "./network.js";

/** What signs the session: a viem account, or a wallet client's `signMessage` behind an address. */
export type LitSigner = Pick<Account, "address"> & { signMessage: (parameters: { message: string }) => Promise<Hex> };

export interface LitKeyGateParameters {
  /** RPC of the chain that carries the `KeyNetwork` contract. */
  rpcUrl: string;
  /** `KeyNetwork`: it answers the views of Lit's staking contract that the client reads. */
  keyNetwork: Address;
  account: LitSigner;
  /** Chain id that the wallet's sign-in message names. */
  chainId: number;
  /** `http://` for local nodes, `https://` otherwise. */
  nodeProtocol?: "http://" | "https://";
  /** Domain that the wallet's sign-in message names; the page's unless told. */
  domain?: string;
  /** Life of a session in seconds; 300 unless told. */
  ttlSeconds?: number;
  /** Where the client's class comes from; the optional peer unless told. */
  loadClient?: () => Promise<new (config: never) => unknown>;
}

/** The part of Lit's staking contract that its client reads. */
export const litStakingAbi = [
  {
    type: "function",
    name: "getActiveUnkickedValidatorStructsAndCounts",
    stateMutability: "view",
    inputs: [],
    outputs: [
      {
        name: "",
        type: "tuple",
        components: ["epochLength", "number", "endTime", "retries", "timeout"].map((name) => ({
          name,
          type: "uint256",
        })),
      },
      { name: "", type: "uint256" },
      {
        name: "",
        type: "tuple[]",
        components: [
          { name: "ip", type: "uint32" },
          { name: "ipv6", type: "uint128" },
          { name: "port", type: "uint32" },
          { name: "nodeAddress", type: "address" },
          { name: "reward", type: "uint256" },
          { name: "senderPubKey", type: "uint256" },
          { name: "receiverPubKey", type: "uint256" },
        ],
      },
    ],
  },
  { type: "event", name: "StateChanged", inputs: [{ name: "newState", type: "uint8", indexed: false }] },
] as const;

interface LitSessionRequest {
  uri: string;
  nonce: string;
  expiration: string;
  statement?: string;
  resources: string[];
}

/** The part of Lit's client that is used here. */
interface LitClient {
  ready: boolean;
  subnetPubKey: string;
  config: { minNodeCount?: number };
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  encrypt(p: object): Promise<{ ciphertext: string; dataToEncryptHash: string }>;
  decrypt(p: object): Promise<{ decryptedData: Uint8Array }>;
  getSessionSigs(p: object): Promise<Record<string, object>>;
}

const DECRYPTION = "access-control-condition-decryption";
/** After 30 s Lit's client would ask public services for a block hash; connecting anew asks our nodes instead. */
const RECONNECT_AFTER_MS = 25_000;

/** A key gate over Lit's own client. Fails with `KeyNodesUnavailable` when the client is not installed or cannot connect. */
export function litKeyGate(parameters: LitKeyGateParameters): KeyGate {
  let client: LitClient | undefined;
  let connectedAt = 0;
  const connected = async (): Promise<LitClient> => {
    if (client?.ready && Date.now() - connectedAt <= RECONNECT_AFTER_MS) return client;
    // A new client each time: one that connects twice never stops polling the contract it listened to first.
    await client?.disconnect();
    const fresh = await createClient(parameters);
    client = fresh;
    await fresh.connect().catch((error) => {
      throw translate(error, fresh);
    });
    connectedAt = Date.now();
    return fresh;
  };
  return {
    kind: "lit-7",
    wrap: ({ conditions, key }) =>
      quietly(async () => {
        parseLicenseConditions(conditions);
        const lit = await connected();
        const { ciphertext, dataToEncryptHash } = await lit.encrypt({
          evmContractConditions: conditions,
          dataToEncrypt: key,
        });
        return {
          scheme: "bls12381-g2-ibe",
          networkPublicKey: `0x${lit.subnetPubKey}`,
          conditions,
          keyHash: `0x${dataToEncryptHash}`,
          ciphertext,
        } as const;
      }),
    release: ({ wrapped }) =>
      quietly(async () => {
        const lit = await connected();
        try {
          return await decrypt(lit, wrapped, parameters);
        } catch (error) {
          throw translate(error, lit);
        }
      }),
    close: async () => {
      await client?.disconnect();
      client = undefined;
    },
  };
}

async function decrypt(lit: LitClient, wrapped: WrappedKey, parameters: LitKeyGateParameters): Promise<Uint8Array> {
  const { chain } = parseLicenseConditions(wrapped.conditions);
  const sessionSigs = await openSession(lit, identityOfWrapped(wrapped), chain, parameters);
  const { decryptedData } = await lit.decrypt({
    evmContractConditions: wrapped.conditions,
    ciphertext: wrapped.ciphertext,
    dataToEncryptHash: wrapped.keyHash.slice(2),
    chain,
    sessionSigs,
  });
  return decryptedData;
}

/**
 * A session of its own per release, allowed to decrypt this one key. A fresh session key also keeps Lit's client from reusing a
 * wallet signature that it cached for another account of the same browser.
 */
async function openSession(lit: LitClient, identity: string, chain: string, parameters: LitKeyGateParameters) {
  const { account, chainId, ttlSeconds = 300, domain = globalThis.location?.host ?? "localhost" } = parameters;
  const { secretKey, publicKey } = ed25519.keygen();
  const recap = `urn:recap:${base64url(JSON.stringify({ att: { [identity]: { "Threshold/Decryption": [{}] } }, prf: [] }))}`;
  const resource = {
    resourcePrefix: "lit-accesscontrolcondition",
    resource: identity.slice("lit-accesscontrolcondition://".length),
    getResourceKey: () => identity,
    toString: () => identity,
    isValidLitAbility: (ability: string) => ability === DECRYPTION,
  };
  const authNeededCallback = async (asked: LitSessionRequest) => {
    const message = createSiweMessage({
      address: account.address,
      chainId,
      domain,
      uri: asked.uri,
      version: "1",
      nonce: asked.nonce,
      statement: `I further authorize the stated URI to perform the following actions on my behalf: (1) 'Threshold': 'Decryption' for '${identity}'.`,
      expirationTime: new Date(asked.expiration),
      resources: asked.resources,
    });
    const sig = await account.signMessage({ message });
    return { sig, derivedVia: "web3.eth.personal.sign", signedMessage: message, address: account.address };
  };
  try {
    return await lit.getSessionSigs({
      chain,
      expiration: new Date(Date.now() + ttlSeconds * 1000).toISOString(),
      sessionKey: { publicKey: bytesToHex(publicKey), secretKey: bytesToHex(concatBytes(secretKey, publicKey)) },
      sessionCapabilityObject: { statement: "", encodeAsSiweResource: () => recap },
      resourceAbilityRequests: [{ resource, ability: DECRYPTION }],
      authNeededCallback,
    });
  } finally {
    globalThis.localStorage?.removeItem("lit-wallet-sig");
  }
}

async function createClient(parameters: LitKeyGateParameters): Promise<LitClient> {
  const Client = (await (parameters.loadClient ?? loadLit)()) as new (config: object) => LitClient;
  return new Client({
    litNetwork: "custom",
    rpcUrl: parameters.rpcUrl,
    nodeProtocol: parameters.nodeProtocol ?? "https://",
    checkNodeAttestation: false,
    debug: false,
    contractContext: { Staking: { address: parameters.keyNetwork, abi: litStakingAbi } },
  });
}

async function loadLit(): Promise<new (config: never) => unknown> {
  try {
    return (await import("@lit-protocol/lit-node-client-nodejs")).LitNodeClientNodeJs;
  } catch (error) {
    const message = `@lit-protocol/lit-node-client-nodejs 7.4.0 cannot be loaded: ${(error as Error).message}`;
    throw new KeyNodesUnavailable(1, 0, [{ url: "lit", code: "not_installed", message }]);
  }
}

/** Lit reports the most common error of its nodes; what matters is whether the chain said no. */
function translate(error: unknown, client: LitClient | undefined): Error {
  if (error instanceof KeyNodesUnavailable || error instanceof KeyAccessDenied) return error;
  const e = error as { info?: { errorCode?: string; message?: string }; message?: string; code?: string };
  const code = e.info?.errorCode ?? e.code ?? "lit_error";
  const failures = [{ url: "lit", code, message: e.info?.message ?? e.message ?? String(error) }];
  if (code === "NodeAccessControlConditionsReturnedNotAuthorized") return new KeyAccessDenied("Unknown", failures);
  return new KeyNodesUnavailable(client?.config.minNodeCount ?? 1, 0, failures);
}

/** Messages of Lit's client that must not, or need not, reach a console. The first one is the key to the ciphertext. */
const SILENCED = [
  "signature from encrypt op",
  'Storage key "lit-',
  "Unable to store walletSig",
  "using deprecated parameters",
];
let quietCalls = 0;
let loud: Pick<Console, "log" | "warn"> | undefined;

/** Runs `action` while Lit's messages are kept off the console; everything else passes. Nested and concurrent calls are fine. */
async function quietly<T>(action: () => Promise<T>): Promise<T> {
  if (quietCalls++ === 0) {
    const original = { log: console.log, warn: console.warn };
    loud = original;
    const pass =
      (write: typeof console.log) =>
      (first: unknown, ...rest: unknown[]) => {
        if (!SILENCED.some((text) => typeof first === "string" && first.startsWith(text)))
          write.call(console, first, ...rest);
      };
    console.log = pass(original.log);
    console.warn = pass(original.warn);
  }
  try {
    return await action();
  } finally {
    if (--quietCalls === 0 && loud) Object.assign(console, loud);
  }
}

function base64url(text: string): string {
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
