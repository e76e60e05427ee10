/** GitHub Apps and where they are installed. */

import type { AppRecord, InstallationRecord, RepositoryRecord, UserRecord } from "./records.ts";

export interface Apps {
  readonly list: readonly AppRecord[];
  readonly installations: readonly InstallationRecord[];
  add(app: AppRecord): AppRecord;
  /** Once for each App and account: repositories of a second time are added to the first. */
  install(
    app: AppRecord,
    account: UserRecord,
    repositories: InstallationRecord["repositories"],
  ): InstallationRecord;
  /** By its id or client id, as `iss` of a token names it. */
  byIssuer(issuer: string): AppRecord | undefined;
  installation(id: number): InstallationRecord | undefined;
  /** Where an App is installed on a repository. */
  on(app: AppRecord, repository: RepositoryRecord): InstallationRecord | undefined;
}

export function createApps(nextId: () => number, timestamp: () => string): Apps {
  const list: AppRecord[] = [];
  const installations: InstallationRecord[] = [];
  return {
    list,
    installations,
    add(app) {
      list.push(app);
      return app;
    },
    install(app, account, repositories) {
      const known = installations.find((one) => one.app === app && one.account === account);
      if (known && known.repositories !== "all" && repositories !== "all") {
        for (const id of repositories) known.repositories.add(id);
        return known;
      }
      if (known) installations.splice(installations.indexOf(known), 1);
      const installation: InstallationRecord = {
        id: known?.id ?? nextId(),
        app,
        account,
        repositories: repositories === "all" ? "all" : new Set(repositories),
        permissions: app.permissions,
        createdAt: known?.createdAt ?? timestamp(),
      };
      installations.push(installation);
      return installation;
    },
    byIssuer: (issuer) => list.find((app) => String(app.id) === issuer || app.clientId === issuer),
    installation: (id) => installations.find((one) => one.id === id),
    on: (app, repository) =>
      installations.find(
        (one) =>
          one.app === app &&
          one.account === repository.owner &&
          (one.repositories === "all" || one.repositories.has(repository.id)),
      ),
  };
}
