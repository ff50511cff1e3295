/** Examples of the verbs that sell, buy, pay and fetch, as `--help` shows them; those of trust stand with their verbs. */
import type { Command } from "commander";

const TOKEN = "--token TestUSDC";
const BUYER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const SAMPLE = `0x${"5a".repeat(32)}`;
const LIST = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";

/** By noun and verb, whole lines as they are typed after `colophon`. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  "dataset ingest": ["dataset ingest ./files --manifest manifest.json --out ./store"],
  "dataset publish": [
    "dataset publish ./store",
    "dataset publish ./store --dataset 1",
    "dataset publish ./store --parent grant.json",
    "dataset publish ./store --parent 1/1:10:7",
  ],
  "dataset encode": [`dataset encode ./store --dataset 1 --provider ${BUYER} --gateway http://127.0.0.1:8080`],
  "dataset show": ["dataset show 1"],
  "terms register": ["terms register train-only", "terms register my-terms.json"],
  "terms list": ["terms list"],
  "terms show": ["terms show train-only"],
  "offer open": [
    `offer open --dataset 1 --terms train-only --price 250 ${TOKEN} --out offer.json`,
    `offer open --dataset 1 --terms train-only --price 720 ${TOKEN} --rail stream --per 30d --epoch 1h --window 1h`,
    `offer open --dataset 1 --terms train-only --price 2 ${TOKEN} --rail meter --unit rows --per-units 1000`,
  ],
  "offer close": ["offer close offer.json"],
  "offer show": ["offer show offer.json"],
  "license buy": [
    "license buy offer.json --max-price 250 --expected-terms train-only",
    "license buy stream.json --runway 10d",
    "license buy meter.json --deposit 50",
  ],
  "license list": ["license list", `license list --holder ${BUYER} --indexer http://127.0.0.1:42069`],
  "license show": ["license show 1"],
  "license access": ["license access 1 --uses train", "license access 1 --dataset 2"],
  "license delegate": [`license delegate 1 ${BUYER} --until 2030-01-31`],
  "license activate": ["license activate 1"],
  "license confirm": ["license confirm 1"],
  "license settle": ["license settle 1"],
  "resale show": ["resale show 1", "resale show 1 --price 25"],
  "resale announce": [`resale announce 1 --buyer ${BUYER} --price 25`],
  "resale cancel": ["resale cancel 1"],
  "resale take": ["resale take 1 --max-price 25"],
  "resale transfer": [`resale transfer 1 --to ${BUYER}`],
  "meter status": ["meter status 1"],
  "meter deposit": ["meter deposit 1 50"],
  "meter withdraw": ["meter withdraw 1 --amount 20", "meter withdraw 1"],
  "meter voucher": [
    "meter voucher 1 --used 4000 --out first.json",
    "meter voucher 1 --used 8000 --last first.json --out second.json",
  ],
  "meter usage": ["meter usage 1 --gateway http://127.0.0.1:8080"],
  "meter pay": ["meter pay 1 --budget 10 --gateway http://127.0.0.1:8080"],
  "meter redeem": ["meter redeem second.json"],
  "meter close": ["meter close 1"],
  "meter settle": ["meter settle 1"],
  "stream status": ["stream status 1"],
  "stream pause": ["stream pause 1"],
  "stream reopen": ["stream reopen 1 --runway 2d"],
  "stream rate": ["stream rate 1 1440 --runway 1d", "stream rate 1 360"],
  "stream cancel": ["stream cancel 1"],
  "stream settle": ["stream settle 1"],
  "stream report": [
    `stream report 1 --to 24 --served-root ${SAMPLE}`,
    `stream report 1 --to 24 --served-root ${SAMPLE} --out report.json`,
    "stream report 1 --file report.json",
  ],
  "stream contest": ['stream contest 1 --reason "nothing was served"'],
  "stream top-up": ["stream top-up 1 240"],
  "stream collect": ["stream collect 1"],
  "stream sweep": ["stream sweep 1"],
  "live status": ["live status 1"],
  "live pause": ["live pause 1"],
  "live reopen": ["live reopen 1 --runway 2d"],
  "live cancel": ["live cancel 1"],
  "live settle": ["live settle 1"],
  "live collect": ["live collect 1"],
  "live top-up": ["live top-up 1 240"],
  "live sweep": ["live sweep 1"],
  "share status": ["share status 1"],
  "share statement": [
    "share statement 1 --revenue 10000",
    "share statement 1 --revenue 10000 --out statement.json",
    "share statement 1 --file statement.json",
  ],
  "share countersign": ["share countersign statement.json"],
  "share audit": ["share audit 1 --period 1 --revenue 12000"],
  "share pay": ["share pay 1", "share pay 1 50"],
  "share remind": ["share remind 1"],
  "share settle": ["share settle 1"],
  "share close": ["share close 1"],
  fetch: ["fetch 1 ./data", "fetch 1 ./data --only train.csv", "fetch 1 ./part --dataset 2"],
  "sample list": ["sample list 1"],
  "sample buy": [`sample buy 1 ${SAMPLE} --out sample.csv --max-price 0.05`],
  "sample put": [`sample put sample.csv --dataset 1 --price 0.05 ${TOKEN} --name "Ten rows" --media-type text/csv`],
  "sample remove": [`sample remove 1 ${SAMPLE}`],
  "keys release": ["keys release 1 --out dataset.key"],
  "keys network": ["keys network"],
  "revenue split": [`revenue split --dataset 1 --member ${BUYER}:30 ${LIST}:40`],
  "revenue collect": [
    `revenue collect --dataset 1 ${TOKEN} --split 1`,
    `revenue collect --dataset 1 ${TOKEN} --dry-run`,
  ],
  "revenue statement": ["revenue statement --since 2030-01-01 --until 2030-02-01 --format csv --out january.csv"],
  "revenue invoice": ["revenue invoice --since 2030-01-01 --format html --out invoice.html"],
  "contributors create": ["contributors create contributors.json --dataset 1"],
  "contributors show": [`contributors show ${LIST}`, `contributors show ${LIST} --account ${BUYER}`],
  "contributors claim": [`contributors claim ${LIST} ${TOKEN}`],
  "deployment show": ["deployment show"],
  "config set": ["config set rpcUrl http://127.0.0.1:8545"],
  "config show": ["config show"],
};

/** Adds them to the verbs of a program, and to each verb where the options that all share are explained. */
export function addExamples(program: Command): void {
  for (const noun of program.commands) addTo(noun, "");
}

function addTo(command: Command, above: string): void {
  const path = `${above}${command.name()}`;
  if (command.commands.length > 0) {
    for (const child of command.commands) addTo(child, `${path} `);
    return;
  }
  const examples = EXAMPLES[path];
  if (examples) command.addHelpText("after", examplesText(examples));
  command.addHelpText(
    "after",
    "\n`colophon --help` explains the options of every command: --json, --dry-run, --rpc-url …",
  );
}

/** How `--help` shows examples. */
export const examplesText = (examples: readonly string[]): string =>
  `\nExamples:\n${examples.map((example) => `  colophon ${example}`).join("\n")}`;
