/** What a request carries through Hono. */

import type { HttpBindings } from "@hono/node-server";
import type { Actor, World } from "../world.ts";
import type { JournalEntry } from "./journal.ts";

export interface HttpEnv {
  Bindings: HttpBindings;
  Variables: {
    /** The journal entry of this request: handlers fill in what only they know. */
    entry: JournalEntry;
    /** undefined: credentials were sent and are bad. */
    actor: Actor | undefined;
    /** What the answer is read from; undefined: everything as it is. */
    past: World | undefined;
  };
}
