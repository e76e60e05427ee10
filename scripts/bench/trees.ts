/** Plans of any size in several shapes, far beyond what a policy allows. Pure. */
import type { PlanNode } from "@slipway/model";
import { planNode } from "../../packages/model/src/testing/samples.ts";

export interface Shape {
  readonly name: string;
  /** Exactly `size` nodes, at least 20. */
  readonly nodesOf: (size: number) => PlanNode[];
}

const EPIC = () => planNode("E1", null);
const count = (length: number) => Array.from({ length }, (_, index) => index + 1);

/** Everything may start at once. */
const wide: Shape = {
  name: "wide: all side by side",
  nodesOf: (size) => [EPIC(), ...count(size - 1).map((n) => planNode(`T${n}`, "E1"))],
};

/** A line of ordered siblings: one may start. */
const ordered: Shape = {
  name: "chain by order",
  nodesOf: (size) => [EPIC(), ...count(size - 1).map((n) => planNode(`T${n}`, "E1", { orderIndex: n }))],
};

/** Each waits for the one before it by a dependency. */
const linked: Shape = {
  name: "chain by dependency",
  nodesOf: (size) => [
    EPIC(),
    ...count(size - 1).map((n) => planNode(`T${n}`, "E1", n === 1 ? {} : { dependsOn: [`T${n - 1}`] })),
  ],
};

/** Every parent has two children, the second after the first: about 17 levels at 100,000 nodes. */
const deep: Shape = {
  name: "deep: two children each, ordered",
  nodesOf: (size) => {
    const idOf = (at: number) => (at === 1 ? "E1" : 2 * at > size ? `T${at - 1}` : `F${at - 1}`);
    return count(size).map((at) =>
      at === 1 ? EPIC() : planNode(idOf(at), idOf(Math.floor(at / 2)), { orderIndex: at % 2 }),
    );
  },
};

/** Each parent has one child: as many levels as nodes. */
const nested: Shape = {
  name: "nested: one child each",
  nodesOf: (size) =>
    count(size).map((at) => {
      if (at === 1) return EPIC();
      const parent = at === 2 ? "E1" : `F${at - 2}`;
      return planNode(at === size ? "T1" : `F${at - 1}`, parent);
    }),
};

const TASKS_A_FEATURE = 9;

/** Features of nine tasks in ranks of three; each task depends on up to five others of earlier features. */
export const crossed: Shape = {
  name: "features of 9 tasks, 5 dependencies each",
  nodesOf: (size) => {
    const nodes = [EPIC()];
    let task = 0;
    for (let feature = 1; nodes.length < size; feature += 1) {
      nodes.push(planNode(`F${feature}`, "E1"));
      const before = task;
      for (let at = 0; at < TASKS_A_FEATURE && nodes.length < size; at += 1) {
        task += 1;
        const dependsOn = [1, 2, 3, 5, 8].flatMap((step) => {
          const other = before - step * (task % 7) - at;
          return other > 0 ? [`T${other}`] : [];
        });
        const orderIndex = Math.floor(at / 3);
        nodes.push(planNode(`T${task}`, `F${feature}`, { orderIndex, dependsOn: [...new Set(dependsOn)] }));
      }
    }
    return nodes;
  },
};

export const SHAPES: readonly Shape[] = [wide, ordered, linked, deep, nested, crossed];
