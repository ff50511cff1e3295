const IRREGULAR: Record<string, string> = {
  person: "people",
  child: "children",
  man: "men",
  woman: "women",
  datum: "data",
};
const UNCOUNTED = new Set(["series", "species", "news", "information", "equipment", "data", "metadata", "staff"]);

/** `ERC20Token` is `erc20Token`. @param type name of an entity @returns the field that asks for one */
export function singular(type: string): string {
  const [first = "", ...rest] = type.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? [type];
  return (
    first.toLowerCase() + rest.map((word) => (word[0] as string).toUpperCase() + word.slice(1).toLowerCase()).join("")
  );
}

/** @param type name of an entity @returns the field that asks for many; where English has no plural, with `_collection` */
export function plural(type: string): string {
  const one = singular(type);
  const word = /[A-Z]?[a-z0-9]*$/.exec(one)?.[0] ?? one;
  const many = pluralWord(word);
  return many === word ? `${one}_collection` : one.slice(0, one.length - word.length) + many;
}

function pluralWord(word: string): string {
  const lower = word.toLowerCase();
  if (UNCOUNTED.has(lower)) return word;
  const irregular = IRREGULAR[lower];
  if (irregular) return (word[0] as string) + irregular.slice(1);
  if (/(s|x|z|ch|sh)$/.test(lower)) return /(.*)sis$/.test(lower) ? `${word.slice(0, -2)}es` : `${word}es`;
  if (/[^aeiou]y$/.test(lower)) return `${word.slice(0, -1)}ies`;
  return `${word}s`;
}
