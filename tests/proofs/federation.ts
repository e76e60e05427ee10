/** A model's service that takes no key: it grants tokens for the identities of jobs, and answers nobody else. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from "jose";
import { z } from "zod";
import type { ModelFront } from "../e2e/bench.ts";

export interface Rule {
  readonly federationRule: string;
  readonly organization: string;
  readonly audience: string;
}

export interface Grant {
  readonly assertion: string;
  readonly token: string;
  /** What the job's token says of it, once its signature, issuer, audience and times were found right. */
  readonly claims: JWTPayload;
  /** Requests that it was good for so far. */
  used: number;
}

export interface Federation {
  /** Stands before a model that would answer anybody. */
  readonly front: (model: string) => Promise<ModelFront>;
  /** Whose tokens are taken; the keys are found by it, as any service would. */
  trust(issuer: string): void;
  /** From now on the rule matches just these claims. */
  match(claims: Readonly<Record<string, string>>): void;
  readonly grants: readonly Grant[];
  /** Why tokens were not granted, and requests not answered. */
  readonly refused: readonly string[];
}

const exchangeSchema = z.strictObject({
  grant_type: z.literal("urn:ietf:params:oauth:grant-type:jwt-bearer"),
  assertion: z.string(),
  federation_rule_id: z.string(),
  organization_id: z.string(),
});

/** @param requests how many requests a grant is good for before it has to be got anew */
export function createFederation(rule: Rule, requests: (claims: JWTPayload) => number): Federation {
  const grants: Grant[] = [];
  const refused: string[] = [];
  let issuer = "";
  let matched: Readonly<Record<string, string>> = {};

  async function grant(body: string): Promise<Grant> {
    const asked = exchangeSchema.parse(JSON.parse(body));
    if (asked.federation_rule_id !== rule.federationRule || asked.organization_id !== rule.organization)
      throw new Error("no such rule");
    const described = await fetch(`${issuer}/.well-known/openid-configuration`);
    const { jwks_uri } = z.object({ jwks_uri: z.url() }).parse(await described.json());
    const { payload: claims } = await jwtVerify(asked.assertion, createRemoteJWKSet(new URL(jwks_uri)), {
      issuer,
      audience: rule.audience,
      algorithms: ["RS256"],
      requiredClaims: ["sub", "exp", "nbf", "jti", "repository", "job_workflow_ref"],
    });
    const differing = Object.entries(matched).filter(([name, value]) => claims[name] !== value);
    if (differing.length > 0) throw new Error(`the rule wants another ${differing.map(([name]) => name)}`);
    if (grants.some((other) => other.claims.jti === claims.jti)) throw new Error("a token is shown twice");
    const made = {
      assertion: asked.assertion,
      token: `granted-by-the-test-${grants.length}`,
      claims,
      used: 0,
    };
    grants.push(made);
    return made;
  }

  async function answer(model: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const say = (status: number, json: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
    const refuse = (why: string) => {
      refused.push(why);
      say(401, { type: "error", error: { type: "authentication_error", message: why } });
    };
    if (request.url?.startsWith("/v1/oauth/token")) {
      try {
        const { token } = await grant(body);
        return void say(200, { access_token: token, token_type: "Bearer", expires_in: 3_600 });
      } catch (error) {
        return refuse(`no token: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    const { authorization, "x-api-key": key } = request.headers;
    const shown = grants.find(({ token }) => authorization === `Bearer ${token}`);
    if (key !== undefined) return refuse("a key was shown");
    if (!shown) return refuse("no token was shown");
    if (shown.used >= requests(shown.claims)) return refuse("the token has expired");
    shown.used += 1;
    const passed = await fetch(`${model}${request.url}`, {
      method: request.method ?? "GET",
      headers: { "content-type": "application/json" },
      ...(body === "" ? {} : { body }),
    });
    response.writeHead(passed.status, { "content-type": passed.headers.get("content-type") ?? "text/plain" });
    if (!passed.body) return void response.end();
    await pipeline(Readable.fromWeb(passed.body as Parameters<typeof Readable.fromWeb>[0]), response);
  }

  return {
    grants,
    refused,
    trust: (trusted) => {
      issuer = trusted;
    },
    match: (wanted) => {
      matched = wanted;
    },
    async front(model) {
      const server = createServer((request, response) => {
        answer(model, request, response).catch(() => response.destroy());
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        async stop() {
          server.closeAllConnections();
          await new Promise<void>((resolve) => server.close(() => resolve()));
        },
      };
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += String(chunk);
  return text;
}
