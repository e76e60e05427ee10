import type { EngineHost } from "@slipway/model";
import type { FileOrigin } from "../load/model.ts";
import type { JobRequest } from "./types.ts";

export const IDENTITY_URL = "ACTIONS_ID_TOKEN_REQUEST_URL";
export const IDENTITY_TOKEN = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";

/** `OWNER/REPO/.github/workflows/x.yml@REF` */
export const workflowRef = ({ repository: { owner, name }, path, ref }: FileOrigin): string =>
  `${owner}/${name}/${path}@${ref}`;

/** The variables by which every step of a job asks for its OIDC token; none without `id-token: write`. */
export function identityOf(
  host: EngineHost,
  {
    repository,
    runId,
    jobId,
    origin,
    permissions,
  }: Pick<JobRequest, "repository" | "runId" | "jobId" | "origin" | "permissions">,
): Readonly<Record<string, string>> {
  if (permissions["id-token"] !== "write") return {};
  const jobWorkflowRef = workflowRef(origin);
  const offered = host.offerIdentity({
    repository,
    runId,
    jobId,
    jobWorkflowRef,
    jobWorkflowSha: origin.sha,
  });
  return { [IDENTITY_URL]: offered.url, [IDENTITY_TOKEN]: offered.token };
}
