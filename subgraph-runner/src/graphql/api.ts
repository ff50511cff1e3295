import type { Field, Schema } from "../schema.js";
import { operatorsOf } from "./filters.js";
import { plural, singular } from "./names.js";

const COMMON = `
scalar BigInt
scalar BigDecimal
scalar Bytes
"64-bit signed integer"
scalar Int8
"Microseconds since 1970"
scalar Timestamp
enum OrderDirection { asc desc }
enum _SubgraphErrorPolicy_ { allow deny }
"Which block is asked about: exactly that one, or the newest if it is at least number_gte."
input Block_height { hash: Bytes number: Int number_gte: Int }
type _Block_ { hash: Bytes number: Int! timestamp: Int parentHash: Bytes }
type _Meta_ { block: _Block_! deployment: String! hasIndexingErrors: Boolean! }
`;
const AT = "block: Block_height, subgraphError: _SubgraphErrorPolicy_! = deny";

const listArguments = (type: string) =>
  `skip: Int = 0, first: Int = 100, orderBy: ${type}_orderBy, orderDirection: OrderDirection, where: ${type}_filter`;

const describe = (description: string | undefined) => (description ? `${JSON.stringify(description)}\n` : "");

/** @returns the GraphQL schema that graph-node would serve for these entities, as text */
export function apiSchema(schema: Schema): string {
  const types = [
    ...[...schema.entities.values()].map((type) => ({ ...type, keyword: "type" })),
    ...[...schema.interfaces.values()].map((type) => ({ ...type, keyword: "interface", interfaces: [] as string[] })),
  ];
  const enums = [...schema.enums].map(([name, values]) => `enum ${name} { ${values.join(" ")} }`);
  const objects = types.flatMap(({ name, fields, keyword, interfaces, description }) => {
    const implemented = interfaces.length > 0 ? ` implements ${interfaces.join(" & ")}` : "";
    const lines = [...fields.values()].map((field) => `  ${describe(field.description)}${outputField(field)}`);
    return [
      `${describe(description)}${keyword} ${name}${implemented} {\n${lines.join("\n")}\n}`,
      `enum ${name}_orderBy { ${orderings(schema, fields).join(" ")} }`,
      `input ${name}_filter {\n${filterFields(name, fields).join("\n")}\n}`,
    ];
  });
  const asked = types.flatMap(({ name }) => [
    `  ${singular(name)}(id: ID!, ${AT}): ${name}`,
    `  ${plural(name)}(${listArguments(name)}, ${AT}): [${name}!]!`,
  ]);
  const searches = schema.fullText.map(
    ({ name, entity }) =>
      `  ${name}(text: String!, first: Int = 100, skip: Int = 0, where: ${entity}_filter, ${AT}): [${entity}!]!`,
  );
  const query = `type Query {\n${[...asked, ...searches, "  _meta(block: Block_height): _Meta_"].join("\n")}\n}`;
  return [COMMON, ...enums, ...objects, query].join("\n\n");
}

/** References in lists, and derived ones, are asked for as lists of entities are. */
export const isList = (field: Field) => field.reference && field.lists > 0;

function outputField(field: Field): string {
  const { name, typeName, lists, required } = field;
  const type = "[".repeat(lists) + typeName + "!]".repeat(lists) + (required ? "!" : "");
  return `${name}${isList(field) ? `(${listArguments(typeName)})` : ""}: ${type}`;
}

function filterFields(type: string, fields: Map<string, Field>): string[] {
  const all = [...fields.values()].flatMap((field) => {
    const nested = field.reference ? [`  ${field.name}_: ${field.typeName}_filter`] : [];
    if (field.derivedFrom !== undefined) return nested;
    const scalar = field.reference ? "String" : field.typeName;
    const many = field.lists > 0;
    return operatorsOf(field)
      .map((operator) => `  ${field.name}${operator}: ${many || operator.endsWith("_in") ? `[${scalar}!]` : scalar}`)
      .concat(nested);
  });
  return [...all, `  and: [${type}_filter!]`, `  or: [${type}_filter!]`];
}

/** Own fields, and those of entities that a field points to: `owner__name`. */
function orderings(schema: Schema, fields: Map<string, Field>): string[] {
  return [...fields.values()].flatMap((field) => {
    const target = schema.entities.get(field.typeName) ?? schema.interfaces.get(field.typeName);
    if (!target || field.lists > 0 || field.derivedFrom !== undefined) return [field.name];
    const inner = [...target.fields.values()].filter(({ reference, lists }) => !reference && lists === 0);
    return [field.name, ...inner.map(({ name }) => `${field.name}__${name}`)];
  });
}
