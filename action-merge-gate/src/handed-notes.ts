/** The words of an agent for a release, as the job that asked for them handed them over: taken only where they are of this very release. */
import { type ActionContext, loadJsonArtifact } from "@slipway/action-kit";
import { releaseProblems, wordedNotes } from "@slipway/agents";
import {
  artifactName,
  errorText,
  type NotesArtifact,
  notesArtifactSchema,
  type Policy,
  type Release,
  type Usage,
} from "@slipway/model";

export interface HandedNotes {
  /** What is published. */
  readonly release: Release;
  /** Who was asked, and what that has cost; null when nobody was. */
  readonly asked: { readonly agents: string[]; readonly usage: Usage } | null;
  /** Why the notes are the trace's own although the policy asks for an agent's. */
  readonly why: string | null;
}

/** A release with the notes that the policy asks for. Whatever is wrong with an agent's, there are the trace's. */
export async function withHandedNotes(
  { environment, runner }: ActionContext,
  { notes }: Policy["release"],
  of: { readonly runId: string; readonly claim: number; readonly release: Release },
): Promise<HandedNotes> {
  if (notes !== "agent") return { release: of.release, asked: null, why: null };
  try {
    const name = artifactName.notes(of.claim);
    const document = await loadJsonArtifact(environment, name, "notes.json", notesArtifactSchema);
    return judgedNotes(document, of);
  } catch (error) {
    runner.warning(errorText(error));
    return {
      release: of.release,
      asked: null,
      why: `What was handed over cannot be used: ${errorText(error)}`,
    };
  }
}

/** Pure. */
export function judgedNotes(
  document: NotesArtifact | undefined,
  { runId, release }: { readonly runId: string; readonly release: Release },
): HandedNotes {
  if (document === undefined) return { release, asked: null, why: "No notes were handed over." };
  if (document.runId !== runId)
    return { release, asked: null, why: `The notes that were handed over are of run ${document.runId}.` };
  // An earlier claim may have asked.
  const nobody = document.asked === false && document.usage.calls === 0;
  const asked = nobody ? null : { agents: [document.agent], usage: document.usage };
  const why = unfit(document, release);
  if (why !== null || document.words === null) return { release, asked, why };
  return { release: { ...release, notes: wordedNotes(release, document.words) }, asked, why };
}

function unfit({ words, reason, sha, version }: NotesArtifact, release: Release): string | null {
  if (words === null) return reason;
  if (sha !== release.sha || version !== release.version)
    return `The notes that were handed over were written for ${version} at ${sha.slice(0, 7)}, not for ${release.version} at ${release.sha.slice(0, 7)}.`;
  const problems = releaseProblems(words, release.entries);
  return problems.length === 0
    ? null
    : `The notes that were handed over do not tell what is released: ${problems.slice(0, 5).join("; ")}.`;
}
