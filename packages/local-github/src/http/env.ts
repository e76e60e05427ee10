/** What a request carries through Hono. */

import type { HttpBindings } from "@hono/node-server";
import type { Actor } from "../world.ts";
import type { JournalEntry } from "./journal.ts";

export interface HttpEnv {
  Bindings: HttpBindings;
  Variables: {
    /** The journal entry of this request: handlers fill in what only they know. */
    entry: JournalEntry;
    /** undefined: credentials were sent and are bad. */
    actor: Actor | undefined;
  };
}
