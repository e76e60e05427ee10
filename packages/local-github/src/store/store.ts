/** Everything but git objects, in memory. It keeps and finds; rules live with the routes. */

import { randomBytes } from "node:crypto";
import type { TokenPermissions } from "@slipway/model";
import { type Apps, createApps } from "./apps.ts";
import { nodeId } from "./node-id.ts";
import type {
  AppPermissions,
  AppRecord,
  CheckRunRecord,
  InstallationRecord,
  IssueRecord,
  IssueTypeRecord,
  JobRecord,
  LabelRecord,
  PullIssue,
  RepositoryRecord,
  RepositorySettings,
  ReviewCommentRecord,
  TokenRecord,
  UserRecord,
  WorkflowRunRecord,
} from "./records.ts";
import { createOrganizations, type Organizations } from "./teams.ts";

/** The App that a job's token acts for; its real ids, so that a required check can name it. */
export const ACTIONS_APP_ID = 15368;
const ACTIONS_PERMISSIONS: AppPermissions = {
  actions: "write",
  checks: "write",
  contents: "write",
  issues: "write",
  metadata: "read",
  "pull-requests": "write",
  statuses: "write",
};
export const ACTIONS_BOT = { id: 41898282, login: "github-actions[bot]" };

/** Beyond 2^31, as GitHub's are today: a client that keeps ids in 32 bits must fail here too. */
const FIRST_ID = 3_100_000_001;

const DEFAULT_LABELS: readonly (readonly [string, string, string])[] = [
  ["bug", "d73a4a", "Something isn't working"],
  ["documentation", "0075ca", "Improvements or additions to documentation"],
  ["duplicate", "cfd3d7", "This issue or pull request already exists"],
  ["enhancement", "a2eeef", "New feature or request"],
  ["good first issue", "7057ff", "Good for newcomers"],
  ["help wanted", "008672", "Extra attention is needed"],
  ["invalid", "e4e669", "This doesn't seem right"],
  ["question", "d876e3", "Further information is requested"],
  ["wontfix", "ffffff", "This will not be worked on"],
];

export interface Store {
  readonly bot: UserRecord;
  /** The App behind every job's token. */
  readonly actionsApp: AppRecord;
  readonly apps: Apps;
  readonly organizations: Organizations;
  readonly users: ReadonlyMap<string, UserRecord>;
  readonly repositories: readonly RepositoryRecord[];
  nextId(): number;
  timestamp(): string;
  /** The user of that login, made when new; a login that ends with `[bot]` is a bot's. */
  addUser(login: string, type: "User" | "Organization"): UserRecord;
  user(login: string): UserRecord | undefined;
  addRepository(input: {
    owner: UserRecord;
    name: string;
    defaultBranch: string;
    visibility: "public" | "private";
    settings: Partial<RepositorySettings>;
    gitDir: string;
  }): RepositoryRecord;
  /** Names ignore case, as on GitHub. */
  repository(owner: string, name: string): RepositoryRecord | undefined;
  repositoryById(id: number): RepositoryRecord | undefined;
  /** Issue types of an organization; empty for a person. */
  issueTypes(owner: UserRecord): readonly IssueTypeRecord[];
  setIssueTypes(owner: UserRecord, types: readonly Omit<IssueTypeRecord, "id">[]): void;
  nextNumber(repository: RepositoryRecord): number;
  run(id: number): WorkflowRunRecord | undefined;
  job(id: number): JobRecord | undefined;
  addRun(run: WorkflowRunRecord): void;
  addJob(job: JobRecord): void;
  mintUserToken(user: UserRecord): string;
  mintJobToken(input: {
    repositoryId: number;
    permissions: TokenPermissions;
    runId: number;
    jobId: number;
  }): string;
  mintAppToken(input: {
    installation: InstallationRecord;
    repositories: "all" | ReadonlySet<number>;
    permissions: AppPermissions;
    expiresAt: string;
  }): string;
  token(text: string): TokenRecord | undefined;
  revokeToken(text: string): void;
}

export function isPull(issue: IssueRecord): issue is PullIssue {
  return issue.pull !== null;
}

/** Issues (not pull requests) of every repository, by database id. */
export function issueById(store: Store, id: number): IssueRecord | undefined {
  for (const repository of store.repositories) {
    for (const issue of repository.issues.values()) if (issue.id === id) return issue;
  }
  return undefined;
}

export function pullsOf(repository: RepositoryRecord): PullIssue[] {
  return [...repository.issues.values()].filter(isPull);
}

export function labelByName(repository: RepositoryRecord, name: string): LabelRecord | undefined {
  return repository.labels.get(name.toLowerCase());
}

export function checkRunById(repository: RepositoryRecord, id: number): CheckRunRecord | undefined {
  return repository.checkRuns.find((run) => run.id === id);
}

export function reviewCommentById(repository: RepositoryRecord, id: number): ReviewCommentRecord | undefined {
  for (const pull of pullsOf(repository)) {
    const found = pull.pull.reviewComments.find((comment) => comment.id === id);
    if (found) return found;
  }
  return undefined;
}

export function userNodeId(user: UserRecord): string {
  return nodeId(user.type, user.id);
}

const defaultSettings: RepositorySettings = {
  allowMergeCommit: true,
  allowSquashMerge: true,
  allowRebaseMerge: true,
  allowUpdateBranch: true,
  deleteBranchOnMerge: false,
  actionsCanCreatePullRequests: true,
  hasIssues: true,
  description: null,
};

const defaultIssueTypes: readonly Omit<IssueTypeRecord, "id">[] = [
  { name: "Task", description: "A specific piece of work", color: "yellow" },
  { name: "Bug", description: "An unexpected problem or behavior", color: "red" },
  { name: "Feature", description: "A request, idea, or new functionality", color: "blue" },
];

export function createStore(now: () => Date): Store {
  let lastId = FIRST_ID;
  const nextId = () => lastId++;
  const timestamp = () => `${now().toISOString().slice(0, 19)}Z`;
  const users = new Map<string, UserRecord>();
  const repositories: RepositoryRecord[] = [];
  const numbers = new Map<number, number>();
  const runs = new Map<number, WorkflowRunRecord>();
  const jobs = new Map<number, JobRecord>();
  const tokens = new Map<string, TokenRecord>();
  const types = new Map<number, readonly IssueTypeRecord[]>();
  const bot: UserRecord = { ...ACTIONS_BOT, type: "Bot", name: null, createdAt: "2018-07-30T09:30:16Z" };
  users.set(bot.login, bot);
  const actionsApp: AppRecord = {
    id: ACTIONS_APP_ID,
    slug: "github-actions",
    name: "GitHub Actions",
    clientId: "Iv1.05c79e9ad1f6bdfa",
    description: "Automate your workflow from idea to production",
    owner: {
      id: 9919,
      login: "github",
      type: "Organization",
      name: "GitHub",
      createdAt: "2008-05-11T04:37:31Z",
    },
    bot,
    publicKey: null,
    permissions: ACTIONS_PERMISSIONS,
    createdAt: "2018-07-30T09:30:17Z",
  };
  const organizations = createOrganizations(nextId, timestamp);

  const mint = (prefix: string, record: TokenRecord): string => {
    const text = prefix + randomBytes(27).toString("base64url").replaceAll(/[-_]/g, "0");
    tokens.set(text, record);
    return text;
  };

  const store: Store = {
    bot,
    actionsApp,
    apps: createApps(nextId, timestamp),
    organizations,
    users,
    repositories,
    nextId,
    timestamp,
    addUser(login, type) {
      const known = users.get(login.toLowerCase());
      if (known) return known;
      const kind = login.endsWith("[bot]") ? "Bot" : type;
      const user: UserRecord = { id: nextId(), login, type: kind, name: null, createdAt: timestamp() };
      users.set(login.toLowerCase(), user);
      if (type === "Organization") store.setIssueTypes(user, defaultIssueTypes);
      return user;
    },
    user: (login) => users.get(login.toLowerCase()),
    addRepository(input) {
      const at = timestamp();
      const repository: RepositoryRecord = {
        id: nextId(),
        owner: input.owner,
        name: input.name,
        defaultBranch: input.defaultBranch,
        visibility: input.visibility,
        settings: { ...defaultSettings, ...input.settings },
        gitDir: input.gitDir,
        createdAt: at,
        updatedAt: at,
        pushedAt: at,
        collaborators: new Map(),
        teams: [],
        members: organizations.members(input.owner),
        secrets: new Map(),
        variables: new Map(),
        rules: new Map(),
        labels: new Map(),
        issues: new Map(),
        checkRuns: [],
        checkSuites: new Map(),
        statuses: [],
        releases: [],
        runs: [],
        workflowIds: new Map(),
        verifiedCommits: new Set(),
      };
      for (const [name, color, description] of DEFAULT_LABELS) {
        repository.labels.set(name, { id: nextId(), name, color, description, isDefault: true });
      }
      if (input.owner.type === "User") repository.collaborators.set(input.owner.login.toLowerCase(), "admin");
      repositories.push(repository);
      return repository;
    },
    repository: (owner, name) =>
      repositories.find(
        (candidate) =>
          candidate.owner.login.toLowerCase() === owner.toLowerCase() &&
          candidate.name.toLowerCase() === name.toLowerCase(),
      ),
    repositoryById: (id) => repositories.find((candidate) => candidate.id === id),
    issueTypes: (owner) => types.get(owner.id) ?? [],
    setIssueTypes(owner, list) {
      types.set(
        owner.id,
        list.map((type) => ({ id: nextId(), ...type })),
      );
    },
    nextNumber(repository) {
      const number = (numbers.get(repository.id) ?? 0) + 1;
      numbers.set(repository.id, number);
      return number;
    },
    run: (id) => runs.get(id),
    job: (id) => jobs.get(id),
    addRun(run) {
      runs.set(run.id, run);
      run.repository.runs.push(run);
    },
    addJob(job) {
      jobs.set(job.id, job);
      job.run.jobs.push(job);
    },
    mintUserToken: (user) => mint("ghp_", { kind: "user", user, revoked: false }),
    mintJobToken: (input) => mint("ghs_", { kind: "job", user: bot, ...input, revoked: false }),
    mintAppToken: (input) =>
      mint("ghs_", { kind: "app", user: input.installation.app.bot, ...input, revoked: false }),
    token: (text) => tokens.get(text),
    revokeToken(text) {
      const record = tokens.get(text);
      if (record) record.revoked = true;
    },
  };
  return store;
}
