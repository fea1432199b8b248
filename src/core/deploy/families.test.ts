import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Message } from "#contract/dataset.ts";
import type { ToolProof } from "#contract/ollama-proof.ts";
import { ollamaCalls, ollamaTools } from "#core/datasets/ollama-tools.ts";
import { dropCandidate, createCandidate } from "./candidate.ts";
import { findOllama, type Ollama } from "./find.ts";
import {
  goldenSchema,
  heldOutAnswerSchema,
  readGoldenTools,
  readLines,
  type GoldenTools,
} from "./golden.ts";
import { parseModelName } from "./name.ts";
import { proveModel } from "./prove.ts";
import { startOllama, type TestOllama } from "./testing/ollama-server.ts";

/** Every supported family, by its name in the trainer's own tests, with a context length of 2048. */
const families = [
  "starter",
  "llama3",
  "llama2",
  "llama2-json",
  "mistral",
  "qwen2",
  "qwen3",
  "smollm3",
  "smollm",
  "gemma3",
  "phi3",
  // The same with the template that the family's published model has.
  "llama3-own",
  "mistral-own",
  "qwen2-own",
  "qwen3-own",
  "smollm3-own",
  "gemma3-own",
  "phi3-own",
];

/** Of the models' own templates, those that show tools by the variable that everyone passes. */
const knowTools = ["llama3-own", "mistral-own", "qwen2-own", "qwen3-own"];

/** Of rows that Ollama writes otherwise, why. */
const causes = {
  order: ["tool_fields_reordered"],
  strict: ["tool_fields_left_out"],
  bare: ["tool_refused"],
  undescribed: ["tool_fields_rewritten"],
  nested: ["tool_arguments_reordered"],
  rich: ["tool_fields_left_out", "tool_fields_reordered", "tool_fields_rewritten"],
  refused: ["tool_refused"],
};

/** Rows with tools by id, and each that can be mended once more as the doctor's fix writes it. */
function toolRows(): { id: string; messages: Message[]; tools: Record<string, unknown>[] }[] {
  const schema = { type: "object", required: ["place"], properties: { place: { type: "string" } } };
  const tool = { name: "hours", description: "Öffnungszeiten <b>&", parameters: schema };
  const rich = {
    type: "object",
    additionalProperties: false,
    required: [],
    properties: {
      list: { items: { type: "string", enum: ["a"], description: "x" }, type: ["array"] },
      either: { anyOf: [{ type: "string" }, { type: "null" }], default: null },
      several: { type: ["string", "null"], description: "" },
      inner: { type: "object", properties: { deep: { type: "number", minimum: 1 } } },
      free: {},
    },
  };
  const definitions: Record<keyof typeof causes, Record<string, unknown>> = {
    order: { description: "Hours", name: "hours", parameters: schema },
    strict: { ...tool, strict: true },
    bare: { name: "hours", description: "Hours" },
    undescribed: { name: "hours", parameters: schema },
    nested: tool,
    rich: { ...tool, parameters: rich },
    refused: {
      ...tool,
      parameters: { type: "object", properties: { at: { type: "string", required: true } } },
    },
  };
  return Object.entries(definitions).flatMap(([id, definition]) => {
    const place = id === "nested" ? { street: "B", city: ["A", 1.5, null, true] } : "the bakery";
    const messages: Message[] = [
      { role: "user", content: "When is the bakery open?" },
      {
        role: "assistant",
        content: "",
        tool_calls: [
          {
            // Mistral's template demands nine characters.
            id: "call00001",
            type: "function",
            function: { name: "hours", arguments: { place, day: "Sunday" } },
          },
        ],
      },
      { role: "tool", content: '{"from": "8:00"}', tool_call_id: "call00001", name: "hours" },
      { role: "assistant", content: "From eight." },
    ];
    const row = { id, messages, tools: [{ type: "function", function: definition }] };
    const tools = ollamaTools(row.tools);
    if ("refused" in tools) return [row];
    const written = messages.map((message) =>
      message.tool_calls ? { ...message, tool_calls: ollamaCalls(message.tool_calls) } : message,
    );
    return [row, { id: `${id}-written`, messages: written, tools }];
  });
}

// On cores that others use too, a model takes many times longer to load and to answer.
vi.setConfig({ testTimeout: 180_000 });

const script = fileURLToPath(new URL("testing/make-family.py", import.meta.url));
const trainer = fileURLToPath(new URL("../../../trainer", import.meta.url));

let server: TestOllama;
let ollama: Ollama;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunesmith-families-"));
  await writeFile(join(folder, "tool-rows.json"), JSON.stringify(toolRows()));
  [server] = await Promise.all([startOllama(), python(["make", folder, "f16", ...families])]);
  ollama = await findOllama({ setting: server.address });
}, 600_000);
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("every family of the trainer's tests is here", async () => {
  const known = await python(["families"]);
  expect(JSON.parse(known)).toEqual(families);
  expect((await readdir(folder)).sort()).toEqual([...families, "tool-rows.json"].sort());
});

test.each(families)("%s is proven in the real Ollama", async (family) => {
  const files = join(folder, family);
  const settings = JSON.parse(await readFile(join(files, "settings.json"), "utf8")) as {
    system: string;
    stop: string[];
  };
  const place = { name: parseModelName(family), mark: "family" };
  const candidate = await createCandidate({
    ollama,
    ...place,
    gguf: join(files, "model-f16.gguf"),
    settings: { system: settings.system, parameters: { num_ctx: 2048, stop: settings.stop } },
  });
  const golden = await readLines(join(files, "golden.jsonl"), goldenSchema);
  // Gemma's own template refuses system turns and two turns of one role.
  const fewest = family === "gemma3-own" ? 20 : 24;
  const tools = await readGoldenTools(files);
  expect(tools !== undefined).toBe(knowTools.includes(family));
  const finding = await proveModel({
    ollama,
    model: candidate.name,
    sent: candidate.settings,
    golden,
    answers: await readLines(join(files, "answers-f16.jsonl"), heldOutAnswerSchema),
    tools,
    // More than llama.cpp was allowed: its answers may be cut within a character.
    greedy: { limit: 48, stop: [] },
    tokenise: async (texts) => {
      const input = texts.map((text) => `${JSON.stringify(text)}\n`).join("");
      const output = await python(["tokenise", join(files, "model")], input);
      return output
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as { id: number; piece: string }[]);
    },
  });
  expect(finding).toMatchObject({ firstDifference: null, cause: null, proven: true });
  expect(golden.length).toBeGreaterThanOrEqual(fewest);
  // What is longer than the model's context can be compared as text alone.
  expect(finding.leftOut).toEqual(family.startsWith("qwen3") ? ["only-blanks"] : []);
  const asked = golden.filter(({ id }) => !finding.leftOut.includes(id));
  const fitting = asked.filter(({ ids }) => ids.length < 2048).length;
  expect(fitting).toBeGreaterThanOrEqual(fewest);
  expect(finding.tokenCounts).toEqual({ equal: fitting, total: fitting });
  expect(finding.answers.total).toBe(3);
  if (tools) expectTools(tools, finding.toolProof);
  await dropCandidate(ollama, place);
});

/** Of tools in Ollama's form every prompt is equal, of others none, and the cause is known. */
function expectTools(asked: readonly GoldenTools[], proof: ToolProof | undefined): void {
  expect(asked).toHaveLength(toolRows().length);
  const differing = proof?.differing.map(({ id, causes }) => [id, causes.map(({ code }) => code)]);
  expect(Object.fromEntries(differing ?? [])).toEqual(causes);
  expect(proof).toMatchObject({ total: asked.length, equal: asked.length - differing!.length });
}

async function python(args: string[], input = ""): Promise<string> {
  const { TUNESMITH_PYTHON: program, TUNESMITH_LLAMA: llama } = process.env;
  if (!program || !llama) {
    throw new Error("Set TUNESMITH_PYTHON and TUNESMITH_LLAMA to those of an installed engine.");
  }
  const child = spawn(program, [script, ...args], {
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...process.env, PYTHONPATH: trainer, PYTHONUTF8: "1", HF_HUB_OFFLINE: "1" },
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`make-family.py ${args.join(" ")} ended with ${code}`);
  return Buffer.concat(chunks).toString("utf8");
}
