import { type Concession, nextConcession } from "./concessions.ts";
import { ModelFailure } from "./failure.ts";
import type { ModelReply } from "./model-client.ts";

export interface Conceded {
  /** What a request still asks for that it can do without. */
  readonly asked: (conceded: ReadonlySet<Concession>) => ReadonlySet<Concession>;
  /** @param refused told of a refusal in the service's own words */
  readonly send: (conceded: ReadonlySet<Concession>, refused: (body: string) => void) => Promise<ModelReply>;
}

/**
 * Sends a request with less and less in it until the service takes it. What a model was once found to
 * do without is not asked of it again; a request that is refused whatever is left out teaches nothing.
 */
export function conceding() {
  const remembered = new Map<string, ReadonlySet<Concession>>();
  return async (model: string, { asked, send }: Conceded): Promise<ModelReply> => {
    const conceded = new Set(remembered.get(model));
    let first: ModelFailure | null = null;
    for (;;) {
      let said = "";
      try {
        const reply = await send(conceded, (body) => {
          said = body;
        });
        remembered.set(model, conceded);
        return reply;
      } catch (error) {
        if (!(error instanceof ModelFailure) || error.kind !== "bad-request") throw error;
        first ??= error;
        const next = nextConcession(said, asked(conceded));
        if (next === null) throw first;
        conceded.add(next);
      }
    }
  };
}
