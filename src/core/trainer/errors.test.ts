import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ErrorBody } from "#contract/errors.ts";
import { root } from "../engine/locks.ts";
import { trainerError } from "./errors.ts";

/** The trainer's own table: each code with its sentence. */
function trainerSentences(): Record<string, string> {
  const python = process.env["TUNESMITH_PYTHON"] ?? "";
  const code =
    "import json; from tunesmith_trainer.errors import MESSAGES; print(json.dumps(MESSAGES))";
  const env = { ...process.env, PYTHONPATH: join(root, "trainer") };
  return JSON.parse(execFileSync(python, ["-c", code], { env, encoding: "utf8" })) as Record<
    string,
    string
  >;
}

test("whatever the trainer reports becomes a whole sentence", () => {
  const sentences = Object.entries(trainerSentences());
  expect(sentences.length).toBeGreaterThan(40);
  for (const [code, sentence] of sentences) {
    const names = [...sentence.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
    const params = Object.fromEntries(names.map((name) => [name, `<${name}>`]));
    const message = sentence.replace(/\{(\w+)\}/g, "<$1>");
    const error = trainerError({ code, params, message }, "/the/model");
    expect(error.message, code).not.toMatch(/\{\w+\}|undefined|null/);
  }
});

test.each<[string, ErrorBody["params"], string, object]>([
  ["model_no_tokenizer", { folder: "/m" }, "model_no_tokenizer", { path: "/m" }],
  ["model_no_config", { folder: "/m" }, "model_config_invalid", { file: "config.json" }],
  [
    "model_unknown_architecture",
    { architecture: "X" },
    "model_unknown_architecture",
    { path: "/m" },
  ],
  ["something_new", {}, "trainer_refused", { detail: "Said so." }],
  ["disk_full", { file: "x" }, "trainer_refused", { detail: "Said so." }],
])("%s", (code, params, expected, expectedParams) => {
  expect(trainerError({ code, params, message: "Said so." }, "/m")).toMatchObject({
    code: expected,
    params: expectedParams,
  });
});
