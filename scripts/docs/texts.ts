/**
 * The sentences that a rule can say, read from its source: what `reason`, `refused(…)` and `gate(…)` are given, what an
 * error is made with, and sentences that are returned or gathered in a list.
 */
import { parseSync } from "@swc/core";

interface Node {
  readonly type?: string;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null;

/** Functions whose text argument is told to people, with the position of that argument. */
const TELLERS: Readonly<Record<string, number>> = { refused: 0, refuse: 0, gate: 2 };

/** @returns each text once, in the order of the source; what is filled in is shown as `…` */
export function textsOf(source: string): string[] {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item);
      return;
    }
    if (!isNode(value)) return;
    for (const text of told(value)) if (/\p{L}.* /u.test(text)) found.add(text);
    for (const inner of Object.values(value)) visit(inner);
  };
  visit(parseSync(source, { syntax: "typescript" }));
  return [...found];
}

function told(node: Node): string[] {
  if (node.type === "NewExpression" && isNode(node.callee)) {
    // A fault of our own is nothing that a person could put right.
    const ours = !/Error$/.test(String(node.callee.value)) || node.callee.value === "InternalError";
    return ours || !Array.isArray(node.arguments) ? [] : literals(node.arguments[0]?.expression);
  }
  if (node.type === "ArrowFunctionExpression") return sentence(node.body);
  if (node.type === "ArrayExpression" && Array.isArray(node.elements))
    return node.elements.flatMap((element: unknown) => (isNode(element) ? sentence(element.expression) : []));
  if (node.type === "CallExpression" && isNode(node.callee) && node.callee.type === "MemberExpression") {
    const pushed = isNode(node.callee.property) && node.callee.property.value === "push";
    return pushed && Array.isArray(node.arguments)
      ? node.arguments.flatMap((argument: unknown) => (isNode(argument) ? sentence(argument.expression) : []))
      : [];
  }
  if (node.type === "CallExpression" && isNode(node.callee)) {
    const name = node.callee.type === "Identifier" ? String(node.callee.value) : "";
    const position = TELLERS[name];
    if (position === undefined || !Array.isArray(node.arguments)) return [];
    const argument: unknown = node.arguments[position];
    return isNode(argument) ? literals(argument.expression) : [];
  }
  if (node.type === "KeyValueProperty" && isNode(node.key) && node.key.value === "reason")
    return literals(node.value);
  if (node.type === "VariableDeclarator" && isNode(node.id) && node.id.value === "reason")
    return literals(node.init);
  if (node.type === "ReturnStatement") return sentence(node.argument);
  return [];
}

/** A returned text counts only when it reads as a sentence. */
function sentence(value: unknown): string[] {
  return literals(value).filter((text) => /\.$/.test(text) && text.split(" ").length > 3);
}

function literals(value: unknown): string[] {
  if (!isNode(value)) return [];
  switch (value.type) {
    case "StringLiteral":
      return [String(value.value)];
    case "TemplateLiteral": {
      const parts = (value.quasis as Node[]).map((quasi) => String(quasi.cooked ?? quasi.raw));
      return [parts.join("…")];
    }
    case "ConditionalExpression":
      return [...literals(value.consequent), ...literals(value.alternate)];
    case "BinaryExpression": {
      const [left, right] = [literals(value.left), literals(value.right)];
      // One text in two lines of the source; otherwise either of two texts.
      const joined = value.operator === "+" && left.length === 1 && right.length === 1;
      return joined ? [`${left[0]}${right[0]}`] : [...left, ...right];
    }
    // `….slice(0, 2_000)`: cut, and the same text all the same.
    case "CallExpression":
      return isNode(value.callee) && value.callee.type === "MemberExpression"
        ? literals(value.callee.object)
        : [];
    case "ParenthesisExpression":
      return literals(value.expression);
    default:
      return [];
  }
}
