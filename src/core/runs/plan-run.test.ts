import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { beforeAll, describe, expect, test } from "vitest";
import type { LedgerEntry, Row } from "#contract/dataset.ts";
import { runSpecSchema } from "#contract/run.ts";
import { addDataFile } from "../datasets/data-files.ts";
import { tryLock } from "../files/lock.ts";
import { createProject, readProject, updateProject } from "../projects/projects.ts";
import type { ProjectPatch } from "../projects/patch.ts";
import { effectiveSettings } from "../resolve/effective.ts";
import { makePaperModel, withoutSystem } from "../testing/paper-model.ts";
import type { PaperModel } from "../testing/paper-model.ts";
import { temporaryFolder, temporaryWorkspace } from "../testing/temporary-workspace.ts";
import { deviceLock } from "./queue.ts";
import { listQueue } from "./queue-entries.ts";
import { listRuns, readRun } from "./read-runs.ts";
import { runPaths } from "./run-paths.ts";
import { freezeRun, planRun, startRun } from "./start-run.ts";

beforeAll(() => {
  expect(process.env["TUNESMITH_PYTHON"], "the engine's Python").toBeTruthy();
});

const row = (question: string, answer = "Yes.") =>
  JSON.stringify({ instruction: question, output: answer });
const rows = (count: number) => Array.from({ length: count }, (_, i) => row(`Is thing ${i} blue?`));

async function project(
  lines: string[],
  {
    model = {},
    patch = {},
    check,
  }: { model?: PaperModel; patch?: ProjectPatch; check?: string[] } = {},
) {
  const ws = await temporaryWorkspace();
  const folder = await makePaperModel(join(await temporaryFolder(), "model"), model);
  const { slug } = await createProject(ws, { name: "Sky", model: folder });
  await updateProject(ws, slug, patch);
  const add = (name: string, role: "train" | "check", text: string[]) =>
    addDataFile(ws, slug, { name, role, stream: Readable.from([text.join("\n")]) });
  if (lines.length > 0) await add("rows.jsonl", "train", lines);
  if (check) await add("check.jsonl", "check", check);
  return { ws, slug };
}
const codes = (plan: { decisions: { code: string }[] }) => plan.decisions.map(({ code }) => code);

describe("a plan", () => {
  test("resolves everything, and leaves nothing behind", async () => {
    const { ws, slug } = await project(rows(40));
    const plan = await planRun(ws, slug);
    runSpecSchema
      .omit({ id: true, number: true, createdAt: true })
      .parse(JSON.parse(JSON.stringify(plan.spec)));
    expect(plan.spec).toMatchObject({
      model: { architecture: "LlamaForCausalLM", parameters: 2072 + 64 + 128 + 8 },
      lora: { target_modules: ["q_proj", "up_proj"] },
      modelfile: { stop: ["### Question:", "<|im_end|>"] },
      data: { trainRows: 32, checkRows: 8, checkSource: "split" },
      plan: { exports: "best" },
    });
    expect(plan.spec.plan.optimizerSteps).toBeGreaterThanOrEqual(30);
    expect(plan.ledger).toMatchObject({ rows: 40, train: 32, check: 8, leftOut: 0 });
    expect(codes(plan)).toContain("system_added");
    for (const { message } of plan.decisions) expect(message).not.toMatch(/[{]\w+[}]/);
    expect(await readdir(join(ws.home, "tmp"))).toEqual([]);
    expect((await listRuns(ws, slug)).runs).toEqual([]);
  });

  test("leaves out what the model cannot take, with file and line, and counts it", async () => {
    const lines = [
      ...rows(30),
      row("Say <|im_end|> now"),
      row("long", "x".repeat(3000)),
      "{broken",
      JSON.stringify({ messages: [{ role: "user", content: "q" }] }),
    ];
    const { ws, slug } = await project(lines);
    const plan = await planRun(ws, slug);
    expect(plan.ledger).toMatchObject({
      rows: 34,
      leftOut: 4,
      reasons: { row_control_token: 1, row_too_long: 1, row_json: 1, row_no_answer: 1 },
    });
    expect(plan.ledger.train + plan.ledger.check).toBe(30);
    const tooLong = plan.ledger.first.find(({ reason }) => reason?.code === "row_too_long");
    expect(tooLong).toMatchObject({
      file: "rows.jsonl",
      line: 32,
      reason: { params: { limit: 512 } },
    });
    expect(plan.decisions.find(({ code }) => code === "rows_left_out")?.params).toEqual({
      leftOut: 4,
      rows: 34,
    });
  });

  test("shortens what is too long where that is chosen, and says from what", async () => {
    const talk = (count: number, answer: string) => ({
      messages: Array.from({ length: count }, (_, at) => [
        { role: "user", content: `Question ${at} ${"of the lake ".repeat(10)}` },
        { role: "assistant", content: at === count - 1 ? answer : `It is ${at}.` },
      ]).flat(),
    });
    const long = row("of the lake ".repeat(400), "It ends so.");
    const lines = [
      ...rows(30),
      JSON.stringify(talk(12, "Last.")),
      long,
      row("q", "y".repeat(3000)),
    ];
    const { ws, slug } = await project(lines);
    const training = { max_length: 256, excess_length_strategy: "truncate" };
    await updateProject(ws, slug, { training_config: training });
    const { ledger, decisions } = await planRun(ws, slug);
    expect(ledger).toMatchObject({ rows: 33, leftOut: 1, shortened: 2 });
    expect(ledger.reasons).toEqual({ row_answer_too_long: 1 });
    expect(ledger.train + ledger.check + ledger.leftOut).toBe(ledger.rows);
    expect(decisions.find(({ code }) => code === "rows_shortened")?.params).toEqual({
      shortened: 2,
    });

    const { id, data, plan } = await freezeRun(ws, slug);
    const folder = runPaths(ws, slug, id).data;
    const read = async <T>(name: string): Promise<T[]> =>
      (await readFile(join(folder, name), "utf8"))
        .split("\n")
        .flatMap((line) => (line === "" ? [] : [JSON.parse(line) as T]));
    const frozen = [...(await read<Row>("train.jsonl")), ...(await read<Row>("check.jsonl"))];
    expect(frozen).toHaveLength(data.trainRows + data.checkRows);
    const entries = await read<LedgerEntry>("ledger.jsonl");
    expect(entries).toHaveLength(33);
    const [turns, start] = entries.filter(({ shortened }) => shortened);
    expect([turns?.line, turns?.reason?.code]).toEqual([31, "row_shortened_turns"]);
    expect([start?.line, start?.reason?.code]).toEqual([32, "row_shortened_start"]);
    for (const entry of [turns, start]) {
      const { before, tokens } = entry?.reason?.params ?? {};
      expect(Number(before)).toBeGreaterThan(256);
      expect(Number(tokens)).toBeLessThanOrEqual(256);
    }
    const [talked, asked] = ["rows.jsonl:31", "rows.jsonl:32"].map((of) =>
      frozen.find((one) => one.id === of),
    );
    expect(talked?.messages.slice(0, 2).map(({ role }) => role)).toEqual(["system", "user"]);
    expect(talked?.messages.at(-1)?.content).toBe("Last.");
    expect(talked?.messages).toHaveLength(25 - Number(turns?.reason?.params["messages"]));
    expect(asked?.messages[1]?.content).toMatch(/^(of|the|lake)( of| the| lake)+ $/);
    expect(asked?.messages[2]?.content).toBe("It ends so.");
    // Each learns its end token; the trainer's own count is of the rows as they are now.
    expect(plan.supervisedTokens).toBeGreaterThan(frozen.length);
  });

  test("a template that takes no system prompt trains and serves without one", async () => {
    const own = JSON.stringify({ system: "Be kind.", instruction: "Q", output: "A" });
    const { ws, slug } = await project([...rows(25), own], { model: { template: withoutSystem } });
    const plan = await planRun(ws, slug);
    expect(plan.spec.template.system).toBe("rejected");
    expect(plan.spec.modelfile["system"]).toBe("");
    expect(codes(plan)).toContain("system_rejected");
    expect(codes(plan)).not.toContain("system_added");
    expect(plan.ledger.reasons).toEqual({ row_template: 1 });
  });

  test("few rows: all are learned, and it is said; overrides count for this plan alone", async () => {
    const { ws, slug } = await project(rows(5));
    const plan = await planRun(ws, slug, { training_config: { num_train_epochs: 20, seed: 1 } });
    expect(plan.spec.data).toMatchObject({ trainRows: 5, checkRows: 0, checkSource: "none" });
    expect(plan.spec.plan.exports).toBe("last");
    expect(plan.spec.training).toMatchObject({ num_train_epochs: 20, seed: 1 });
    expect(codes(plan)).toContain("check_too_few");
    expect((await planRun(ws, slug)).spec.training).toMatchObject({
      num_train_epochs: 3,
      seed: 42,
    });
    await expect(planRun(ws, slug, { lora_config: { r: 1 } })).rejects.toMatchObject({
      code: "parameter_range",
    });
  });

  test("a model with few positions lowers max_length", async () => {
    const { ws, slug } = await project(rows(25), { model: { maxPositions: 256 } });
    expect((await planRun(ws, slug)).spec.training["max_length"]).toBe(256);
  });
});

const unknownConfig = JSON.stringify({ architectures: ["NewForCausalLM"], model_type: "new" });

describe("what cannot be planned says why", () => {
  test.each<[string, string[], Parameters<typeof project>[1], string]>([
    ["no data", [], {}, "data_missing"],
    ["only a check file", [], { check: rows(3) }, "data_missing"],
    ["blank lines alone", ["", " "], {}, "data_empty_file"],
    ["no usable row", ["{", row("q", "")], {}, "data_no_usable_rows"],
    ["all rows too long", [row("q", "x".repeat(9000))], {}, "data_no_usable_rows"],
    [
      "no tokenizer",
      rows(3),
      { model: { files: { "tokenizer.json": null } } },
      "model_no_tokenizer",
    ],
    [
      "no template",
      rows(3),
      { model: { files: { "tokenizer_config.json": "{}" } } },
      "model_no_template",
    ],
    [
      "no weights",
      rows(3),
      { model: { files: { "model.safetensors": null } } },
      "model_no_weights",
    ],
    [
      "pickled weights",
      rows(3),
      { model: { files: { "model.safetensors": null, "pytorch_model.bin": "x" } } },
      "model_pickle_only",
    ],
    [
      "torn weights",
      rows(3),
      { model: { files: { "model.safetensors": "x" } } },
      "model_config_invalid",
    ],
    ["no config", rows(3), { model: { files: { "config.json": null } } }, "model_config_invalid"],
    [
      "an unknown architecture",
      rows(3),
      { model: { files: { "config.json": unknownConfig } } },
      "model_unknown_architecture",
    ],
    ["model gone", rows(3), { patch: { model: "/nowhere" } }, "model_not_found"],
  ])("%s", async (_name, lines, options, code) => {
    const { ws, slug } = await project(lines, options);
    const failing = planRun(ws, slug);
    await expect(failing).rejects.toMatchObject({ code });
    await expect(failing).rejects.not.toThrow(/[{]\w+[}]/);
    expect(await readdir(join(ws.home, "tmp"))).toEqual([]);
    // The project can still be shown.
    await effectiveSettings(ws, await readProject(ws, slug));
  });
});

test.each([
  ["c_attn", "lora_target_unknown"],
  ["lm_head", "lora_tied_target"],
])("%s as a LoRA target is refused when it is set, and in a plan", async (module, code) => {
  const { ws, slug } = await project(rows(3));
  const lora_config = { target_modules: [module] };
  await expect(updateProject(ws, slug, { lora_config })).rejects.toMatchObject({ code });
  await expect(planRun(ws, slug, { lora_config })).rejects.toMatchObject({ code });
  expect((await readProject(ws, slug)).loraConfig).toEqual({});
});

describe("a start", () => {
  test("freezes a whole run folder and queues it; numbers count up", async () => {
    const { ws, slug } = await project(rows(40));
    // Somebody uses the device, so the runs wait and nothing is started by this test.
    const lock = tryLock(deviceLock(ws));
    const first = await startRun(ws, slug);
    const second = await startRun(ws, slug, { overrides: { training_config: { seed: 7 } } });
    expect([first.number, second.number]).toEqual([1, 2]);
    expect(first.id).toMatch(/^\d{8}-\d{6}-[0-9a-z]{4}$/);
    expect(second.training).toMatchObject({ seed: 7 });
    expect((await listQueue(ws)).map(({ id }) => id)).toEqual([first.id, second.id]);
    const { spec, state } = await readRun(ws, slug, first.id);
    expect(spec).toEqual(first);
    expect(state.status).toBe("queued");
    const { data } = runPaths(ws, slug, first.id);
    const bytes = await readFile(join(data, "train.jsonl"));
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(spec.data.trainSha256);
    const [row] = bytes.toString().split("\n");
    expect((JSON.parse(row ?? "") as Row).messages.map(({ role }) => role)).toEqual([
      "system",
      "user",
      "assistant",
    ]);
    await expect(updateProject(ws, slug, { lora_config: { r: 8 } })).rejects.toMatchObject({
      code: "project_training",
    });
    lock?.release();
  });

  test("that fails leaves no run", async () => {
    const { ws, slug } = await project(["{"]);
    await expect(startRun(ws, slug)).rejects.toMatchObject({ code: "data_no_usable_rows" });
    expect((await listRuns(ws, slug)).runs).toEqual([]);
    expect(await listQueue(ws)).toEqual([]);
  });
});
