/** The checker of exchanges against GitHub's OpenAPI description, as the REST pipeline calls it. */

export interface Exchange {
  readonly method: string;
  /** Path template, `/repos/{owner}/{repo}`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly requestBody: unknown;
  readonly status: number;
  /** Names in lower case. */
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: unknown;
}

export interface OpenApiValidator {
  /** One sentence per deviation; empty when the exchange is as described. */
  check(exchange: Exchange): readonly string[];
  hasRoute(method: string, template: string): boolean;
  /** What GitHub calls the route that a path means; undefined where it has none. */
  match(
    method: string,
    path: string,
  ): { readonly operationId: string; readonly template: string } | undefined;
}
