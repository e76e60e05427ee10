import { ConfigurationError, type ExecutorName, type Policy } from "@slipway/model";
import type { BuiltinExecutorOptions } from "./builtin.ts";
import type { Executor } from "./executor.ts";

export interface ExecutorSetup {
  readonly policy: Pick<Policy, "executors">;
  readonly builtin: BuiltinExecutorOptions;
  /** For `{model}` of a command. */
  readonly model: string;
  /** Variables of the job, of which a command gets those that it is to have. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Signs what is sent to an HTTP adapter. */
  readonly httpSecret: string | null;
}

/**
 * The executor of a name, set up as the policy says. Each is loaded when it is wanted.
 *
 * @throws ConfigurationError when the policy does not say how it is run
 */
export async function openExecutor(name: ExecutorName, setup: ExecutorSetup): Promise<Executor> {
  const { command, http } = setup.policy.executors;
  switch (name) {
    case "builtin": {
      const { builtinExecutor } = await import("./builtin.ts");
      return builtinExecutor(setup.builtin);
    }
    case "command": {
      if (!command) throw notSaid("command", "name a `recipe` or an `argv`");
      return await openCommand(command, setup);
    }
    case "http": {
      if (!http) throw notSaid("http", "name its `url` and `adapter`");
      return await openHttp(http, setup.httpSecret);
    }
  }
}

async function openHttp(
  { url: base, adapter: name, bundle, callback }: NonNullable<Policy["executors"]["http"]>,
  secret: string | null,
): Promise<Executor> {
  const { httpExecutor } = await import("./http/http.ts");
  const options = { base, name, bundle, secret };
  if (!callback) return configured(() => httpExecutor(options));
  if (secret === null)
    throw new ConfigurationError(
      "The policy has results of the HTTP adapter posted (executors.http.callback), which anybody could do: set the secret SLIPWAY_HTTP_EXECUTOR_SECRET and hand it down as http-executor-secret.",
    );
  const { listenForCallbacks } = await import("./http/callback.ts");
  return {
    // Nobody is listened to before there is work, nor after it.
    async execute(task, world) {
      const listener = await listenForCallbacks({
        ...addressOf(callback),
        maxBytes: CALLBACK_BYTES,
      });
      try {
        return await configured(() => httpExecutor({ ...options, callback: listener })).execute(task, world);
      } finally {
        await listener.close();
      }
    },
  };
}

/** As many as an answer may have. */
const CALLBACK_BYTES = 32_000_000;

/** A port that is named may be reached by another way, a proxy for one: then the address says all. */
function addressOf({ url, port }: { readonly url: string; readonly port?: number | undefined }) {
  const local = /^(?:localhost|127\.\d+\.\d+\.\d+)$/.test(new URL(url).hostname);
  const host = local ? "127.0.0.1" : "0.0.0.0";
  if (port !== undefined) return { host, port, publicUrl: () => url };
  const withPort = (free: number) => Object.assign(new URL(url), { port: String(free) }).href;
  return { host, publicUrl: withPort };
}

async function openCommand(
  { recipe, argv, prompt, env }: NonNullable<Policy["executors"]["command"]>,
  { model, variables }: ExecutorSetup,
): Promise<Executor> {
  const [{ commandExecutor }, { RECIPES }] = await Promise.all([
    import("./command.ts"),
    import("./recipes.ts"),
  ]);
  const known = recipe === undefined ? undefined : RECIPES[recipe];
  const program = argv ?? known?.argv ?? [];
  const wanted = [...(known?.environment ?? []), ...env];
  const passed = wanted.flatMap((name) => {
    const value = variables[name];
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  return configured(() =>
    commandExecutor({
      ...(known ?? {}),
      argv: program,
      ...(prompt ? { prompt } : {}),
      variables: Object.fromEntries(passed),
      model,
    }),
  );
}

const notSaid = (name: string, what: string): ConfigurationError =>
  new ConfigurationError(
    `An agent is to be run by the executor ${name}, and the policy does not say how: under executors.${name} in .github/slipway.yml, ${what}.`,
  );

/** What an executor refuses when it is made is wrong in the policy. */
function configured(make: () => Executor): Executor {
  try {
    return make();
  } catch (error) {
    throw new ConfigurationError(
      `The executor cannot be set up: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}
