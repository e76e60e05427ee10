/** What every part of the local GitHub works on: handed in, never global. */

import type { Engine, EngineEvent } from "@slipway/model";
import type { ArtifactStore } from "./artifacts/store.ts";
import type { Bus } from "./bus.ts";
import type { Git } from "./git/exec.ts";
import type {
  AppPermissions,
  AppRecord,
  InstallationRecord,
  RepositoryRecord,
  UserRecord,
} from "./store/records.ts";
import type { Store } from "./store/store.ts";

export interface Urls {
  /** `http://127.0.0.1:PORT`, no trailing slash. */
  readonly server: string;
  readonly api: string;
  readonly graphql: string;
  /** With a trailing slash, as ACTIONS_RESULTS_URL has it. */
  readonly results: string;
}

export interface World {
  readonly store: Store;
  readonly urls: Urls;
  readonly now: () => Date;
  readonly bus: Bus;
  readonly engine: Engine | undefined;
  readonly artifacts: ArtifactStore | undefined;
  git(repository: RepositoryRecord): Git;
  /** Hands an event to the engine, if the recursion rules let it pass. */
  deliver(event: Omit<EngineEvent, "deliveryId">, cause: Cause): void;
}

/** Who caused a change, and by which kind of token. */
export interface Cause {
  readonly user: UserRecord;
  /** With a job's token: what it does starts no runs. */
  readonly viaJob: boolean;
  /** The App behind the token; GitHub Actions behind a job's. */
  readonly app: AppRecord | null;
  /** An App needs the `workflows` permission to change files below `.github/workflows`. */
  readonly changesWorkflows: boolean;
}

/** Who makes a request. */
export type Actor =
  | { readonly kind: "anonymous" }
  | { readonly kind: "user"; readonly user: UserRecord }
  | {
      readonly kind: "job";
      readonly user: UserRecord;
      readonly repositoryId: number;
      readonly permissions: Readonly<Record<string, "none" | "read" | "write">>;
      readonly runId: number;
      readonly jobId: number;
    }
  /** With an installation's token. */
  | {
      readonly kind: "app";
      readonly user: UserRecord;
      readonly installation: InstallationRecord;
      /** What is left of the installation's repositories and permissions after narrowing. */
      readonly repositories: "all" | ReadonlySet<number>;
      readonly permissions: AppPermissions;
    }
  /** The App itself, by a JSON Web Token: it reaches the `/app` routes, and no repository. */
  | { readonly kind: "jwt"; readonly user: UserRecord; readonly app: AppRecord };

/** What the GraphQL and artifact services are mounted with. */
export interface ServiceDeps {
  readonly world: World;
  /** Reads `Authorization` (Bearer, token, Basic). `undefined`: the credentials are bad (401). */
  authenticate(header: string | undefined): Actor | undefined;
  /** Checks an ACTIONS_RUNTIME_TOKEN (its signature and expiry); undefined when it is not ours. */
  verifyRuntimeToken(token: string): Promise<{ runId: number; jobId: number } | undefined>;
}
