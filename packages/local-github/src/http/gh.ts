/** How GitHub's own command line, and the git that it starts, are pointed at this server. */

import { WEB_NAME } from "./names.ts";

/**
 * Environment variables for `gh`. With this host name it speaks plain HTTP, to port 80; any other port it reaches by a
 * proxy alone, which is the server itself (`names.ts`). The name of the proxy's variable is in lower case since git
 * reads no other.
 */
export function ghEnvironment(url: string, token: string): Readonly<Record<string, string>> {
  const basic = Buffer.from(`x-access-token:${token}`).toString("base64");
  return {
    GH_HOST: WEB_NAME,
    GH_TOKEN: token,
    http_proxy: url,
    // A credential helper of gh's would not do: it has nothing to say to plain HTTP.
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: `http.http://${WEB_NAME}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  };
}

/** The same as one line for a shell. */
export function ghExports(url: string, token: string): string {
  const variables = Object.entries(ghEnvironment(url, token));
  // No value has a quote in it.
  return `export ${variables.map(([name, value]) => `${name}='${value}'`).join(" ")}`;
}
