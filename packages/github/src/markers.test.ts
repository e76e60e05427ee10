import { describe, expect, test } from "@jest/globals";
import { markerText } from "@slipway/model";
import fc from "fast-check";
import { placeOf, readMarkers } from "./markers.ts";

const runId = "r-20261120-7f3k2a";
const marker = markerText({ what: "pull", runId, nodeId: "T1" });
const place = { runId, nodeId: "T1" };

describe("a marker", () => {
  test.each<[string, string]>([
    ["alone", marker],
    ["between the words of people", `Hello\r\n\r\n${marker}\r\nText\r\n<!-- /slipway -->`],
    ["with blanks and another order", `  <!--  slipway:pull   nodeId=T1   runId=${runId}-->  `],
    ["behind fenced code", `\`\`\`ts\nx\n\`\`\`\n${marker}`],
    ["behind a fence in a fence", `~~~~\n~~~\n\`\`\`\n~~~~\n${marker}`],
    ["behind inline code of three backticks", `\`\`\`x\`\`\`\n${marker}`],
    ["behind a comment", `<!-- a\nb -->\n${marker}`],
    ["first of two", `${marker}\n${marker.replace("T1", "T2")}`],
  ])("is read %s", (_, text) => {
    expect(placeOf(text, "pull")).toEqual(place);
  });

  test.each<[string, string | null]>([
    ["in no text", null],
    ["fenced", `\`\`\`\n${marker}\n\`\`\``],
    ["fenced by tildes, longer", `~~~~~ html\n~~~\n${marker}\n~~~~~`],
    ["quoted", `> ${marker}`],
    ["in a line", `see ${marker}`],
    ["as inline code", `\`${marker}\``],
    ["as indented code", `    ${marker}`],
    ["in another comment", `text <!--\n${marker}\n-->`.replace("slipway:pull", "slipway:pull")],
    ["of another kind", marker.replace("pull", "node")],
    ["without its node", `<!-- slipway:pull runId=${runId} -->`],
  ])("is not read %s", (_, text) => {
    expect(placeOf(text, "pull")).toBeUndefined();
  });

  test("property: whatever is written for a place is read as that place, and no text makes it throw", () => {
    const id = fc.stringMatching(/^[A-Za-z0-9-]{1,20}$/);
    fc.assert(
      fc.property(id, id, fc.string(), (run, nodeId, noise) => {
        const text = markerText({ what: "node", runId: run, nodeId });
        expect(placeOf(`${text}\n${noise}`, "node")).toEqual({ runId: run, nodeId });
        expect(Array.isArray(readMarkers(noise))).toBe(true);
      }),
    );
  });
});
