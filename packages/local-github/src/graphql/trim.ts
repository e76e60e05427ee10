/** Cuts GitHub's GraphQL schema down to some of its types and the root's fields. Pure. */

import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type FieldDefinitionNode,
  Kind,
  type NamedTypeNode,
  parse,
  print,
  type TypeNode,
} from "graphql";

export interface Served {
  /** Object types, interfaces and unions; scalars, enums and inputs come along with what uses them. */
  readonly types: readonly string[];
  readonly queries: readonly string[];
  readonly mutations: readonly string[];
}

export interface TrimmedSchema {
  readonly sdl: string;
  /** Fields of kept types that GitHub has and that are left out, since what they lead to is not served. */
  readonly left: Readonly<Record<string, readonly string[]>>;
}

type Named = Extract<DefinitionNode, { readonly name: { readonly value: string } }>;

/**
 * The schema with only what `served` names in it: definitions sorted, prose and GitHub's own directives removed.
 * @throws Error when a served type or field is not in the schema.
 */
export function trimSchema(text: string, served: Served): TrimmedSchema {
  const definitions = new Map<string, DefinitionNode>();
  for (const node of parse(text, { noLocation: true }).definitions) {
    if ("name" in node && node.name) definitions.set((node as Named).name.value, node);
  }
  const types = new Set([...served.types, "Query", "Mutation"]);
  const roots = new Map([
    ["Query", new Set(served.queries)],
    ["Mutation", new Set(served.mutations)],
  ]);
  const left: Record<string, string[]> = {};
  const kept = new Map<string, DefinitionNode>();

  const isComposite = (name: string) => {
    const kind = definitions.get(name)?.kind;
    return (
      kind === Kind.OBJECT_TYPE_DEFINITION ||
      kind === Kind.INTERFACE_TYPE_DEFINITION ||
      kind === Kind.UNION_TYPE_DEFINITION
    );
  };
  const isServed = (owner: string, field: FieldDefinitionNode) => {
    const root = roots.get(owner);
    if (root && !root.has(field.name.value)) return false;
    const name = namedType(field.type);
    return !isComposite(name) || types.has(name);
  };
  const isKept = (type: NamedTypeNode) => types.has(type.name.value);

  const keep = (name: string): void => {
    if (kept.has(name)) return;
    const node = definitions.get(name);
    // Scalars of GraphQL itself are defined nowhere.
    if (!node) return;
    const trimmed = trim(node);
    kept.set(name, trimmed);
    for (const used of usedBy(trimmed)) if (!isComposite(used)) keep(used);
  };

  const trim = (node: DefinitionNode): DefinitionNode => {
    switch (node.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_DEFINITION: {
        const owner = node.name.value;
        const fields = (node.fields ?? []).filter((field) => isServed(owner, field));
        const others = (node.fields ?? []).filter((field) => !fields.includes(field));
        if (others.length > 0) left[owner] = others.map((field) => field.name.value).sort();
        return bare({ ...node, fields: fields.map(bareField), interfaces: node.interfaces?.filter(isKept) });
      }
      case Kind.UNION_TYPE_DEFINITION:
        return bare({ ...node, types: node.types?.filter(isKept) });
      case Kind.INPUT_OBJECT_TYPE_DEFINITION:
        return bare({ ...node, fields: node.fields?.map(bare) });
      case Kind.ENUM_TYPE_DEFINITION:
        return bare({ ...node, values: node.values?.map(bare) });
      default:
        return "directives" in node ? bare(node as Named & Bearable) : node;
    }
  };

  for (const name of types) {
    if (!definitions.has(name)) throw new Error(`GitHub's schema has no type ${name}: correct served.json.`);
    keep(name);
  }
  for (const [owner, wanted] of roots) {
    const node = kept.get(owner);
    const has = node?.kind === Kind.OBJECT_TYPE_DEFINITION ? (node.fields ?? []) : [];
    for (const name of wanted) {
      if (!has.some((field) => field.name.value === name))
        throw new Error(`GitHub's schema has no ${owner}.${name}, or its type is not among the served ones.`);
    }
  }
  const names = [...kept.keys()].sort();
  const sdl = names.map((name) => print(kept.get(name) as DefinitionNode)).join("\n\n");
  return {
    sdl: `${sdl}\n`,
    left: Object.fromEntries(
      Object.keys(left)
        .sort()
        .map((key) => [key, left[key] ?? []]),
    ),
  };
}

interface Bearable {
  readonly description?: unknown;
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

function bare<Node extends Bearable>(node: Node): Node {
  const directives = (node.directives ?? []).filter(({ name }) => name.value === "deprecated");
  return { ...node, description: undefined, directives };
}

function bareField(field: FieldDefinitionNode): FieldDefinitionNode {
  return { ...bare(field), arguments: field.arguments?.map(bare) };
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

function usedBy(node: DefinitionNode): string[] {
  if (!("fields" in node)) return [];
  return (node.fields ?? []).flatMap((field) => [
    namedType(field.type),
    ...("arguments" in field ? (field.arguments ?? []).map((argument) => namedType(argument.type)) : []),
  ]);
}
