/** Badges: issued, signed off chain, anchored, revoked, shown and checked. */
import {
  anchorAttestation,
  attestationId,
  attestationWithdrawnAt,
  badgeOf,
  badgeStanding,
  datasetSubject,
  encodeBadgeData,
  issueBadge,
  issueBadges,
  issuerWeight,
  knownSchema,
  personSubject,
  providerSubject,
  readSubject,
  renounceBadge,
  revokeBadge,
  schemaOf,
  signAttestation,
  verifyAttestation,
  versionSubject,
  withdrawAttestation,
} from "@colophon-protocol/sdk";
import { type BadgeEntity, getBadges } from "@colophon-protocol/sdk/indexer";
import type { Command } from "commander";
import { decodeAbiParameters, type Hex, isHex, keccak256, parseAbiParameters } from "viem";
import { parseAddress, requireSigner } from "../account.js";
import { type Context, createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { checksummed, type Printable } from "../output.js";
import { parseHash, parseId, parseInteger, parseTime } from "../parse.js";
import { printOutcome, write } from "../send.js";
import { readJsonFile, requireSetting, type Settings } from "../settings.js";
import { readSigned, shownSigned, writeSigned } from "../signed-file.js";
import { MAX_VERSION } from "./component.js";
import { chainNow, kebab, lower, parseReason } from "./trust-values.js";
import { addVerb } from "./verbs.js";

const BADGE = "104729";

const addSubjectOptions = (command: Command): Command =>
  command
    .option("--dataset <id>", "about a dataset, or with --version-number a version of it")
    .option("--version-number <n>", "version")
    .option("--provider <address>", "about a provider")
    .option("--person <address>", "about a person");

const addBadgeOptions = (command: Command): Command =>
  addSubjectOptions(command)
    .requiredOption("--schema <schema>", "id, or a name that governance lists")
    .option("--values <json>", "the data: a JSON list with a value for each field of the schema", "[]")
    .option("--expires-at <time>", "first second at which it no longer holds; 0 for no end", "0")
    .option("--nonce <n>", "tells badges apart that are equal in all else", "0");

/** Adds the verbs of badges. */
export function addBadgeVerbs(attest: Command): void {
  const about = "--dataset 1 --version-number 1 --schema labels-reviewed";
  addBadgeOptions(
    addVerb(
      attest,
      "issue",
      "issue a badge, as an accredited issuer",
      `attest issue ${about} --values '["0xab…", 500, 120]'`,
    ),
  ).action((_, command) => runIssue(command.optsWithGlobals()));
  addVerb(
    attest,
    "issue-many <file>",
    "issue many, all or none: a JSON list of { schema, dataset, versionNumber, provider, person, values, expiresAt, nonce }",
    "attest issue-many badges.json",
  ).action((file, _, command) => runIssueMany(file, command.optsWithGlobals()));
  addBadgeOptions(
    addVerb(
      attest,
      "sign",
      "sign an attestation off chain, for anyone to anchor",
      `attest sign ${about} --out badge.json`,
    ),
  )
    .requiredOption("--out <file>", "where to write it")
    .action((_, command) => runSign(command.optsWithGlobals()));
  addVerb(
    attest,
    "anchor <file>",
    "bring a signed attestation on chain as a badge; anyone may",
    "attest anchor badge.json",
  )
    .option("--no-data", "keep its data off chain")
    .action((file, _, command) => runAnchor(file, command.optsWithGlobals()));
  for (const [name, text, run] of [
    ["revoke", "revoke a badge of yours", runRevoke],
    ["withdraw", "take back an attestation of yours that is not on chain", runWithdraw],
  ] as const) {
    addVerb(attest, `${name} <badge>`, text, `attest ${name} ${BADGE} --reason "a mistake"`)
      .requiredOption("--reason <text>", "at most 32 bytes, or 32 bytes of hex")
      .action((id, _, command) => run(id, command.optsWithGlobals()));
  }
  addVerb(attest, "renounce <badge>", "revoke a badge about yourself, a person", `attest renounce ${BADGE}`).action(
    (id, _, command) => runRenounce(id, command.optsWithGlobals()),
  );
  addVerb(attest, "show <badge>", "a badge with its data, and what it is worth now", `attest show ${BADGE}`).action(
    (id, _, command) => runShow(id, command.optsWithGlobals()),
  );
  addVerb(
    attest,
    "verify <file>",
    "whether a signed attestation counts: signature, issuer, time",
    "attest verify badge.json",
  ).action((file, _, command) => runVerify(file, command.optsWithGlobals()));
  addSubjectOptions(
    addVerb(attest, "list", "badges from the indexer, with what they are worth now", "attest list --dataset 1"),
  ).action((_, command) => runList(command.optsWithGlobals()));
}

/** A schema by id, or by the name that governance lists. @throws CliError when it lists none */
export async function schemaId({ client, deployment }: Context, value: string): Promise<Hex> {
  if (isHex(value)) return parseHash("--schema", value);
  const found = await knownSchema(client, { deployment, name: value });
  if (found) return found;
  throw new CliError(`Governance lists no schema "${value}".`, EXIT.usage, "Pass the schema's id.");
}

/** A schema's fields. @throws CliError when they are none */
export function parseFields(fields: string) {
  try {
    return parseAbiParameters(fields);
  } catch {
    throw new CliError(
      `"${fields}" are no fields.`,
      EXIT.usage,
      'Expected ABI types with names: "uint16 errorBps,bytes32 reportHash".',
    );
  }
}

interface SubjectOptions {
  dataset?: string;
  versionNumber?: string;
  provider?: string;
  person?: string;
}

interface BadgeOptions extends SubjectOptions {
  schema: string;
  values: string;
  expiresAt: string;
  nonce: string;
}

/** What a badge is about: exactly one thing. @throws CliError */
function subjectOf({ dataset, versionNumber, provider, person }: SubjectOptions): Hex {
  const given = [dataset, provider, person].filter((value) => value !== undefined);
  if (given.length !== 1 || (versionNumber !== undefined && dataset === undefined)) {
    throw new CliError(
      "A badge is about one thing.",
      EXIT.usage,
      "Pass --dataset (with --version-number), --provider or --person.",
    );
  }
  if (provider !== undefined) return providerSubject(parseAddress("--provider", provider));
  if (person !== undefined) return personSubject(parseAddress("--person", person));
  const datasetId = parseId("--dataset", dataset as string);
  if (versionNumber === undefined) return datasetSubject(datasetId);
  return versionSubject(datasetId, parseInteger("--version-number", versionNumber, 1, MAX_VERSION));
}

function parseValues(text: string): unknown[] {
  try {
    const values = JSON.parse(text);
    if (Array.isArray(values)) return values;
  } catch {}
  throw new CliError(`--values is ${text}.`, EXIT.usage, 'Expected a JSON list, such as ["0xab…", 500].');
}

/** What can be checked of a badge before the chain is asked. */
const checkedBadge = ({ values, expiresAt, nonce, ...rest }: BadgeOptions) => ({
  subject: subjectOf(rest),
  values: parseValues(values),
  expiresAt: parseTime("--expires-at", expiresAt),
  nonce: nonce === "0" ? 0n : parseId("--nonce", nonce),
});

async function badgeOfOptions(context: Context, name: string, checked: ReturnType<typeof checkedBadge>) {
  const schema = await schemaId(context, name);
  const { fields } = await schemaOf(context.client, { deployment: context.deployment, schema });
  const { values, ...rest } = checked;
  return { ...rest, schema, data: encodeBadgeData(fields, values) };
}

async function runIssue(options: Settings & BadgeOptions): Promise<void> {
  const checked = checkedBadge(options);
  const context = await createContext(options);
  const badge = await badgeOfOptions(context, options.schema, checked);
  printOutcome(context, await write(context, issueBadge, badge), (event) => ({
    badgeId: event?.badgeId,
    schema: badge.schema,
    subject: badge.subject,
  }));
}

async function runIssueMany(file: string, options: Settings): Promise<void> {
  const list = await readJsonFile(file);
  if (!Array.isArray(list) || list.length === 0) {
    throw new CliError(`${file} holds no list of badges.`, EXIT.usage, "Expected [{ schema, dataset, values, … }].");
  }
  const checked = (list as Record<string, unknown>[]).map((each) => {
    const text = (name: string) => (each[name] === undefined ? {} : { [name]: String(each[name]) });
    const { schema, values = [], expiresAt = 0, nonce = 0 } = each;
    const given = { ...text("dataset"), ...text("versionNumber"), ...text("provider"), ...text("person") };
    const rest = { values: JSON.stringify(values), expiresAt: String(expiresAt), nonce: String(nonce) };
    return [String(schema), checkedBadge({ schema: String(schema), ...given, ...rest })] as const;
  });
  const context = await createContext(options);
  const badges = await Promise.all(checked.map(([schema, badge]) => badgeOfOptions(context, schema, badge)));
  const outcome = await write(context, issueBadges, { badges });
  printOutcome(context, outcome, () => {
    const logs = outcome.dryRun ? [] : outcome.sent.receipt.logs;
    return { badges: issueBadges.extractEvents(logs).map(({ badgeId }) => badgeId) };
  });
}

async function runSign(options: Settings & BadgeOptions & { out: string }): Promise<void> {
  const checked = checkedBadge(options);
  const context = await createContext(options);
  const { client, deployment, settings, output } = context;
  const account = await requireSigner(settings);
  const { data, ...badge } = await badgeOfOptions(context, options.schema, checked);
  const message = { issuer: account.address, ...badge, dataHash: keccak256(data), issuedAt: await chainNow(context) };
  const signature = await signAttestation(client, { deployment, account, message });
  const signed = { message, signature };
  await writeSigned<"Attestation">(options.out, signed, { data });
  output.result({ ...shownSigned<"Attestation">(signed), data });
}

/** A signed attestation's file, with the data that it is about. */
async function readAttestation(file: string) {
  const signed = await readSigned("Attestation", file);
  const { data } = (await readJsonFile(file)) as { data?: unknown };
  if (data !== undefined && (!isHex(data) || keccak256(data) !== signed.message.dataHash)) {
    throw new CliError(`${file} has other data than was signed.`, EXIT.corrupt, "Ask its issuer for the file again.");
  }
  return {
    attestation: signed.message,
    signature: signed.signature,
    ...(data === undefined ? {} : { data: data as Hex }),
  };
}

async function runAnchor(file: string, options: Settings & { data: boolean }): Promise<void> {
  const { data, ...signed } = await readAttestation(file);
  const context = await createContext(options);
  const shown = options.data && data !== undefined ? { data } : {};
  printOutcome(context, await write(context, anchorAttestation, { ...signed, ...shown }), (event) => ({
    badgeId: event?.badgeId,
    issuer: signed.attestation.issuer,
  }));
}

type ReasonOptions = Settings & { reason: string };

async function runRevoke(id: string, options: ReasonOptions): Promise<void> {
  const badgeId = parseId("<badge>", id);
  const reason = parseReason("--reason", options.reason);
  const context = await createContext(options);
  printOutcome(context, await write(context, revokeBadge, { badgeId, reason }), () => ({ badgeId, revoked: true }));
}

async function runWithdraw(id: string, options: ReasonOptions): Promise<void> {
  const badgeId = parseId("<badge>", id);
  const reason = parseReason("--reason", options.reason);
  const context = await createContext(options);
  printOutcome(context, await write(context, withdrawAttestation, { badgeId, reason }), () => ({
    badgeId,
    withdrawn: true,
  }));
}

async function runRenounce(id: string, options: Settings): Promise<void> {
  const badgeId = parseId("<badge>", id);
  const context = await createContext(options);
  printOutcome(context, await write(context, renounceBadge, { badgeId }), () => ({ badgeId, revoked: true }));
}

async function runShow(id: string, options: Settings): Promise<void> {
  const badgeId = parseId("<badge>", id);
  const { client, deployment, output } = await createContext(options);
  const standing = await badgeStanding(client, { deployment, badgeId });
  if (standing === "None")
    throw new CliError(`There is no badge ${badgeId}.`, EXIT.usage, "It may not be anchored yet.");
  const badge = await badgeOf(client, { deployment, badgeId });
  const [schema, weight] = await Promise.all([
    schemaOf(client, { deployment, schema: badge.schema }),
    issuerWeight(client, { deployment, issuer: badge.issuer }),
  ]);
  output.result({
    badgeId,
    standing: kebab(standing),
    ...badge,
    about: readSubject(badge.subject),
    fields: schema.fields,
    issuerWeight: weight,
  } as Printable);
}

async function runVerify(file: string, options: Settings): Promise<void> {
  const { attestation: message, signature, data } = await readAttestation(file);
  const context = await createContext(options);
  const { client, deployment, output } = context;
  const { issuer, schema, subject, issuedAt, expiresAt } = message;
  const [signed, weight, { fields }, now] = await Promise.all([
    verifyAttestation(client, { deployment, message, signature, signer: issuer }),
    issuerWeight(client, { deployment, issuer }),
    schemaOf(client, { deployment, schema }),
    chainNow(context),
  ]);
  const badgeId = await attestationId(client, { deployment, attestation: message });
  const [withdrawnAt, standing] = await Promise.all([
    attestationWithdrawnAt(client, { deployment, issuer, badgeId }),
    badgeStanding(client, { deployment, badgeId }),
  ]);
  const expired = expiresAt !== 0 && expiresAt <= now;
  const counts = signed && weight > 0 && !expired && issuedAt <= now && withdrawnAt === undefined;
  output.result({
    badgeId,
    counts: counts && standing !== "Revoked",
    signed,
    issuer,
    issuerWeight: weight,
    expired,
    withdrawnAt,
    onChain: standing === "None" ? "no" : kebab(standing),
    about: readSubject(subject),
    ...(data ? { values: decodeAbiParameters(parseFields(fields), data) } : {}),
  } as Printable);
}

async function runList(options: Settings & SubjectOptions): Promise<void> {
  const { dataset, provider, person, versionNumber } = options;
  const subject = subjectOf(options);
  const { output, settings } = await createContext(options);
  const url = requireSetting(settings, "indexer", "--indexer");
  const { items } = await getBadges(
    { url },
    {
      ...(dataset === undefined ? {} : { datasetId: parseId("--dataset", dataset) }),
      ...(provider === undefined ? {} : { provider: parseAddress("--provider", provider) }),
      ...(person === undefined ? {} : { account: parseAddress("--person", person) }),
    },
  );
  // The indexer lists a dataset's badges with those of its versions.
  const wanted = items.filter((badge) => versionNumber === undefined || badge.subject === subject);
  output.result(wanted.map(listed));
}

const listed = ({ schema, data, expiresAt, revokedAt, ...badge }: BadgeEntity) =>
  checksummed({
    badgeId: badge.badgeId,
    standing: lower(badge.standing),
    about: { ...readSubject(badge.subject) },
    schema: schema.name ?? schema.schema,
    fields: schema.fields,
    values: data === null ? undefined : decodeAbiParameters(parseFields(schema.fields), data),
    issuer: badge.issuer,
    issuedAt: badge.issuedAt,
    expiresAt: expiresAt ?? undefined,
    revokedAt: revokedAt ?? undefined,
  });
