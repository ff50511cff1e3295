// Branching test trees: parsing, and the names of the tests that a tree asks for. The rule is in tools/README.md.

/**
 * @typedef {{ text: string, line: number, leaves: string[] }} Condition
 * @typedef {{ contract: string, method: string, line: number, leaves: { text: string, line: number }[], conditions: Condition[] }} Tree
 * @typedef {{ method: string, text: string, line: number, name: string }} Case one condition that needs a test
 */

/** "the offer's open" → "TheOffersOpen" @param {string} text */
const pascal = (text) =>
  text
    .replace(/['’`"]/g, "")
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
    .map((word) => word[0].toUpperCase() + word.slice(1))
    .join("");

/** @param {string} line @returns {{ depth: number, text: string }} depth 0 is a tree's first line */
function parseLine(line) {
  const [, drawing = "", text = ""] = /^((?:[│├└─|]|\s| )*)(.*?)\s*$/u.exec(line) ?? [];
  return { depth: Math.round([...drawing].length / 4), text };
}

/**
 * @param {string} source a .tree file
 * @returns {{ trees: Tree[], errors: string[] }} errors carry line numbers
 */
export function parseTrees(source) {
  /** @type {Tree[]} */
  const trees = [];
  /** @type {string[]} */
  const errors = [];
  /** @type {(Condition | undefined)[]} */
  let path = [undefined];
  source.split("\n").forEach((raw, index) => {
    const line = index + 1;
    const { depth, text } = parseLine(raw);
    if (text === "" || text.startsWith("//")) return;
    const tree = trees.at(-1);
    if (depth === 0) {
      const [contract = "", method = ""] = text.split("::");
      if (!/^\w+(::\w+)?$/.test(text)) errors.push(`line ${line}: expected "Contract::function", got "${text}"`);
      trees.push({ contract, method, line, leaves: [], conditions: [] });
      path = [undefined];
    } else if (!tree) errors.push(`line ${line}: "${text}" stands before the first "Contract::function" line`);
    else if (/^it /i.test(text)) {
      const parent = path[depth - 1];
      if (parent) parent.leaves.push(text.slice(3));
      else tree.leaves.push({ text: text.slice(3), line });
    } else if (/^(when|given) /i.test(text)) {
      const condition = { text, line, leaves: [] };
      if (tree.conditions.some((other) => other.text.toLowerCase() === text.toLowerCase()))
        errors.push(`line ${line}: "${text}" occurs twice in this tree; name what differs`);
      tree.conditions.push(condition);
      path = [...path.slice(0, depth), condition];
    } else errors.push(`line ${line}: expected When, Given or It, got "${text}"`);
  });
  return { trees, errors };
}

/**
 * @param {Tree[]} trees
 * @returns {Case[]} one per condition with leaves, and one per leaf directly under a root
 */
export function casesOf(trees) {
  return trees.flatMap((tree) => [
    ...tree.leaves.map(({ text, line }) => ({ method: tree.method, text: `It ${text}`, line, name: pascal(text) })),
    ...tree.conditions
      .filter(({ leaves }) => leaves.length > 0)
      .map(({ text, line, leaves }) => {
        const reverts = leaves.some((leaf) => /^should revert\b/i.test(leaf));
        return { method: tree.method, text, line, name: `${reverts ? "Revert" : ""}${pascal(text)}` };
      }),
  ]);
}

/** @param {string} name */
const plain = (name) => name.replaceAll("_", "").toLowerCase();

/**
 * @param {string} test a function's name, for example `test_Buy_RevertWhen_TheOfferIsClosed_ByOwner`
 * @returns {Set<string>} the case names it can stand for: itself, and itself without what follows a later underscore
 */
function readings(test) {
  const segments = test.replace(/^test(Fuzz|Fork)?_?/, "").split("_");
  return new Set(segments.map((_, index) => plain(segments.slice(0, index + 1).join(""))));
}

/**
 * Cases for which no test exists.
 * @param {Case[]} cases
 * @param {string[]} tests names of the test functions
 * @returns {{ missing: Case, expected: string }[]}
 */
export function missingTests(cases, tests) {
  const known = new Set(tests.flatMap((test) => [...readings(test)]));
  const count = new Map();
  for (const each of cases) count.set(plain(each.name), (count.get(plain(each.name)) ?? 0) + 1);
  return cases
    .filter((each) => {
      const ambiguous = count.get(plain(each.name)) > 1;
      return !known.has(plain(each.method + each.name)) && (ambiguous || !known.has(plain(each.name)));
    })
    .map((missing) => {
      const prefix = missing.method && count.get(plain(missing.name)) > 1 ? `${pascal(missing.method)}_` : "";
      const name = missing.name.replace(/^(RevertWhen|RevertGiven)/, "$1_");
      return { missing, expected: `test_${prefix}${name}` };
    });
}
