import { expect, test } from "@jest/globals";
import { checkPlan } from "@slipway/model";
import { policyOf, SPEC } from "../../packages/model/src/testing/samples.ts";
import { SHAPES } from "./trees.ts";

test.each(SHAPES.map((shape) => [shape.name, shape] as const))(
  "%s: sound, and of the size asked for",
  (_, shape) => {
    for (const size of [20, 100]) {
      const nodes = shape.nodesOf(size);
      expect(nodes).toHaveLength(size);
      const policy = policyOf({ limits: { nodes: 300 } });
      const problems = checkPlan({ nodes }, SPEC, policy).filter(
        (text) => !/levels deep|nothing would ever/.test(text),
      );
      expect(problems).toEqual([]);
    }
  },
);
