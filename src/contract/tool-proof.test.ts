import { expect, test } from "vitest";
import { bodySentence } from "./body-sentence.ts";
import { proofSchema } from "./ollama-proof.ts";
import { proofWithTools } from "./testing/tool-proof.ts";
import { toolSummary } from "./tool-proof.ts";

const { toolProof } = proofSchema.parse(proofWithTools);
const say = (...given: Parameters<typeof toolSummary>) => {
  const body = toolSummary(...given);
  return body && [bodySentence(body, "en"), bodySentence(body, "de")];
};

test("a run without tools has nothing said of them", () => expect(say({})).toBeNull());

test("a proof of before says that nothing is proven of them", () => {
  expect(say({ toolRows: 1 })).toEqual([
    "1 row uses tools. Ollama was not asked for them, so nothing is proven of them.",
    "1 Zeile nutzt Werkzeuge. Ollama wurde danach nicht gefragt, bewiesen ist dazu also nichts.",
  ]);
});

test("what differs is counted, and not called proven", () => {
  expect(say({ toolRows: 30, toolProof })).toEqual([
    "1 of 3 rows with tools are read by Ollama exactly as in training; 2 differ. What differs is not proven. 30 rows of this run use tools.",
    "1 von 3 Zeilen mit Werkzeugen liest Ollama genau wie im Training; 2 weichen ab. Was abweicht, ist nicht bewiesen. 30 Zeilen dieses Laufs nutzen Werkzeuge.",
  ]);
});

test("of equal rows nothing is held back", () => {
  expect(say({ toolRows: 1, toolProof: { equal: 1, total: 1, differing: [] } })?.[0]).toBe(
    "1 of 1 rows with tools are read by Ollama exactly as in training. 1 row of this run uses tools.",
  );
});
