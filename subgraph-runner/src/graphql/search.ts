import { RunnerError } from "../errors.js";

/** Matches a text's words and says how often. Zero: it does not match. */
type Matcher = (words: string[]) => number;

const TOKEN = /\s*(<->|[&|!()]|[^\s&|!()<]+)/y;

/** @returns words in lower case, without accents removed or endings cut */
export const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/**
 * Postgres' query language: words, `word:*` for beginnings, `&`, `|`, `!`, `<->` for "followed by", parentheses. Words side by side are all wanted.
 * @throws {RunnerError} if it is none
 */
export function parseSearch(text: string): Matcher {
  const parser = new Parser(text);
  const matcher = parser.either();
  if (!parser.done)
    throw new RunnerError(`the search "${text}" does not end where it should: "${parser.next}" is left`);
  return matcher;
}

class Parser {
  readonly #tokens: string[] = [];
  constructor(private readonly text: string) {
    TOKEN.lastIndex = 0;
    for (let found = TOKEN.exec(text); found; found = TOKEN.exec(text)) this.#tokens.push(found[1] as string);
  }
  get next(): string | undefined {
    return this.#tokens[0];
  }
  get done(): boolean {
    return this.#tokens.length === 0;
  }
  either(): Matcher {
    const parts = [this.all()];
    while (this.take("|")) parts.push(this.all());
    return (words) => parts.reduce((sum, part) => sum + part(words), 0);
  }
  private all(): Matcher {
    const parts = [this.phrase()];
    while (this.take("&") || (this.next !== undefined && this.next !== "|" && this.next !== ")"))
      parts.push(this.phrase());
    return (words) => {
      const counts = parts.map((part) => part(words));
      return counts.includes(0) ? 0 : counts.reduce((sum, count) => sum + count, 0);
    };
  }
  private phrase(): Matcher {
    if (this.take("!")) {
      const inner = this.phrase();
      return (words) => (inner(words) === 0 ? 1 : 0);
    }
    if (this.take("(")) {
      const inner = this.either();
      if (!this.take(")")) throw new RunnerError(`the search "${this.text}" lacks a closing parenthesis`);
      return inner;
    }
    const parts = [this.word()];
    while (this.take("<->")) parts.push(this.word());
    return (words) => words.filter((_, at) => parts.every((part, offset) => part(words[at + offset]))).length;
  }
  private word(): (word: string | undefined) => boolean {
    const token = this.#tokens.shift();
    if (token === undefined || /^(<->|[&|)])$/.test(token))
      throw new RunnerError(`the search "${this.text}" lacks a word${token ? ` before "${token}"` : " at its end"}`);
    const prefix = token.endsWith(":*");
    const [wanted] = wordsOf(prefix ? token.slice(0, -2) : token);
    if (wanted === undefined) throw new RunnerError(`the search "${this.text}" has no word in "${token}"`);
    return (word) => word !== undefined && (prefix ? word.startsWith(wanted) : word === wanted);
  }
  private take(token: string): boolean {
    if (this.next !== token) return false;
    this.#tokens.shift();
    return true;
  }
}
