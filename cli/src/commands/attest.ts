/** `colophon attest`: schemas and issuers. Badges are in `attest-badges.ts`. */
import {
  accreditIssuer,
  issuerOf,
  issuerWeight,
  registerSchema,
  removeAccreditation,
  SUBJECT_KIND,
  type SubjectKind,
  schemaOf,
} from "@colophon-protocol/sdk";
import type { Command } from "commander";
import { actingAddress, parseAddress } from "../account.js";
import { createContext } from "../context.js";
import { parseInteger, parseTime } from "../parse.js";
import { printOutcome, write } from "../send.js";
import type { Settings } from "../settings.js";
import { addBadgeVerbs, parseFields, schemaId } from "./attest-badges.js";
import { fileHash, kebab, parseNamed } from "./trust-values.js";
import { addVerb } from "./verbs.js";

const ISSUER = "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65";

export function addAttest(program: Command): void {
  const attest = program.command("attest").description("badges: who attests to what, and what it is worth now");
  addSchemaVerbs(attest);
  addIssuerVerbs(attest);
  addBadgeVerbs(attest);
}

function addSchemaVerbs(attest: Command): void {
  const schema = attest.command("schema").description("what badges say");
  addVerb(
    schema,
    "register <fields>",
    "register a schema; one that is registered stays as it is",
    'attest schema register "uint16 errorBps,bytes32 reportHash" --document schema.json --kinds version',
  )
    .requiredOption("--document <file>", "canonical JSON Schema of the data, or its SHA-256")
    .requiredOption("--kinds <kind...>", "what it can be about: dataset, version, provider, person")
    .option("--max-validity <seconds>", "most seconds from issue to expiry; 0 for no bound", "0")
    .action((fields, _, command) => runRegister(fields, command.optsWithGlobals()));
  addVerb(
    schema,
    "show <schema>",
    "a schema by id, or by the name that governance lists",
    "attest schema show labels-reviewed",
  ).action((name, _, command) => runSchema(name, command.optsWithGlobals()));
}

function addIssuerVerbs(attest: Command): void {
  const issuer = attest.command("issuer").description("who may attest, and how much its word weighs");
  addVerb(
    issuer,
    "accredit <address>",
    "give of your own weight to an issuer",
    `attest issuer accredit ${ISSUER} --weight 500`,
  )
    .requiredOption("--weight <bps>", "of your own, in basis points")
    .option("--expires-at <time>", "first second without it: seconds or date; 0 for none", "0")
    .action((who, _, command) => runAccredit(who, command.optsWithGlobals()));
  addVerb(
    issuer,
    "remove <address>",
    "take back what you gave, with all that hangs on it",
    `attest issuer remove ${ISSUER}`,
  ).action((who, _, command) => runRemove(who, command.optsWithGlobals()));
  addVerb(
    issuer,
    "show <address>",
    "an issuer's accreditation and its weight now",
    `attest issuer show ${ISSUER}`,
  ).action((who, _, command) => runIssuer(who, command.optsWithGlobals()));
}

// ---- schemas

async function runRegister(
  fields: string,
  options: Settings & { document: string; kinds: string[]; maxValidity: string },
): Promise<void> {
  const maxValidity = parseInteger("--max-validity", options.maxValidity, 0, 2 ** 32 - 1);
  const kinds = options.kinds
    .flatMap((each) => each.split(","))
    .map((each) => parseNamed("--kinds", each, SUBJECT_KIND));
  parseFields(fields);
  const input = {
    fields,
    kinds: kinds as Exclude<SubjectKind, "None">[],
    maxValidity,
    documentHash: await fileHash("--document", options.document),
  };
  const context = await createContext(options);
  const { client, deployment, settings } = context;
  const schema = await registerSchema.simulate(client, {
    ...input,
    deployment,
    account: await actingAddress(settings),
  });
  printOutcome(context, await write(context, registerSchema, input), (event) => ({
    schema,
    registered: event === undefined ? "before" : "now",
  }));
}

async function runSchema(name: string, options: Settings): Promise<void> {
  const context = await createContext(options);
  const schema = await schemaId(context, name);
  const found = await schemaOf(context.client, { deployment: context.deployment, schema });
  context.output.result({ schema, ...found, kinds: found.kinds.map(kebab) });
}

// ---- issuers

async function runAccredit(who: string, options: Settings & { weight: string; expiresAt: string }): Promise<void> {
  const issuer = parseAddress("<address>", who);
  const weightBps = parseInteger("--weight", options.weight, 1, 10_000);
  const expiresAt = parseTime("--expires-at", options.expiresAt);
  const context = await createContext(options);
  printOutcome(context, await write(context, accreditIssuer, { issuer, weightBps, expiresAt }), () => ({
    issuer,
    weightBps,
    expiresAt: expiresAt || "never",
  }));
}

async function runRemove(who: string, options: Settings): Promise<void> {
  const issuer = parseAddress("<address>", who);
  const context = await createContext(options);
  printOutcome(context, await write(context, removeAccreditation, { issuer }), () => ({ issuer, removed: true }));
}

async function runIssuer(who: string, options: Settings): Promise<void> {
  const issuer = parseAddress("<address>", who);
  const { client, deployment, output } = await createContext(options);
  const [found, weight] = await Promise.all([
    issuerOf(client, { deployment, issuer }),
    issuerWeight(client, { deployment, issuer }),
  ]);
  output.result({ issuer, accredited: weight > 0, weight, ...found });
}
