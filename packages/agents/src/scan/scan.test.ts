import { describe, expect, test } from "@jest/globals";
import { findingSchema } from "@slipway/model";
import { scanChange } from "./scan.ts";

/** Made here, so that no file of this repository looks as if it held a credential. */
const filler = (length: number, alphabet = "aZ3kQ9xW7bN1mC5vT8yR2uL6") =>
  Array.from({ length }, (_, index) => alphabet[(index * 7) % alphabet.length]).join("");
const hex = (length: number) => filler(length, "0123456789abcdef");
const TOKENS: Readonly<Record<string, string>> = {
  github: `ghp_${filler(36)}`,
  app: `ghs_${filler(36)}`,
  anthropic: `sk-ant-api03-${filler(93)}AA`,
  slack: `xoxb-${filler(12, "0123456789")}-${filler(12, "0123456789")}-${filler(24)}`,
  npm: `npm_${filler(36)}`,
  aws: `AKIA${filler(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}`,
  google: `AIza${filler(35)}`,
  stripe: `sk_live_${filler(24)}`,
  digitalocean: `dop_v1_${hex(64)}`,
  key: `-----BEGIN RSA PRIVATE KEY-----\n${filler(64)}\n${filler(64)}\n-----END RSA PRIVATE KEY-----`,
  database: `postgres://user:${filler(12)}@db.example.com:5432/x`,
};

describe("scanChange", () => {
  test.each(Object.entries(TOKENS))(
    "finds a %s credential, names its place and never prints it",
    async (_name, token) => {
      const result = await scanChange({
        files: [{ path: "src/config.ts", content: `const a = 1;\nconst key = \`${token}\`;\n` }],
      });
      expect(result).toMatchObject({
        verdict: "fail",
        findings: [{ severity: "blocking", path: "src/config.ts", line: 2 }],
      });
      expect(result.reason).toContain("src/config.ts");
      expect(JSON.stringify(result)).not.toContain(token.slice(-12));
      for (const finding of result.findings) expect(findingSchema.safeParse(finding).success).toBe(true);
    },
  );

  test("a comment in the change cannot switch the scan off", async () => {
    const content = `// secretlint-disable\n/* secretlint-disable-line */ const key = "${TOKENS.github}"; // secretlint-disable-line\n`;
    expect((await scanChange({ files: [{ path: "a.ts", content }] })).verdict).toBe("fail");
  });

  test("a credential that stood there before is told, not blocked", async () => {
    const before = `const key = "${TOKENS.github}";\n`;
    const result = await scanChange({ files: [{ path: "a.ts", content: `// new\n${before}`, before }] });
    expect(result).toMatchObject({ verdict: "pass", findings: [{ severity: "minor", line: 2 }] });
  });

  test("looks into binary files, too", async () => {
    const content = Buffer.from(`\0\xff ${TOKENS.github} \0`, "latin1").toString("base64");
    expect((await scanChange({ files: [{ path: "a.bin", content, encoding: "base64" }] })).verdict).toBe(
      "fail",
    );
  });

  test("ordinary code, documented examples and an empty change pass", async () => {
    const content =
      'const token = process.env.TOKEN;\nconst id = "AKIAIOSFODNN7EXAMPLE";\nconst sha = "3b18e512dba79e4c8300dd08aeb37f8e728b8dad";\n';
    expect(await scanChange({ files: [{ path: "a.ts", content }] })).toEqual({
      verdict: "pass",
      findings: [],
      reason: "No credential was found in the changed file.",
    });
    expect((await scanChange({ files: [] })).verdict).toBe("pass");
  });
});
