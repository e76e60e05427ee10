/** Asking for stages by themselves, and looking at what they write. */
import { expect } from "@jest/globals";
import { foldEvents, type RunState } from "@slipway/model";
import type { TestBench, Turn } from "../e2e/bench.ts";

export const stateOf = async (bench: TestBench, runId: string): Promise<RunState> =>
  foldEvents(null, await bench.events(runId));

/** Sends requests one after another and waits for the end of all that comes of them. */
export async function ask(
  bench: TestBench,
  requests: readonly (readonly [string, object])[],
): Promise<Turn[]> {
  for (const [type, payload] of requests)
    expect(await bench.dispatch(type, payload)).toMatchObject({ status: 204 });
  return bench.turns();
}

/** Writes of jobs since an entry of the journal: REST requests that are no reads, and pushes. */
export const writesSince = (bench: TestBench, index: number): string[] =>
  bench.github.journal
    .slice(index)
    .filter(({ tokenKind }) => tokenKind === "job")
    .filter(
      ({ kind, method, route }) => (kind === "rest" && method !== "GET") || route === "git-receive-pack",
    )
    .map(({ method, path }) => `${method} ${path}`);

export async function artifactsOf(bench: TestBench): Promise<string[]> {
  const { owner, name } = bench.repository;
  const url = `${bench.github.apiUrl}/repos/${owner}/${name}/actions/artifacts?per_page=100`;
  const token = bench.github.mintUserToken("developer");
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  return ((await answer.json()) as { artifacts: { name: string }[] }).artifacts.map((item) => item.name);
}
