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
      const { httpExecutor } = await import("./http/http.ts");
      const { url: base, adapter, bundle } = http;
      return configured(() => httpExecutor({ base, name: adapter, bundle, secret: setup.httpSecret }));
    }
  }
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
