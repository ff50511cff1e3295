/** `colophon terms`: license terms, by template, document or id. */
import { readFile } from "node:fs/promises";
import { registerTerms, termsOf } from "@colophon-protocol/sdk";
import {
  FLAG_NAMES,
  namesOf,
  readTerms,
  type TermsDocument,
  type TermsStruct,
  type TermsTemplateName,
  termsId,
  termsInWords,
  termsStruct,
  termsTemplates,
  USE_NAMES,
} from "@colophon-protocol/sdk/formats";
import type { Command } from "commander";
import { type Hex, isHex } from "viem";
import { createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import type { Printable } from "../output.js";
import { terminalOutput } from "../output.js";
import { parseHash } from "../parse.js";
import { printOutcome, write } from "../send.js";
import { completeSettings, type Settings } from "../settings.js";

export function addTerms(program: Command): void {
  const terms = program.command("terms").description("register, list and show license terms");
  terms
    .command("register")
    .argument("<terms>", "name of a template, or file of a canonical terms document")
    .description("register terms; equal terms have one id, whoever registers them")
    .action((what, _, command) => runRegister(what, command.optsWithGlobals()));
  terms
    .command("list")
    .description("the catalogue of templates")
    .action((_, command) => runList(command.optsWithGlobals()));
  terms
    .command("show")
    .argument("<terms>", "id, name of a template, or file")
    .description("what terms allow, in words")
    .action((what, _, command) => runShow(what, command.optsWithGlobals()));
}

/** A template by name or a document from a file. @throws CliError, FormatError */
async function termsDocument(what: string): Promise<TermsDocument> {
  if (Object.hasOwn(termsTemplates, what)) return termsTemplates[what as TermsTemplateName];
  const bytes = await readFile(what).catch(() => undefined);
  if (bytes) return readTerms(bytes);
  const names = Object.keys(termsTemplates).join(", ");
  throw new CliError(`"${what}" is neither a template nor a file.`, EXIT.usage, `Templates: ${names}.`);
}

/** The id that a template, file or id means. */
export async function termsIdOf(what: string): Promise<Hex> {
  return isHex(what) ? parseHash("terms", what) : termsId(termsStruct(await termsDocument(what)));
}

async function runRegister(what: string, options: Settings): Promise<void> {
  const terms = termsStruct(await termsDocument(what));
  const id = termsId(terms);
  const context = await createContext(options);
  const { client, deployment, settings, output } = context;
  const known = await termsOf(client, { deployment, termsId: id }).catch(() => undefined);
  if (known && !settings.dryRun) {
    output.result({ termsId: id, registered: "before" });
    return;
  }
  printOutcome(context, await write(context, registerTerms, { terms }), () => ({ termsId: id, registered: "now" }));
}

async function runList(options: Settings): Promise<void> {
  const settings = await completeSettings(options);
  const rows = Object.entries(termsTemplates).map(([name, document]) => {
    const { title, uses, flags } = document;
    return { name, termsId: termsId(termsStruct(document)), title, uses: [...uses], flags: [...flags] };
  });
  terminalOutput(settings.json).result(rows);
}

async function runShow(what: string, options: Settings): Promise<void> {
  if (!isHex(what)) {
    const document = await termsDocument(what);
    const settings = await completeSettings(options);
    const struct = termsStruct(document);
    const { quota, territory } = document;
    const words = termsInWords(struct, { territory, ...(quota ? { quotaUnit: quota.unit } : {}) });
    terminalOutput(settings.json).result({ name: document.name, title: document.title, ...shown(struct), ...words });
    return;
  }
  const id = parseHash("<terms>", what);
  const { client, deployment, output } = await createContext(options);
  const struct = await termsOf(client, { deployment, termsId: id });
  output.result({ ...shown(struct), ...termsInWords(struct) });
}

function shown(terms: TermsStruct): { [key: string]: Printable } {
  const { uses, flags, ...rest } = terms;
  return { termsId: termsId(terms), uses: namesOf(uses, USE_NAMES), flags: namesOf(flags, FLAG_NAMES), ...rest };
}
