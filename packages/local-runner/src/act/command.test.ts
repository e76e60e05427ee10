import { expect, test } from "@jest/globals";
import { actArguments, actEnvironment } from "./command.ts";

test("calls act for one workflow and one event, with nothing secret in the arguments", () => {
  expect(
    actArguments({
      event: "repository_dispatch",
      workspace: "/w/acme",
      workflowPath: ".github/workflows/slipway.yml",
      folder: "/r/7",
      actor: "mona",
      defaultBranch: "trunk",
      repositories: [{ name: "o/suite@v1", folder: "/w/suite" }],
      labels: ["ubuntu-latest", "linux"],
    }).join(" "),
  ).toBe(
    "repository_dispatch --json --directory /w/acme --workflows /w/acme/.github/workflows/slipway.yml " +
      "--eventpath /r/7/event.json --env-file /r/7/env.yaml --secret-file /r/7/secrets.yaml " +
      "--var-file /r/7/variables.yaml --input-file /r/7/inputs.yaml --actor mona --defaultbranch trunk " +
      "--action-cache-path /r/7/cache --concurrent-jobs 1 --rm --no-cache-server " +
      "--platform ubuntu-latest=-self-hosted --platform linux=-self-hosted --local-repository o/suite@v1=/w/suite",
  );
});

test("puts this node first, and reads nobody's settings", () => {
  expect(actEnvironment({ PATH: "/usr/bin", HOME: "/home/me", LANG: "C" }, "/node/bin", "/r/7/home")).toEqual(
    {
      PATH: "/node/bin:/usr/bin",
      HOME: "/r/7/home",
      XDG_CONFIG_HOME: "/r/7/home",
      XDG_CACHE_HOME: "/r/7/home",
      LANG: "C",
      ACT_DISABLE_VERSION_CHECK: "1",
    },
  );
});
