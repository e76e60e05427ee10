/** The artifact service's routes. */

import type { Hono } from "hono";
import type { HttpEnv } from "../http/env.ts";
import type { ServiceDeps } from "../world.ts";
import { mountBlobs } from "./azure.ts";
import type { ArtifactService } from "./service.ts";
import { mountTwirp } from "./twirp.ts";

/**
 * Mounts `/twirp/github.actions.results.api.v1.ArtifactService/*` and the signed links it hands out
 * (`/artifacts/results/*`). `service` is also what `world.artifacts` should be.
 */
export function mountArtifacts(app: Hono<HttpEnv>, deps: ServiceDeps, service: ArtifactService): void {
  mountTwirp(app, deps, service);
  mountBlobs(app, deps, service);
}
