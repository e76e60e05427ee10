// `@actions/workflow-parser` imports JSON files without the import attribute that Node requires.
// This hook adds it; nothing else about loading changes.
import { registerHooks } from "node:module";

registerHooks({
  load(url, context, nextLoad) {
    if (!url.endsWith(".json")) return nextLoad(url, context);
    return nextLoad(url, { ...context, importAttributes: { ...context.importAttributes, type: "json" } });
  },
});
