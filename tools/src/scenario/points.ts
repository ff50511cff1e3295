// The scenario's dataset: points in a square, and whether they lie in a circle. Made by integers alone, so that every machine makes the
// same bytes.
import {
  FolderBlobStore,
  type IngestResult,
  type IngestSource,
  ingest,
  type ManifestFields,
} from "@colophon-protocol/ingest";
import { generateSigningKey, utf8, webCryptoSigner } from "@colophon-protocol/sdk/formats";

const FILES = 6;
const ROWS = 256;
const SIDE = 10_000;
const RADIUS = 4_000;
const SEED = 0x9e3779b9;

const README = `Points in and around a circle

Six files of ${ROWS} points each in a square with sides of ${SIDE}: x, y, and 1 where the point lies in the circle of radius ${RADIUS} around
the middle. Made by a program; dedicated to the public domain (CC0 1.0).
`;

const ICON =
  "data:image/svg+xml;base64," +
  Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28"><rect x="3" y="3" width="22" height="22" fill="none" stroke="#1B1A17"/><circle cx="14" cy="14" r="8.8" fill="none" stroke="#1B1A17" stroke-width="2"/></svg>',
  ).toString("base64");

const MANIFEST: ManifestFields = {
  name: "Points in and around a circle, 1,536",
  description:
    "1,536 points with integer coordinates and whether each lies in a circle: a toy for classifiers. The local chain's fixed scenario is about it.",
  image: ICON,
  publisher: { name: "Colophon" },
  modality: ["tabular"],
  keywords: ["geometry", "classification", "toy"],
  mediaTypes: ["text/csv", "text/plain"],
  source: {
    license: "CC0-1.0",
    licenseUrl: "https://creativecommons.org/publicdomain/zero/1.0/",
    origins: [{ title: "Made by this project's own program", license: "CC0-1.0" }],
  },
  pipeline: [],
  consents: { basis: "not-required" },
  contentCredentials: { policy: "none" },
  privacy: { mode: "no-personal-data", note: "Numbers from a generator." },
  parents: [],
  offerDefaults: [],
};

/** Turns the points into a version, in a folder of its own. Contents are the same every time; keys and manifest are not. */
export async function ingestPoints(folder: string): Promise<IngestResult & { store: FolderBlobStore }> {
  const files = pointFiles();
  const store = new FolderBlobStore(folder);
  const sources: IngestSource[] = [
    { path: "README.txt", data: utf8(README) },
    ...files.map((lines, i) => ({ path: `points-${i + 1}.csv`, data: utf8(`x,y,inside\n${lines.join("\n")}\n`) })),
  ];
  const result = await ingest({
    source: sources,
    out: folder,
    store,
    manifest: MANIFEST,
    signer: await webCryptoSigner(await generateSigningKey()),
    resumable: false,
  });
  return { ...result, store };
}

/** Lines of each file. */
function pointFiles(): string[][] {
  const next = xorshift32(SEED);
  const coordinate = () => next() % SIDE;
  const line = () => {
    const [x, y] = [coordinate(), coordinate()];
    return `${x},${y},${isInside(x, y) ? 1 : 0}`;
  };
  return Array.from({ length: FILES }, () => Array.from({ length: ROWS }, line));
}

function isInside(x: number, y: number): boolean {
  const [dx, dy] = [x - SIDE / 2, y - SIDE / 2];
  return dx * dx + dy * dy <= RADIUS * RADIUS;
}

/** Marsaglia's generator of 32-bit numbers: the same row for the same seed. */
function xorshift32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}
