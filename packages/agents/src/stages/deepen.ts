/** What a deep specification has beside its requirements: criteria by an author of their own, and further documents. */
import {
  addUsage,
  NO_USAGE,
  type Spec,
  type SpecDetails,
  specDetailsSchema,
  type Usage,
} from "@slipway/model";
import { acceptanceProblems } from "../catalog/answer-rules.ts";
import { acceptanceAnswerSchema } from "../catalog/answers.ts";
import { asData } from "../prompt/sanitize.ts";
import { ModelFailure } from "../provider/failure.ts";
import { asking, type StageRequest } from "./common.ts";
import { SPEC_AGENT } from "./spec.ts";
import { ModelAnswerError, structured } from "./structured.ts";

export interface DeepenRequest extends StageRequest {
  readonly idea: string;
  readonly spec: Spec;
  /** What `SPEC_AGENT` is shown, from `agentContext`: already marked as data. */
  readonly context: string;
  /** What `CRITERIA_AGENT` is shown. */
  readonly criteriaContext: string;
}

export interface Deepened {
  readonly spec: Spec;
  readonly details?: SpecDetails;
  readonly usage: Usage;
  /** Who was asked. */
  readonly agents: readonly string[];
  /** What could not be had, one sentence each: the specification stands without it. */
  readonly notes: readonly string[];
}

/**
 * Criteria reworked by their author, and the documents that only a large undertaking needs. The specification is paid
 * for already: a model that fails here costs a note, not the run.
 */
export async function deepenSpec(request: DeepenRequest): Promise<Deepened> {
  const criteria = await orNote("The acceptance criteria were not reworked", () => reworked(request));
  const spec = criteria.value ?? request.spec;
  const documents = await orNote("The further documents were not written", () =>
    detailed({ ...request, spec }),
  );
  return {
    spec,
    ...(documents.value ? { details: documents.value } : {}),
    usage: addUsage(criteria.usage, documents.usage),
    agents: [CRITERIA_AGENT, SPEC_AGENT],
    notes: [...criteria.notes, ...documents.notes],
  };
}

/** Who reworks the criteria; the further documents are by the author of the specification. */
export const CRITERIA_AGENT = "acceptance-criteria-author";

interface Tried<T> {
  readonly value: T | null;
  readonly usage: Usage;
  readonly notes: readonly string[];
}

async function orNote<T>(what: string, work: () => Promise<{ value: T; usage: Usage }>): Promise<Tried<T>> {
  try {
    return { ...(await work()), notes: [] };
  } catch (error) {
    if (!(error instanceof ModelFailure) && !(error instanceof ModelAnswerError)) throw error;
    return { value: null, usage: error.usage ?? NO_USAGE, notes: [`${what}: ${error.message}`] };
  }
}

async function reworked(request: DeepenRequest): Promise<{ value: Spec; usage: Usage }> {
  const { spec } = request;
  const { value, usage } = await structured({
    ...asking(request, CRITERIA_AGENT),
    correlation: { stage: "spec", runId: request.runId, attempt: request.attempt },
    prompt: [
      "Write the acceptance criteria for the specification below.",
      "",
      request.criteriaContext,
      "",
      asData({ source: "specification", text: JSON.stringify(spec, null, 2), maxCharacters: 200_000 }),
    ].join("\n"),
    schema: acceptanceAnswerSchema,
    schemaName: "acceptance",
    check: (answer) => acceptanceProblems(answer, spec, spec.acceptance),
    ...(request.signal ? { signal: request.signal } : {}),
  });
  const unclear = value.unclear.map(
    ({ requirement, why }) => `${requirement} can be read in two ways: ${why}`,
  );
  const assumptions = [...spec.assumptions, ...unclear.map((text) => text.slice(0, 500))].slice(0, 30);
  return { value: { ...spec, acceptance: value.acceptance, assumptions }, usage };
}

async function detailed(request: DeepenRequest): Promise<{ value: SpecDetails; usage: Usage }> {
  return await structured({
    ...asking(request, SPEC_AGENT),
    correlation: { stage: "spec", runId: request.runId, attempt: request.attempt },
    prompt: [
      "The specification below is large. Write what belongs beside it, each part in plain paragraphs:",
      "- principles: what every change of this undertaking keeps to, from how the repository is built and what the idea asks for.",
      "- design: how it looks and behaves for those who use it, as a whole.",
      "- engineering: which parts of the repository change, which interfaces arise, which data and errors pass between them, and what is risky.",
      "- goToMarket: who is told what when it is released, and what they have to do.",
      "Invent nothing that neither the idea nor the repository says.",
      "",
      request.context,
      "",
      asData({ source: "idea", text: request.idea }),
      "",
      asData({
        source: "specification",
        text: JSON.stringify(request.spec, null, 2),
        maxCharacters: 200_000,
      }),
    ].join("\n"),
    schema: specDetailsSchema,
    schemaName: "details",
    ...(request.signal ? { signal: request.signal } : {}),
  });
}
