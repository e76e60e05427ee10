/** Makes the faults of a plan happen, and writes down which requests met them. */
import type { Fault, FaultHook } from "@slipway/local-github";
import { faultOn } from "./catalog.ts";
import { kindOf, type RequestKind } from "./kinds.ts";
import { type Cell, PLAIN_MERGE, type RunPlan } from "./plan.ts";

export interface Meeting {
  readonly cell: Cell;
  /** Requests that have met the fault. */
  readonly hits: number;
}

export interface Faults {
  readonly hook: FaultHook;
  /** The fault that a request to the model meets now. */
  model(kind: RequestKind): Cell | undefined;
  meetings(): readonly Meeting[];
  /** The fault that lasts now; undefined when none is left. */
  lasting(): Meeting | undefined;
  /** It is over; the next one that lasts begins. */
  lift(): void;
}

/** More than any client's tries at one request, and any stage's attempts: one that goes on then gets by without it. */
const PATIENCE = 40;

const TIMES = { once: 1, twice: 2 } as const;

export function createFaults(plan: RunPlan, now: () => Date): Faults {
  const hits = new Map<Cell, number>(plan.cells.map((cell) => [cell, 0]));
  const hitsOf = (cell: Cell) => hits.get(cell) ?? 0;
  const waiting = plan.cells.filter(({ times }) => times === "always");
  const queues = new Map<RequestKind, { cells: Cell[]; letBy: number }>();
  for (const cell of plan.cells) {
    if (cell.times === "always") continue;
    const queue = queues.get(cell.kind) ?? { cells: [], letBy: 0 };
    queue.cells.push(cell);
    queues.set(cell.kind, queue);
  }
  const met = (cell: Cell): Cell => {
    hits.set(cell, hitsOf(cell) + 1);
    return cell;
  };

  const meet = (kind: RequestKind): Cell | undefined => {
    const [long] = waiting;
    if (long?.kind === kind && hitsOf(long) < PATIENCE) return met(long);
    const queue = queues.get(kind);
    const cell = queue?.cells[0];
    if (!queue || !cell || cell.times === "always") return undefined;
    if (queue.letBy < cell.from) {
      queue.letBy += 1;
      return undefined;
    }
    if (hitsOf(cell) + 1 >= TIMES[cell.times]) {
      queue.cells.shift();
      queue.letBy = 0;
    }
    return met(cell);
  };

  return {
    hook(request) {
      if (plan.plainMerge && request.route?.includes("/merge-async")) return NO_SUCH_ROUTE;
      const kind = kindOf(request);
      const cell = kind === undefined ? undefined : meet(kind);
      return (cell && faultOn(cell.fault, cell.kind)?.answer?.(cell.kind, now())) ?? undefined;
    },
    model: meet,
    meetings: () => plan.cells.map((cell) => ({ cell, hits: hitsOf(cell) })),
    lasting: () => waiting[0] && { cell: waiting[0], hits: hitsOf(waiting[0]) },
    lift: () => void waiting.shift(),
  };
}

/** As a GitHub Enterprise Server answers, which has {@link PLAIN_MERGE} alone. */
const NO_SUCH_ROUTE: Fault = {
  kind: "respond",
  status: 404,
  body: { message: "Not Found", documentation_url: "https://docs.github.com/rest", status: "404" },
};
