import type { EngineEvent, EngineHost } from "@slipway/model";
import { isJsonObject, type Json, type JsonObject } from "../expressions/data.ts";

/** The `github` context of a run: what all its jobs share, those of called workflows included. */
export function githubContext(
  host: EngineHost,
  event: EngineEvent,
  run: { readonly id: number; readonly number: number; readonly attempt: number },
  workflow: { readonly name: string; readonly path: string },
): JsonObject {
  const { owner, name } = event.repository;
  const payload = event.payload as JsonObject;
  // Only these two events have a head and a base, whatever else is about a pull request.
  const ofPull = event.name === "pull_request" || event.name === "pull_request_target";
  const pull = ofPull && isJsonObject(payload.pull_request) ? payload.pull_request : undefined;
  const repository = isJsonObject(payload.repository) ? payload.repository : {};
  const repositoryOwner = isJsonObject(repository.owner) ? repository.owner : {};
  const sender = isJsonObject(payload.sender) ? payload.sender : {};
  return {
    event: payload,
    event_name: event.name,
    sha: event.sha,
    ref: event.ref,
    ref_name: event.ref.replace(/^refs\/(heads|tags|pull)\//, ""),
    ref_type: event.ref.startsWith("refs/tags/") ? "tag" : "branch",
    ref_protected: false,
    base_ref: text(at(pull, "base", "ref")),
    head_ref: text(at(pull, "head", "ref")),
    actor: event.actor,
    actor_id: text(sender.id),
    triggering_actor: event.actor,
    repository: `${owner}/${name}`,
    repository_id: String(host.repositoryId(event.repository)),
    repository_owner: owner,
    repository_owner_id: text(repositoryOwner.id),
    repositoryUrl: `${host.serverUrl.replace(/^https?:/, "git:")}/${owner}/${name}.git`,
    run_id: String(run.id),
    run_number: String(run.number),
    run_attempt: String(run.attempt),
    retention_days: "90",
    artifact_cache_size_limit: "10",
    secret_source: "Actions",
    server_url: host.serverUrl,
    api_url: host.apiUrl,
    graphql_url: host.graphqlUrl,
    workflow: workflow.name,
    workflow_ref: `${owner}/${name}/${workflow.path}@${event.ref}`,
    workflow_sha: event.sha,
  };
}

function at(object: JsonObject | undefined, ...path: readonly string[]): Json | undefined {
  let value: Json | undefined = object;
  for (const key of path) value = isJsonObject(value) ? value[key] : undefined;
  return value;
}

function text(value: Json | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
