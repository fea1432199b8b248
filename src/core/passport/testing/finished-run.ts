import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createHash } from "node:crypto";
import type { RunSpec } from "#contract/run.ts";
import { createProject } from "../../projects/projects.ts";
import { runPaths } from "../../runs/run-paths.ts";
import { sampleSpec } from "../../testing/run-spec.ts";
import type { Workspace } from "../../workspace.ts";
import { freezePassport, passportFile, sealPassport } from "../passport.ts";
import { writeJsonAtomic } from "../../files/atomic.ts";

export const runId = "20261122-100000-aaaa";
const sha = (text: string) => createHash("sha256").update(text).digest("hex");
const row = `${JSON.stringify({ id: "a:1", messages: [{ role: "user", content: "Hi" }] })}\n`;

/** A run as a runner leaves it, with a base of its own: real files and hashes, and no training. */
export async function makeFinishedRun(
  ws: Workspace,
  options: { status?: "finished" | "cancelled"; id?: string; number?: number } = {},
): Promise<{ spec: RunSpec; folder: string; base: string }> {
  const { status = "finished", id = runId, number = 1 } = options;
  await createProject(ws, { name: "sky" }).catch(() => undefined);
  const base = join(ws.home, "base");
  const weights = "the base's weights";
  await write(join(base, "model.safetensors"), weights);
  await write(join(base, "config.json"), "{}");
  const sample = sampleSpec("sky", id, number);
  const spec: RunSpec = {
    ...sample,
    model: { ...sample.model, path: base, sha256: sha(weights) },
    data: { ...sample.data, trainSha256: sha(row), checkSha256: sha("") },
  };
  const { folder, spec: specFile } = runPaths(ws, "sky", id);
  const checkpoint = { schemaVersion: 1, step: 2, files: { "state.pt": sha("state") } };
  const files: Record<string, string> = {
    "data/train.jsonl": row,
    "data/check.jsonl": "",
    "checkpoints/step-000002/state.pt": "state",
    "checkpoints/step-000002/checkpoint.json": JSON.stringify(checkpoint),
    "adapter/adapter_model.safetensors": "learned",
    "adapter/adapter_config.json": "{}",
    "gguf/model-q8_0.gguf": "a model",
    Modelfile: "FROM ./gguf/model-q8_0.gguf\n",
    "worker.log": "",
    "events.jsonl": events(status),
  };
  for (const [name, text] of Object.entries(files)) await write(join(folder, name), text);
  await writeFile(specFile, JSON.stringify(spec));
  await writeJsonAtomic(passportFile(folder), await freezePassport(spec));
  if (status === "finished") await sealPassport(folder, spec);
  return { spec, folder, base };
}

function events(status: string): string {
  const time = "2026-11-22T10:00:00.000Z";
  const end = status === "finished" ? {} : { stage: "train" };
  return [
    { type: "run.started", time, pid: 1 },
    { type: `run.${status}`, time, ...end },
  ]
    .map((event, at) => `${JSON.stringify({ seq: at + 1, attempt: 1, ...event })}\n`)
    .join("");
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
