/** Plans of 300 nodes, the most that a policy allows, in three shapes. */
import type { Plan, PlanNode } from "../schema/plan.ts";
import { planNode } from "./samples.ts";

const SIZE = 300;
const WORDS = ["Parse", "Format", "Validate", "Describe", "Round", "Compare", "Add", "Localize"];
const THINGS = [
  "weeks",
  "leading signs",
  "fractions of a second",
  "calendar months",
  "time zones",
  "intervals that cross a year",
];

const title = (at: number): string => `${WORDS[at % WORDS.length]} ${THINGS[at % THINGS.length]} (${at})`;

export function treePlans(): Readonly<Record<"wide" | "balanced" | "deep", Plan>> {
  return { wide: wide(), balanced: balanced(), deep: deep() };
}

/** One epic with 299 tasks side by side. */
function wide(): Plan {
  const tasks = Array.from({ length: SIZE - 1 }, (_, at) =>
    planNode(`T${at + 1}`, "E1", { title: title(at) }),
  );
  return { nodes: [planNode("E1", null, { title: "Everything at once" }), ...tasks] };
}

/** 13 features of 22 tasks, in steps of five that wait for each other. */
function balanced(): Plan {
  const nodes: PlanNode[] = [planNode("E1", null, { title: "Durations, whole" })];
  for (let feature = 1; feature <= 13; feature++) {
    nodes.push(
      planNode(`F${feature}`, "E1", {
        title: `Area ${feature}: ${title(feature)}`,
        orderIndex: Math.floor(feature / 4),
      }),
    );
    for (let task = 0; task < 22; task++) {
      const at = (feature - 1) * 22 + task;
      nodes.push(
        planNode(`T${at + 1}`, `F${feature}`, {
          title: title(at),
          orderIndex: Math.floor(task / 5),
          dependsOn: task === 0 && feature > 4 ? [`T${at - 40}`] : [],
        }),
      );
    }
  }
  return { nodes };
}

/** Seven levels, the most that a policy allows: five features one in the other, again and again, with tasks in each. */
function deep(): Plan {
  const nodes: PlanNode[] = [planNode("E1", null, { title: "Deep" })];
  let features = 0;
  let tasks = 0;
  while (nodes.length < SIZE) {
    let parent = "E1";
    for (let level = 0; level < 5 && nodes.length < SIZE - 2; level++) {
      features += 1;
      nodes.push(planNode(`F${features}`, parent, { title: title(features), orderIndex: level % 2 }));
      parent = `F${features}`;
      tasks += 1;
      nodes.push(planNode(`T${tasks}`, parent, { title: title(tasks), orderIndex: 1 }));
    }
    tasks += 1;
    nodes.push(planNode(`T${tasks}`, parent, { title: title(tasks), orderIndex: 1 }));
  }
  return { nodes: nodes.slice(0, SIZE) };
}

/** Three levels, as a plan of a good size has them: an epic, nine features, 50 tasks. */
export function mediumPlan(): Plan {
  const nodes: PlanNode[] = [planNode("E1", null, { title: "Durations, in every form" })];
  let tasks = 0;
  for (let feature = 1; feature <= 9; feature++) {
    nodes.push(
      planNode(`F${feature}`, "E1", { title: title(feature), orderIndex: Math.floor((feature - 1) / 3) }),
    );
    for (let task = 0; task < (feature > 4 ? 6 : 5); task++) {
      tasks += 1;
      nodes.push(
        planNode(`T${tasks}`, `F${feature}`, { title: title(tasks), orderIndex: Math.floor(task / 2) }),
      );
    }
  }
  return { nodes };
}
