import { expect, test } from "vitest";
import { proofWithTools } from "#contract/testing/tool-proof.ts";
import { fakeTerminal } from "#cli/testing/fake-terminal.ts";
import { printProof } from "./proof.ts";

test.each([
  [
    "en" as const,
    "1 of 3 rows with tools are read by Ollama exactly as in training; 2 differ.",
    "Ollama leaves out strict. Ollama writes the fields in another order. (a.jsonl:2, a.jsonl:7)",
  ],
  [
    "de" as const,
    "1 von 3 Zeilen mit Werkzeugen liest Ollama genau wie im Training; 2 weichen ab.",
    "Ollama lässt strict weg. Ollama schreibt die Felder in einer anderen Reihenfolge. (a.jsonl:2, a.jsonl:7)",
  ],
])("rows with tools that differ are told in %s, each cause once", (language, summary, cause) => {
  const terminal = fakeTerminal({ language, width: 400 });
  printProof(terminal, proofWithTools);
  const text = terminal.lines.join("\n");
  expect(text).toContain("Proven in Ollama 0.34.1 as sky:latest.");
  expect(text).toContain(summary);
  expect(text.split(cause)).toHaveLength(2);
});
