import { createHmac } from "node:crypto";
import type { ActionContext } from "@slipway/action-kit";
import { chipsOf, errorText, type RunState, runStateOf } from "@slipway/model";
import { CloudEvent, HTTP } from "cloudevents";

const TRIES = 3;
const TIMEOUT_MS = 10_000;

/**
 * Posts where the run stands as one CloudEvent (structured mode). Its id is the run and the number of its
 * last event, so a backend can tell a repeated post. A backend may listen; none is needed: one that does
 * not answer is a warning, never a failed run.
 */
export async function postStatus(
  { runner }: ActionContext,
  state: RunState,
  url: string,
  secret: string | undefined,
): Promise<void> {
  const message = HTTP.structured(
    new CloudEvent({
      id: `${state.runId}#${state.seq}`,
      type: "dev.slipway.run.status",
      source: `/${state.repository}`,
      subject: state.runId,
      time: state.updatedAt,
      datacontenttype: "application/json",
      data: {
        runId: state.runId,
        state: runStateOf(state),
        stages: chipsOf(state),
        nodes: state.nodes.map((node) => ({
          id: node.plan.id,
          status: node.status,
          issue: node.issue?.number ?? null,
          pull: node.pull,
        })),
        release: state.release?.tag ?? null,
        usage: state.usage,
      },
    }),
  );
  const body = String(message.body);
  const signature = secret
    ? { "x-slipway-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}` }
    : {};
  for (let tried = 1; tried <= TRIES; tried += 1) {
    const problem = await post(url, { ...(message.headers as Record<string, string>), ...signature }, body);
    if (problem === undefined) {
      runner.info(`Told ${new URL(url).host} that ${state.runId} is ${runStateOf(state)}.`);
      return;
    }
    if (tried === TRIES)
      runner.warning(
        `The backend ${new URL(url).host} was not told: ${problem}. The run goes on without it.`,
      );
    else await new Promise((resolve) => setTimeout(resolve, 500 * tried));
  }
}

async function post(url: string, headers: Record<string, string>, body: string): Promise<string | undefined> {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers,
      body,
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    return answer.ok ? undefined : `it answered ${answer.status}`;
  } catch (error) {
    return errorText(error);
  }
}
