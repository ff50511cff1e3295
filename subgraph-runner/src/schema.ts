import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type DefinitionNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type TypeNode,
  valueFromASTUntyped,
} from "graphql";
import { RunnerError, refused } from "./errors.js";

/** Kinds of values that the store holds. Enums are strings, references are the ids that they point to. */
export type ValueType = "String" | "Int" | "Int8" | "BigInt" | "BigDecimal" | "Boolean" | "Bytes" | "Timestamp";

export interface Field {
  name: string;
  /** What the schema calls it: a scalar, an enum, an entity or an interface. */
  typeName: string;
  value: ValueType;
  /** How many lists are around it. */
  lists: number;
  required: boolean;
  /** The values of an enum. */
  values?: Set<string>;
  /** It points to entities of `typeName`. */
  reference: boolean;
  /** The field of `typeName` that points back here: nothing of it is stored. */
  derivedFrom?: string;
  description?: string;
}

export interface EntityType {
  name: string;
  fields: Map<string, Field>;
  immutable: boolean;
  interfaces: string[];
  description?: string;
}

interface FullText {
  /** The field of `Query`. */
  name: string;
  entity: string;
  fields: string[];
}

export interface Schema {
  entities: Map<string, EntityType>;
  /** Interfaces with the fields that they name, and who implements them. */
  interfaces: Map<string, { name: string; fields: Map<string, Field>; implementors: string[]; description?: string }>;
  enums: Map<string, string[]>;
  fullText: FullText[];
}

const SCALARS: Record<string, ValueType> = {
  ID: "String",
  String: "String",
  Int: "Int",
  Int8: "Int8",
  BigInt: "BigInt",
  BigDecimal: "BigDecimal",
  Boolean: "Boolean",
  Bytes: "Bytes",
  Timestamp: "Timestamp",
};

type Composite = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

const directive = (node: { directives?: readonly ConstDirectiveNode[] }, name: string) =>
  node.directives?.find((item) => item.name.value === name);

const argument = (node: ConstDirectiveNode | undefined, name: string): unknown => {
  const found = node?.arguments?.find((item) => item.name.value === name);
  return found && valueFromASTUntyped(found.value as ConstValueNode);
};

const described = (node: { description?: { value: string } | undefined }) =>
  node.description ? { description: node.description.value } : {};

/** @throws {RunnerError} for what graph-node would refuse, and by name for what is not supported here */
export function parseSchema(text: string): Schema {
  const { definitions } = parse(text);
  const enums = new Map<string, string[]>();
  for (const node of definitions)
    if (node.kind === Kind.ENUM_TYPE_DEFINITION)
      enums.set(node.name.value, node.values?.map((value) => value.name.value) ?? []);
  const objects = definitions.filter(
    (node): node is ObjectTypeDefinitionNode =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value !== "_Schema_",
  );
  const composites = new Map<string, Composite>(objects.map((node) => [node.name.value, node]));
  for (const node of definitions)
    if (node.kind === Kind.INTERFACE_TYPE_DEFINITION) composites.set(node.name.value, node);
  const implementors = (name: string) =>
    objects.filter((node) => node.interfaces?.some((item) => item.name.value === name)).map((node) => node.name.value);
  const reader = new FieldReader(composites, enums, implementors);
  const entities = new Map(objects.map((node) => [node.name.value, readEntity(node, reader)]));
  const interfaces: Schema["interfaces"] = new Map();
  for (const node of definitions)
    if (node.kind === Kind.INTERFACE_TYPE_DEFINITION)
      interfaces.set(node.name.value, {
        name: node.name.value,
        fields: reader.fields(node),
        implementors: implementors(node.name.value),
        ...described(node),
      });
  const schema = { entities, interfaces, enums, fullText: definitions.flatMap(readFullText) };
  checkDerived(schema);
  return schema;
}

function readEntity(node: ObjectTypeDefinitionNode, reader: FieldReader): EntityType {
  const name = node.name.value;
  if (directive(node, "aggregation")) throw refused(`@aggregation (of ${name})`, "Add up in the mapping.");
  const entity = directive(node, "entity");
  if (!entity) throw new RunnerError(`the type ${name} of the schema has no @entity`);
  if (argument(entity, "timeseries"))
    throw refused(`@entity(timeseries: true) (of ${name})`, "Write ids in the mapping.");
  const fields = reader.fields(node);
  const id = fields.get("id");
  if (!id || !["String", "Bytes", "Int8"].includes(id.value) || !id.required || id.lists > 0)
    throw new RunnerError(`${name} needs a field "id" of type ID!, String!, Bytes! or Int8!`);
  return {
    name,
    fields,
    immutable: argument(entity, "immutable") === true,
    interfaces: node.interfaces?.map((item) => item.name.value) ?? [],
    ...described(node),
  };
}

class FieldReader {
  constructor(
    private readonly composites: Map<string, Composite>,
    private readonly enums: Map<string, string[]>,
    private readonly implementors: (name: string) => string[],
  ) {}

  fields(node: Composite): Map<string, Field> {
    return new Map(node.fields?.map((field) => [field.name.value, this.field(node.name.value, field)]));
  }

  private field(owner: string, node: FieldDefinitionNode): Field {
    const { typeName, lists } = unwrap(node.type);
    const derived = directive(node, "derivedFrom");
    const values = this.enums.get(typeName);
    return {
      name: node.name.value,
      typeName,
      value: this.valueType(`${owner}.${node.name.value}`, typeName),
      lists,
      required: node.type.kind === Kind.NON_NULL_TYPE,
      reference: this.composites.has(typeName),
      ...(values ? { values: new Set(values) } : {}),
      ...(derived ? { derivedFrom: String(argument(derived, "field")) } : {}),
      ...described(node),
    };
  }

  private valueType(place: string, typeName: string): ValueType {
    const scalar = SCALARS[typeName];
    if (scalar) return scalar;
    if (this.enums.has(typeName)) return "String";
    const target = this.composites.get(typeName);
    if (!target) throw new RunnerError(`${place} has the type ${typeName}, which the schema does not define`);
    const owner =
      target.kind === Kind.INTERFACE_TYPE_DEFINITION
        ? (this.composites.get(this.implementors(typeName)[0] ?? "") ?? target)
        : target;
    const id = owner.fields?.find((field) => field.name.value === "id");
    return id ? (SCALARS[unwrap(id.type).typeName] ?? "String") : "String";
  }
}

function unwrap(node: TypeNode): { typeName: string; lists: number } {
  if (node.kind === Kind.NON_NULL_TYPE) return unwrap(node.type);
  if (node.kind === Kind.NAMED_TYPE) return { typeName: node.name.value, lists: 0 };
  const inner = unwrap(node.type);
  return { ...inner, lists: inner.lists + 1 };
}

function readFullText(node: DefinitionNode): FullText[] {
  if (node.kind !== Kind.OBJECT_TYPE_DEFINITION || node.name.value !== "_Schema_") return [];
  const all = node.directives?.filter((item) => item.name.value === "fulltext") ?? [];
  return all.map((item) => {
    const name = String(argument(item, "name"));
    const include = argument(item, "include") as { entity: string; fields: { name: string }[] }[] | undefined;
    const [first] = include ?? [];
    if (!first || include?.length !== 1) throw new RunnerError(`@fulltext "${name}" must include exactly one entity`);
    return { name, entity: first.entity, fields: first.fields.map((field) => field.name) };
  });
}

function checkDerived({ entities, interfaces, fullText }: Schema): void {
  for (const { name: owner, fields } of entities.values())
    for (const { name, typeName, derivedFrom } of fields.values()) {
      if (derivedFrom === undefined) continue;
      const back = (entities.get(typeName) ?? interfaces.get(typeName))?.fields.get(derivedFrom);
      if (!back?.reference || back.derivedFrom !== undefined)
        throw new RunnerError(
          `${owner}.${name} is derived from ${typeName}.${derivedFrom}, which is not a stored reference`,
        );
    }
  for (const { name, entity, fields } of fullText) {
    const missing = fields.filter((field) => entities.get(entity)?.fields.get(field)?.value !== "String");
    if (missing.length > 0)
      throw new RunnerError(
        `@fulltext "${name}" includes ${entity}.${missing.join(", ")}, which is not a text of the schema`,
      );
  }
}

/** @returns names of the entity types behind an entity or interface */
export function concreteTypes(schema: Schema, name: string): string[] {
  return schema.interfaces.get(name)?.implementors ?? [name];
}
