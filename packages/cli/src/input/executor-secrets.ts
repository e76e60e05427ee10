// biome-ignore-all lint/suspicious/noTemplateCurlyInString: workflow expressions are written like that
/** What a program or a service that runs an agent needs: as secrets they bear the same names on GitHub. */
const NAMES = ["SLIPWAY_EXECUTOR_VARIABLES", "SLIPWAY_HTTP_EXECUTOR_SECRET"] as const;

/** Those of the person's environment that are set, by name. */
export function executorSecrets(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(NAMES.flatMap((name) => (env[name] ? [[name, env[name]] as const] : [])));
}

const HANDED_DOWN =
  'executor-variables: "${{ secrets.SLIPWAY_EXECUTOR_VARIABLES }}", http-executor-secret: "${{ secrets.SLIPWAY_HTTP_EXECUTOR_SECRET }}"';

/** The caller file of the examples, which hands these down where there are any. */
export function callerWith(text: string, secrets: Readonly<Record<string, string>>): string {
  return Object.keys(secrets).length === 0
    ? text
    : text.replace(/^( *secrets: \{) /m, (_whole, start: string) => `${start}${HANDED_DOWN}, `);
}
