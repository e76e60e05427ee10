import { LLMock } from "@copilotkit/aimock";

/** What one turn of the scripted model does: calls of tools. */
export type SessionTurn = readonly { readonly name: string; readonly arguments: Record<string, unknown> }[];

/** A scripted model in a process of its own: turns as JSON by standard input, its address by standard output. */
const input: Buffer[] = [];
process.stdin.on("data", (chunk: Buffer) => {
  input.push(chunk);
  if (chunk.includes("\n")) void serve(JSON.parse(Buffer.concat(input).toString("utf8")) as SessionTurn[]);
});
// Whoever started it has gone.
process.stdin.on("end", () => process.exit());

async function serve(turns: readonly SessionTurn[]): Promise<void> {
  const mock = new LLMock({ port: 0, strict: true, logLevel: "silent" });
  for (const [turnIndex, calls] of turns.entries()) {
    mock.on(
      { userMessage: "Slipway node: T1\n", turnIndex },
      {
        toolCalls: calls.map((call) => ({ name: call.name, arguments: JSON.stringify(call.arguments) })),
        usage: { input_tokens: 1_000, output_tokens: 100 },
      },
    );
  }
  await mock.start();
  process.stdout.write(`${mock.url}\n`);
}
