import { describe, expect, test } from "@jest/globals";
import { createConcurrencyGroups, type Entry, MAX_PENDING } from "./concurrency.ts";

const repository = { owner: "Octo", name: "App" };

function enter(
  groups: ReturnType<typeof createConcurrencyGroups>,
  options: {
    group?: string;
    queue?: "single" | "max";
    cancelInProgress?: boolean;
    held?: readonly string[];
    signal?: AbortSignal;
    repository?: typeof repository;
  } = {},
) {
  const cancel = { called: false };
  let entry: Entry | undefined;
  const done = groups
    .enter({
      repository: options.repository ?? repository,
      rule: {
        group: options.group ?? "g",
        queue: options.queue ?? "single",
        cancelInProgress: options.cancelInProgress ?? false,
      },
      held: options.held ?? [],
      cancel: () => {
        cancel.called = true;
      },
      signal: options.signal ?? new AbortController().signal,
    })
    .then((value) => {
      entry = value;
      return value;
    });
  return {
    done,
    cancel,
    kind: async () => {
      await Promise.resolve();
      await Promise.resolve();
      return entry?.kind;
    },
    leave: async () => {
      const value = await done;
      if (value.kind === "entered") value.leave();
    },
  };
}

describe("concurrency groups", () => {
  test("single: one runs, one waits, a newer one takes its place", async () => {
    const groups = createConcurrencyGroups();
    const [a, b, c] = [enter(groups), enter(groups), enter(groups)];
    expect([await a.kind(), await b.kind(), await c.kind()]).toEqual(["entered", "cancelled", undefined]);
    await a.leave();
    expect(await c.kind()).toBe("entered");
    expect(a.cancel.called).toBe(false);
  });

  test("names have no case, and belong to a repository", async () => {
    const groups = createConcurrencyGroups();
    const first = enter(groups, { group: "Deploy" });
    const same = enter(groups, { group: "dePLOY", repository: { owner: "octo", name: "app" } });
    const other = enter(groups, { group: "deploy", repository: { owner: "octo", name: "other" } });
    expect([await first.kind(), await same.kind(), await other.kind()]).toEqual([
      "entered",
      undefined,
      "entered",
    ]);
  });

  test("max: up to 100 wait and come in their order", async () => {
    const groups = createConcurrencyGroups();
    const holder = enter(groups, { queue: "max" });
    const waiting = Array.from({ length: MAX_PENDING }, () => enter(groups, { queue: "max" }));
    const late = enter(groups, { queue: "max" });
    expect(await late.kind()).toBe("cancelled");
    await holder.leave();
    expect([await waiting[0]?.kind(), await waiting[1]?.kind()]).toEqual(["entered", undefined]);
    await waiting[0]?.leave();
    expect(await waiting[1]?.kind()).toBe("entered");
  });

  test("cancel-in-progress asks the holder to end, and drops who waits", async () => {
    const groups = createConcurrencyGroups();
    const holder = enter(groups, { queue: "max" });
    const waiting = enter(groups, { queue: "max" });
    const newer = enter(groups, { cancelInProgress: true });
    expect(holder.cancel.called).toBe(true);
    expect([await waiting.kind(), await newer.kind()]).toEqual(["cancelled", undefined]);
    await holder.leave();
    expect(await newer.kind()).toBe("entered");
  });

  test("who is cancelled leaves the queue; what is held above is a deadlock", async () => {
    const groups = createConcurrencyGroups();
    const holder = enter(groups);
    const controller = new AbortController();
    const waiting = enter(groups, { signal: controller.signal });
    controller.abort();
    expect(await waiting.kind()).toBe("cancelled");
    const entry = await holder.done;
    const nested = enter(groups, { held: entry.kind === "entered" ? [entry.key] : [] });
    expect(await nested.kind()).toBe("deadlock");
    await holder.leave();
    expect(await enter(groups).kind()).toBe("entered");
  });
});
