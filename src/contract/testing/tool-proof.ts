import type { Proof } from "../ollama-proof.ts";
import { toolNote } from "../tool-proof.ts";

/** A proof whose rows with tools come out otherwise in Ollama, but for one of them. */
export const proofWithTools: Proof = {
  schemaVersion: 1,
  time: "2026-11-22T15:40:00.000Z",
  proven: true,
  ollamaVersion: "0.34.1",
  name: "sky:latest",
  digest: "0".repeat(64),
  ggufSha256: "1".repeat(64),
  prompts: { equal: 34, total: 34 },
  leftOut: [],
  tokenCounts: { equal: 33, total: 33 },
  answers: { equal: 3, total: 3, nearTies: 0 },
  settings: { equal: 8, total: 8, differences: [] },
  templateLayer: false,
  unicodeForm: null,
  cause: null,
  firstDifference: null,
  stops: null,
  toolRows: 30,
  toolProof: {
    equal: 1,
    total: 3,
    differing: ["a.jsonl:2", "a.jsonl:7"].map((id) => ({
      id,
      causes: [
        toolNote("tool_fields_left_out", { fields: "strict" }),
        toolNote("tool_fields_reordered"),
      ],
      difference: {
        kind: "prompt" as const,
        conversation: id,
        index: 3,
        expected: { id: 11, text: "," },
        got: { id: 92, text: "}" },
        before: [],
        afterExpected: [],
        afterGot: [],
        detail: null,
      },
    })),
  },
};
