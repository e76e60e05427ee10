// Entry of the `post` step of every action that writes; bundled into its `dist/post/` (scripts/build.ts).
import { revokeAppToken } from "./post.ts";

await revokeAppToken(process.env, (text) => void process.stdout.write(text));
