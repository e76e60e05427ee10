import { createHmac } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Signed, signatureOf, signatureProblem } from "./signature.ts";

const secret = "correct horse";
const stamp = { timestamp: "1700000000", nonce: "n1" };
const subject = { method: "POST", path: "/adapters/a/execute" };
const body = Buffer.from("{}");
const signed: Signed = { ...stamp, signature: signatureOf(secret, stamp, subject, body) };
const expected = { secret, subject, body, now: 1_700_000_000, nonce: null };

describe("signatures", () => {
  test("are what the documentation says", () => {
    const text = "1700000000\nn1\nPOST /adapters/a/execute\n{}";
    expect(signed.signature).toBe(`v1=${createHmac("sha256", secret).update(text).digest("hex")}`);
    const answer = "1700000000\nn1\n200\n{}";
    expect(signatureOf(secret, stamp, { status: 200 }, "{}")).toBe(
      `v1=${createHmac("sha256", secret).update(answer).digest("hex")}`,
    );
    expect(signatureProblem(signed, expected)).toBeNull();
  });

  test.each<[string, Partial<Signed>, Partial<typeof expected> & { nonce?: string }, RegExp]>([
    ["no signature", { signature: null }, {}, /not signed/],
    ["no nonce", { nonce: null }, {}, /not signed/],
    ["another body", {}, { body: Buffer.from("{ }") }, /wrong/],
    ["another path", {}, { subject: { method: "POST", path: "/adapters/b/execute" } }, /wrong/],
    ["another method", {}, { subject: { method: "DELETE", path: subject.path } }, /wrong/],
    ["another secret", {}, { secret: "x" }, /wrong/],
    ["another nonce", { nonce: "n2" }, {}, /wrong/],
    ["a shorter signature", { signature: "v1=" }, {}, /wrong/],
    ["an old timestamp", {}, { now: 1_700_000_301 }, /300 s away/],
    ["a timestamp to come", {}, { now: 1_699_999_699 }, /300 s away/],
    ["a timestamp that is none", { timestamp: "1e9" }, {}, /no Unix time/],
    ["an answer to another request", {}, { nonce: "n2" } as never, /another request/],
  ])("refuses %s", (_what, given, changed, reason) => {
    expect(signatureProblem({ ...signed, ...given }, { ...expected, ...changed })).toMatch(reason);
  });

  test("nothing that was made without the secret passes", () => {
    fc.assert(
      fc.property(fc.string(), (signature) => {
        fc.pre(signature !== signed.signature);
        expect(signatureProblem({ ...signed, signature }, expected)).not.toBeNull();
      }),
    );
  });
});
