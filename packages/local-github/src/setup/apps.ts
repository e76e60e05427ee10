/** GitHub Apps, made by whoever starts the server: what a page of GitHub's does for the real ones. */

import { createPublicKey } from "node:crypto";
import { errorText, type RepositoryName } from "@slipway/model";
import { ownPermissions } from "../serialize/apps.ts";
import type {
  AppPermissions,
  AppRecord,
  InstallationRecord,
  RepositoryRecord,
  UserRecord,
} from "../store/records.ts";
import type { Store } from "../store/store.ts";
import type { World } from "../world.ts";

export interface NewApp {
  /** Default: any free one. */
  readonly appId?: number;
  readonly slug: string;
  /** PEM of the App's private or public RSA key. Without one it can sign no token, only write checks. */
  readonly key?: string;
  /** By the names of the REST API (`pull_requests`) or of workflow files (`pull-requests`). */
  readonly permissions?: Readonly<Record<string, "read" | "write">>;
  /** An account's login (all of its repositories) or repositories, as `acme/spans`. */
  readonly installedOn?: readonly string[];
  /** Login of the account that owns the App. Default: that of the first place it is installed on, else `github`. */
  readonly owner?: string;
}

export interface CreatedApp {
  readonly app: AppRecord;
  readonly installations: readonly InstallationRecord[];
}

export interface AppSetup {
  /** @throws Error for a slug or id that is taken, a key that is none, or a place that is not there */
  createApp(app: NewApp): CreatedApp;
  /**
   * An installation token without the way over a JSON Web Token, for one hour.
   * @throws Error when the App is not installed on the repository
   */
  mintAppToken(
    slug: string,
    name: RepositoryName,
    permissions?: Readonly<Record<string, "read" | "write">>,
  ): string;
}

export const TOKEN_LIFE_MS = 3_600_000;

export function appOfSlug(store: Store, slug: string): AppRecord | undefined {
  return slug === store.actionsApp.slug ? store.actionsApp : store.apps.list.find((app) => app.slug === slug);
}

/** An App by its slug; an unknown one is made, with permission to write checks and statuses only. */
export function someApp(world: Pick<World, "store">, slug: string): AppRecord {
  return (
    appOfSlug(world.store, slug) ??
    addApp(world.store, { slug, permissions: { checks: "write", statuses: "write" } })
  );
}

function publicKeyOf(slug: string, key: string): string {
  try {
    const parsed = createPublicKey(key);
    if (parsed.asymmetricKeyType !== "rsa") throw new Error(`it is of type ${parsed.asymmetricKeyType}`);
    return parsed.export({ type: "spki", format: "pem" }).toString();
  } catch (error) {
    throw new Error(`The key of the App '${slug}' is no RSA key in PEM form: ${errorText(error)}`);
  }
}

function addApp(store: Store, input: NewApp): AppRecord {
  const { slug } = input;
  if (appOfSlug(store, slug)) throw new Error(`There is an App '${slug}' already.`);
  const id = input.appId ?? store.nextId();
  if (store.apps.byIssuer(String(id))) throw new Error(`There is an App with the id ${id} already.`);
  const login = input.owner ?? input.installedOn?.[0]?.split("/")[0];
  return store.apps.add({
    id,
    slug,
    name: slug,
    clientId: `Iv23li${Buffer.from(slug).toString("base64url").padEnd(14, "0").slice(0, 14)}`,
    description: null,
    owner: login === undefined ? store.actionsApp.owner : store.addUser(login, "User"),
    bot: store.addUser(`${slug}[bot]`, "User"),
    publicKey: input.key === undefined ? null : publicKeyOf(slug, input.key),
    permissions: { metadata: "read", ...ownPermissions(input.permissions ?? {}) },
    createdAt: store.timestamp(),
  });
}

/** The permissions asked for, when all of them were granted; else the first that was not. */
export function narrowed(
  granted: AppPermissions,
  wanted: AppPermissions,
):
  | { readonly ok: true; readonly permissions: AppPermissions }
  | { readonly ok: false; readonly key: string } {
  for (const [key, level] of Object.entries(wanted)) {
    const given = granted[key] ?? "none";
    if (level === "none" || given === "write" || given === level) continue;
    return { ok: false, key };
  }
  return { ok: true, permissions: { metadata: "read", ...wanted } };
}

export function appsOf(world: World, repositoryOf: (name: RepositoryName) => RepositoryRecord): AppSetup {
  const { store } = world;
  /** An account (all of its repositories), or one repository. */
  const placeOf = (
    place: string,
    slug: string,
  ): { account: UserRecord; repositories: "all" | Set<number> } => {
    const [owner = "", name] = place.split("/");
    if (name !== undefined) {
      const repository = repositoryOf({ owner, name });
      return { account: repository.owner, repositories: new Set([repository.id]) };
    }
    const account = store.user(owner);
    if (!account) throw new Error(`There is no account ${owner} here to install the App '${slug}' on.`);
    return { account, repositories: "all" };
  };
  return {
    createApp(input) {
      // Looked up first: an App that cannot be installed where it should be is not made.
      const places = (input.installedOn ?? []).map((place) => placeOf(place, input.slug));
      const app = addApp(store, input);
      const made = places.map(({ account, repositories }) => store.apps.install(app, account, repositories));
      return { app, installations: [...new Set(made)] };
    },
    mintAppToken(slug, name, wanted) {
      const app = appOfSlug(store, slug);
      const repository = repositoryOf(name);
      const installation = app && store.apps.on(app, repository);
      if (!installation) throw new Error(`The App '${slug}' is not installed on ${name.owner}/${name.name}.`);
      const found = narrowed(
        installation.permissions,
        wanted ? ownPermissions(wanted) : installation.permissions,
      );
      if (!found.ok) throw new Error(`The App '${slug}' was not granted '${found.key}' at that level.`);
      return store.mintAppToken({
        installation,
        repositories: new Set([repository.id]),
        permissions: found.permissions,
        expiresAt: new Date(world.now().getTime() + TOKEN_LIFE_MS).toISOString(),
      });
    },
  };
}
