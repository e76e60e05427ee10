/** Apps, teams and tokens: who may do what, besides a person's own role. */

import type { TokenPermissions } from "@slipway/model";
import type { UserRecord } from "./records.ts";

/** Permissions by the names of workflow files (`contents`, `pull-requests`); absent means none. */
export type AppPermissions = Readonly<Record<string, "none" | "read" | "write">>;

/** A GitHub App. GitHub Actions is one, too. */
export interface AppRecord {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly clientId: string;
  readonly description: string | null;
  readonly owner: UserRecord;
  /** `SLUG[bot]`: who its tokens act as. */
  readonly bot: UserRecord;
  /** PEM (SPKI) of the key that its JSON Web Tokens are signed for; null where it signs none. */
  readonly publicKey: string | null;
  readonly permissions: AppPermissions;
  readonly createdAt: string;
}

/** An App on an account, with all or some of that account's repositories. */
export interface InstallationRecord {
  readonly id: number;
  readonly app: AppRecord;
  readonly account: UserRecord;
  readonly repositories: "all" | Set<number>;
  readonly permissions: AppPermissions;
  readonly createdAt: string;
}

export interface TeamRecord {
  readonly id: number;
  readonly organization: UserRecord;
  readonly slug: string;
  readonly name: string;
  /** By login in lower case. */
  readonly members: Map<string, "member" | "maintainer">;
  readonly createdAt: string;
}

export type TokenRecord =
  | { readonly kind: "user"; readonly user: UserRecord; revoked: boolean }
  | {
      readonly kind: "job";
      readonly user: UserRecord;
      readonly repositoryId: number;
      readonly permissions: TokenPermissions;
      readonly runId: number;
      readonly jobId: number;
      revoked: boolean;
    }
  | {
      readonly kind: "app";
      readonly user: UserRecord;
      readonly installation: InstallationRecord;
      readonly repositories: "all" | ReadonlySet<number>;
      readonly permissions: AppPermissions;
      /** ISO 8601, as the token was handed out. */
      readonly expiresAt: string;
      revoked: boolean;
    };
