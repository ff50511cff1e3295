/** Verbs of a noun: how they are called, what they do, and how that looks. */
import type { Command } from "commander";
import { examplesText } from "./examples.js";

/**
 * Adds a verb.
 * @param usage its name and arguments: `deposit <amount>`
 * @param examples whole lines as they are typed, which `--help` shows
 */
export function addVerb(noun: Command, usage: string, text: string, ...examples: string[]): Command {
  return noun.command(usage).description(text).addHelpText("after", examplesText(examples));
}
