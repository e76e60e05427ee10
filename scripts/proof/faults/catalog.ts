/** The faults: what is answered, on which kinds of request, and by which words a stop has to name it. */
import type { Fault } from "@slipway/local-github";
import { isRead, isRest, type RequestKind } from "./kinds.ts";

export type FaultName = string;

/** How many requests of a kind in a row it meets; `always`: each, until the run has stopped. */
export type Times = "once" | "twice" | "always";

/** Faults that mean the same to whoever meets them for good: one of a family is enough there. */
export type Family = "server" | "limit" | "refusal" | "late" | "model";

export interface FaultSpec {
  readonly name: FaultName;
  readonly family: Family;
  readonly meets: (kind: RequestKind) => boolean;
  /** Null for a model's fault, which `model-front.ts` makes. */
  readonly answer: ((kind: RequestKind, now: Date) => Fault) | null;
  /** A stop that it causes says one of these. */
  readonly says: RegExp;
}

const DOCS = "https://docs.github.com/rest";
const BUSY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
const USED_UP = "API rate limit exceeded for installation ID 1.";
/** How old what a read shows may be: longer than any lag that GitHub has been seen with. */
const LAG_MS = 4_000;
const SLOW_MS = 2_500;
const MERGE = "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge";

/** Each service speaks in its own way: the API and the artifact service in JSON, the store of blobs in XML, git not at all. */
function respond(
  status: number,
  message: string,
  more: Readonly<Record<string, string>> = {},
): (kind: RequestKind) => Fault {
  const answered = (type: string, body: unknown): Fault => ({
    kind: "respond",
    status,
    headers: { "content-type": type, ...more },
    body,
  });
  return (kind) => {
    if (isRest(kind)) {
      const body = { message, documentation_url: DOCS, status: String(status) };
      return answered("application/json; charset=utf-8", body);
    }
    if (/^artifact: [A-Z]/.test(kind)) {
      return answered("application/json", { code: TWIRP[status] ?? "internal", msg: message });
    }
    if (!kind.startsWith("artifact: ")) return answered("text/plain; charset=utf-8", message);
    const xml = `<?xml version="1.0" encoding="utf-8"?><Error><Code>ServerBusy</Code><Message>${message}</Message></Error>`;
    return answered("application/xml", xml);
  };
}
const TWIRP: Readonly<Record<number, string>> = {
  403: "permission_denied",
  409: "already_exists",
  429: "resource_exhausted",
  503: "unavailable",
};

const isGitHub = (kind: RequestKind) => !kind.startsWith("model: ");
const isModel = (kind: RequestKind) => kind.startsWith("model: ");

/** Of a download the toolkit tells that it failed, and not by what. */
const UNTOLD = "Artifact download failed";

function server(status: number, message: string): FaultSpec {
  return {
    name: String(status),
    family: "server",
    meets: isGitHub,
    answer: respond(status, message),
    says: new RegExp(`\\b${status}\\b|${message}|${UNTOLD}`, "i"),
  };
}

/** The API's limits. Git and artifacts know 429 alone, which is met on them, too; what else they refuse is a refusal. */
function limit(name: FaultName, status: number, headers: Readonly<Record<string, string>>): FaultSpec {
  return {
    name,
    family: "limit",
    meets: status === 429 ? isGitHub : isRest,
    answer: respond(status, BUSY, headers),
    says: new RegExp(`rate limit|request limit|too fast|\\b(403|429)\\b|${UNTOLD}`, "i"),
  };
}

function refusal(name: FaultName, status: number, message: string, meets = isRest): FaultSpec {
  return {
    name,
    family: "refusal",
    meets,
    answer: respond(status, message),
    says: new RegExp(`\\b${status}\\b|${message}|${UNTOLD}`, "i"),
  };
}

function lateOrLost(name: FaultName, fault: Fault, meets = isGitHub): FaultSpec {
  const family = fault.kind === "stale" || fault.kind === "unsettled" ? "late" : "server";
  const says =
    /no answer|fetch failed|socket|connection|hang up|hung up|reset by|disconnect|network|unable to access|ECONNRESET|\bEOF\b/i;
  return { name, family, meets, answer: () => fault, says };
}

const model = (name: FaultName, says: RegExp): FaultSpec => ({
  name,
  family: "model",
  meets: isModel,
  answer: null,
  says,
});

export const FAULTS: readonly FaultSpec[] = [
  server(500, "Server Error"),
  server(502, "Bad Gateway"),
  server(503, "Service Unavailable"),
  server(504, "Gateway Timeout"),
  lateOrLost("cut before", { kind: "cut-before" }),
  lateOrLost("cut after", { kind: "cut-after" }),
  limit("403 retry-after", 403, { "retry-after": "1" }),
  limit("403", 403, {}),
  limit("429 retry-after", 429, { "retry-after": "1" }),
  limit("429", 429, {}),
  {
    name: "used up",
    family: "limit",
    meets: isRest,
    // The hour is nearly over: what is being shown is the waiting, not its length.
    answer: (kind, now) =>
      respond(403, USED_UP, {
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": String(Math.ceil(now.getTime() / 1_000) + 2),
      })(kind),
    says: /rate limit|request limit/i,
  },
  refusal("403 forbidden", 403, "Forbidden", (kind) => isGitHub(kind) && !isRest(kind)),
  refusal("409", 409, "Conflict"),
  refusal(
    "409",
    409,
    "an artifact with this name already exists",
    (kind) => kind === "artifact: CreateArtifact",
  ),
  refusal("422", 422, "Validation Failed"),
  refusal("405 not mergeable", 405, "Pull Request is not mergeable", (kind) => kind === MERGE),
  {
    ...refusal(
      "405 base modified",
      405,
      "Base branch was modified. Review and try the merge again.",
      (kind) => kind === MERGE,
    ),
    says: /base of \S+ moved \d+ times/i,
  },
  lateOrLost("slow", { kind: "delay", ms: SLOW_MS }),
  lateOrLost(
    "stale",
    { kind: "stale", ageMs: LAG_MS },
    (kind) => isRead(kind) || kind === "artifact: ListArtifacts",
  ),
  lateOrLost(
    "mergeable unknown",
    { kind: "unsettled" },
    (kind) => kind === "GET /repos/{owner}/{repo}/pulls/{pull_number}",
  ),
  model("model 429 retry-after", /\b429\b/),
  model("model 429", /\b429\b/),
  model("model 529", /\b529\b|overloaded/i),
  model("model cut", /broke off|not readable|reached|network/i),
  model("model garbage", /broke off|not readable|not (an answer|a stream of events)/i),
  model("model silence", /did not (finish|answer|say|send)|silent|within/i),
];

export function faultOn(name: FaultName, kind: RequestKind): FaultSpec | undefined {
  return FAULTS.find((fault) => fault.name === name && fault.meets(kind));
}

/** Whether there is a point in its meeting each request of a kind: a late answer that comes for good is an answer. */
export const stops = ({ name, family }: FaultSpec): boolean => family !== "late" && name !== "slow";
