/** Where an adapter listens. @throws Error that says what is wrong with the address */
export function executeAddress(base: string, name: string, allowHttp: boolean): URL {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) {
    throw new Error(
      `${JSON.stringify(name)} is no adapter's name: letters, digits, dots, hyphens and underscores.`,
    );
  }
  const url = URL.parse(base);
  if (url === null) throw new Error(`${JSON.stringify(base)} is no address of an adapter.`);
  const problem = transportProblem(url, allowHttp);
  if (problem !== null) throw new Error(problem);
  if (url.search !== "" || url.hash !== "") {
    throw new Error(
      `The base address ${url.origin}${url.pathname} ends with its path: no query, no fragment.`,
    );
  }
  return new URL(`${url.pathname.replace(/\/+$/, "")}/adapters/${name}/execute`, url);
}

/** Why nothing may be sent there; null when it may. Plain HTTP is for this machine only. */
export function transportProblem(url: URL, allowHttp: boolean): string | null {
  if (url.username !== "" || url.password !== "") {
    return `The address of ${url.host} holds a name or password: pass a secret or a header instead.`;
  }
  if (url.protocol === "https:") return null;
  if (url.protocol !== "http:") return `${url.protocol} is no transport for an adapter: use https.`;
  return allowHttp || isLocal(url.hostname)
    ? null
    : `${url.origin} is not encrypted: use https, or allow http for it by name.`;
}

function isLocal(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/**
 * What an answer refers to (`Location`), when it is of the same origin; else why it is not followed.
 */
export function sameOrigin(reference: string, from: URL): URL | string {
  const url = URL.parse(reference, from.href);
  if (url === null) return `${JSON.stringify(reference.slice(0, 200))} is no address`;
  if (url.origin !== from.origin || url.username !== "" || url.password !== "") {
    return `it leads to ${url.origin}, and only ${from.origin} is followed`;
  }
  url.hash = "";
  return url;
}
