import { expect, test } from "@jest/globals";
import { approvers } from "./target.ts";

const HEAD = "a".repeat(40);
const review = (login: string, state: string, commit = HEAD, type = "User") => ({
  state,
  commit_id: commit,
  user: { login, type },
});

test.each<[string, ReturnType<typeof review>[], string[]]>([
  ["an approval of this head", [review("ann", "APPROVED")], ["ann"]],
  ["one of an older head", [review("ann", "APPROVED", "b".repeat(40))], []],
  ["one taken back", [review("ann", "APPROVED"), review("ann", "CHANGES_REQUESTED")], []],
  ["one given after all", [review("ann", "CHANGES_REQUESTED"), review("ann", "APPROVED")], ["ann"]],
  ["one dismissed", [review("ann", "APPROVED"), review("ann", "DISMISSED")], []],
  ["a comment after it", [review("ann", "APPROVED"), review("ann", "COMMENTED")], ["ann"]],
  ["a bot's", [review("helper[bot]", "APPROVED", HEAD, "Bot")], []],
  ["two people's", [review("ann", "APPROVED"), review("bob", "APPROVED")], ["ann", "bob"]],
])("%s", (_, reviews, expected) => {
  expect(approvers(reviews, HEAD)).toEqual(expected);
});
