// Preloaded into an action: tells on standard error which files are loaded as modules.
import { registerHooks } from "node:module";

registerHooks({
  load(url, context, next) {
    if (url.startsWith("file:")) process.stderr.write(`loaded ${url}\n`);
    return next(url, context);
  },
});
