import { type ActionContext, saveArtifact } from "@slipway/action-kit";
import { type GitHub, readEvents } from "@slipway/github";
import { type RunState, SUMMARY_MAX, statusText } from "@slipway/model";
import { CloudEvent } from "cloudevents";

/** Hands out every event of a run, oldest first, one CloudEvent a line. */
export async function emitAudit(
  { environment, runner }: ActionContext,
  github: GitHub,
  state: RunState,
): Promise<void> {
  const records = await readEvents(github.git, state.runId);
  const lines = records.map((record) =>
    JSON.stringify(
      new CloudEvent({
        id: `${state.runId}#${record.seq}`,
        type: `dev.slipway.${record.event.type}`,
        source: `/${state.repository}`,
        subject: state.runId,
        time: record.at,
        datacontenttype: "application/json",
        data: { by: record.by, ...record.event },
      }),
    ),
  );
  await saveArtifact(environment, `audit.${state.runId}`, [
    { name: "events.jsonl", content: `${lines.join("\n")}\n` },
  ]);
  runner.addSummary(
    `${statusText(state, { serverUrl: environment.serverUrl, max: SUMMARY_MAX })}\n\n${records.length} events handed out as the artifact \`audit.${state.runId}\`.`,
  );
}
