import { casesOf } from "../case.ts";

const SCANNING = "GitHub documentation, Supported secret scanning patterns";

/** Put together here, so that no scanner takes this file for a leak. */
const made = (...parts: readonly string[]) => parts.join("");

export const REST = [
  ...casesOf("secret", [
    ["log", SCANNING, made("token gh", "p_", "a1B2".repeat(9))],
    ["log", SCANNING, made("github_", "pat_", "11AAAAAAA0", "b".repeat(60))],
    ["log", SCANNING, made("gh", "s_", "C3d4".repeat(9), " and more")],
    ["log", SCANNING, made("ANTHROPIC_API_KEY=sk-", "ant-", "api03-", "x9Y8".repeat(8))],
    ["log", SCANNING, made("sk-", "proj-", "q1W2".repeat(8))],
    ["log", SCANNING, made("AK", "IA", "Q7RSTUVWXYZ23456")],
    ["log", SCANNING, made("xox", "b-", "123456789012-abcdefABCDEF")],
    ["log", SCANNING, made("np", "m_", "a1b2c3".repeat(6))],
    ["log", SCANNING, made("gl", "pat-", "abcdefghij1234567890")],
    [
      "log",
      SCANNING,
      made("-----BEGIN RSA PRIVATE", " KEY-----\n", "MIIB".repeat(20), "\n-----END RSA PRIVATE", " KEY-----"),
    ],
    ["log", SCANNING, made("-----BEGIN PRIVATE", " KEY-----\n", "MIIB".repeat(20))],
    [
      "log",
      "RFC 7519",
      made("ey", "J", "hbGciOiJIUzI1NiJ9", ".ey", "J", "zdWIiOiIxMjM0NTY3ODkwIn0", ".c2lnbmF0dXJl"),
    ],
    ["log", "RFC 6750", made("Authorization: Bear", "er ", "abcdef0123456789ABCDEF")],
    ["log", "RFC 3986, userinfo", made("https://user:", "hunter2hunter2", "@example.com/x.git")],
    ["log", SCANNING, made("AI", "za", "B".repeat(35))],
    ["log", "own", made("gh\u200bp_", "a1B2".repeat(9))],
  ]),
  ...casesOf("malformed", [
    ["issue", "Unicode, chapter 3.9", "\ud800"],
    ["issue", "Unicode, chapter 3.9", "a\udc00b\ud83d"],
    ["issue", "own", "@octo\ud800cat fixes\udfff #1"],
    ["issue", "own", ""],
    ["issue", "own", " \n\t \u200b "],
    ["issue", "own", "\u0000".repeat(100)],
    ["issue", "own", "@a ".repeat(1_000)],
    ["issue", "own", "[".repeat(1_000)],
    ["issue", "own", `${"> ".repeat(60)}@octocat`],
    ["issue", "own", "fixes ".repeat(500)],
    ["issue", "own", "`".repeat(501)],
    ["issue", "own", `a${"\u0301".repeat(500)}`],
    ["issue", "own", "<b>".repeat(500)],
    ["issue", "own", "😀".repeat(1_000)],
    ["issue", "own", "\n".repeat(3_000)],
  ]),
];
