import { isBasicExpression, NoOperationTraceWriter } from "@actions/workflow-parser";
import { ACTION_ROOT } from "@actions/workflow-parser/actions/action-constants";
import { getActionSchema } from "@actions/workflow-parser/actions/action-schema";
import {
  TemplateContext,
  TemplateValidationErrors,
} from "@actions/workflow-parser/templates/template-context";
import { readTemplate } from "@actions/workflow-parser/templates/template-reader";
import { type LiteralToken, StringToken } from "@actions/workflow-parser/templates/tokens/index";
import { WORKFLOW_ROOT } from "@actions/workflow-parser/workflows/workflow-constants";
import { getWorkflowSchema } from "@actions/workflow-parser/workflows/workflow-schema";
import { YamlObjectReader } from "@actions/workflow-parser/workflows/yaml-object-reader";
import type { Token } from "./tokens.ts";

/** A file that may not start: each message names the file, the place and what is wrong. */
export class InvalidFile extends Error {
  readonly problems: readonly string[];

  constructor(path: string, problems: readonly string[]) {
    super(`${path} is not valid:\n${problems.map((problem) => `- ${problem}`).join("\n")}`);
    this.name = "InvalidFile";
    this.problems = problems;
  }
}

/** A file that the official parser took, as its tree of tokens. */
export interface ParsedFile {
  readonly root: Token;
  /** The parser's context, for its converters. */
  readonly context: TemplateContext;
}

/**
 * Parses a workflow file by GitHub's parser and schema.
 * @throws InvalidFile with the parser's messages
 */
export function parseWorkflowFile(path: string, text: string): ParsedFile {
  return parse(path, text, WORKFLOW_ROOT, getWorkflowSchema());
}

/**
 * Parses an `action.yml` by GitHub's parser and schema.
 * @throws InvalidFile with the parser's messages
 */
export function parseActionFile(path: string, text: string): ParsedFile {
  return parse(path, text, ACTION_ROOT, getActionSchema());
}

/**
 * The parser takes the text of a block scalar that holds an expression from the source, indentation and
 * folding included, to mark errors in an editor. What executes must be the value.
 */
class ValueReader extends YamlObjectReader {
  override allowLiteral(): LiteralToken | undefined {
    const token = super.allowLiteral();
    if (!(token instanceof StringToken) || token.source === undefined) return token;
    return new StringToken(token.file, token.range, token.value, token.definitionInfo, token.value);
  }
}

/** The parser's schema misses this one name in the short form of `on`. */
const SCHEMA_GAP = "Unexpected value 'repository_dispatch'";

function parse(
  path: string,
  text: string,
  definition: string,
  schema: ReturnType<typeof getWorkflowSchema>,
): ParsedFile {
  const context = new TemplateContext(new TemplateValidationErrors(), schema, new NoOperationTraceWriter());
  const fileId = context.getFileId(path);
  const reader = new ValueReader(fileId, text);
  if (reader.errors.length > 0) {
    throw new InvalidFile(
      path,
      reader.errors.map(({ message, range }) =>
        range === undefined ? `${path}: ${message}` : `${path} (Line: ${range.start.line}): ${message}`,
      ),
    );
  }
  const root = readTemplate(context, definition, reader, fileId);
  const problems = context.errors.getErrors().filter((error) => error.rawMessage !== SCHEMA_GAP);
  context.errors.clear();
  if (root === undefined || problems.length > 0 || isBasicExpression(root)) {
    throw new InvalidFile(
      path,
      problems.length > 0 ? problems.map((e) => e.message) : [`${path}: the file is empty`],
    );
  }
  return { root, context };
}
