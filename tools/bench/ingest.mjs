// ingest.*: the pipeline's own benchmark.

/** @type {Promise<{ id: string, value: number }[]> | undefined} */
let measured;

/** @param {string} id */
async function rateOf(id) {
  measured ??= import("@colophon-protocol/ingest/bench").then(({ benchIngest }) => benchIngest());
  const found = (await measured).find((figure) => figure.id === id);
  if (!found) throw new Error(`the ingest benchmark has no figure ${id}`);
  return found.value;
}

const unit = "MB/s";
const least = true;

/** @type {import("../bench.mjs").Figure[]} */
export default [
  {
    id: "ingest.mb_s",
    what: "hash, tree and encrypt, one thread, in memory",
    baseline: "SHA-256 alone 1,500; SHA + GCM + SHA 588",
    ...{ unit, least, budget: 500, run: () => rateOf("ingest.mb_s") },
  },
  {
    id: "ingest.disk_mb_s",
    what: "the same from files to files",
    ...{ unit, least, budget: 350, run: () => rateOf("ingest.disk_mb_s") },
  },
];
