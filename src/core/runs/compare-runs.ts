import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { ComparedScore, ComparedValue, Comparison } from "#contract/comparison.ts";
import { comparedScores } from "#contract/comparison.ts";
import { AppError } from "#contract/errors.ts";
import type { RunChange } from "#contract/run-changes.ts";
import { isMissing } from "../files/error-code.ts";
import type { Workspace } from "../workspace.ts";
import { readCurve, readRun } from "./read-runs.ts";
import type { RunDetail, RunReference, RunView } from "./read-runs.ts";
import { runPaths } from "./run-paths.ts";

const mostCompared = 12;

type Fact = Pick<Comparison["differences"][number], "group" | "section" | "key"> & {
  value: ComparedValue;
};

/**
 * What differs between runs in settings, data, model, environment, curves and scores.
 * Errors: bad_request (fewer than two, too many, or one twice), run_not_found, run_spec_invalid.
 */
export async function compareRuns(
  ws: Workspace,
  references: readonly RunReference[],
): Promise<Comparison> {
  const names = new Set(references.map(({ slug, id }) => `${slug}/${id}`));
  if (names.size !== references.length || names.size < 2 || names.size > mostCompared) {
    const detail = `two to ${mostCompared} different runs can be compared`;
    throw new AppError("bad_request", { detail });
  }
  const runs = await Promise.all(references.map(({ slug, id }) => readRun(ws, slug, id)));
  const facts = runs.map((run) => new Map(factsOf(run).map((fact) => [nameOf(fact), fact])));
  const keys = [...new Map(facts.flatMap((one) => [...one])).entries()];
  const compared = keys.map(([name, { group, section, key }]) => ({
    group,
    section,
    key,
    values: facts.map((one) => one.get(name)?.value ?? null),
  }));
  const differences = compared.filter(({ values }) => !allEqual(values));
  const checks = runs.map(({ spec }) => spec.data.checkSha256);
  return {
    runs: runs.map(({ slug, id, number, spec, state }) => ({
      project: slug,
      id,
      number,
      createdAt: spec.createdAt,
      status: state.status,
      verdict: state.verdict,
    })),
    differences,
    equal: compared.length - differences.length,
    rows: await compareRows(ws, references),
    sameCheckRows: allEqual(checks) && runs.every(({ spec }) => spec.data.checkRows > 0),
    scores: scoresOf(runs),
    curves: await Promise.all(
      references.map(async ({ slug, id }) => (await readCurve(ws, slug, id)).points),
    ),
  };
}

const nameOf = ({ group, section, key }: Fact): string => `${group}/${section}/${key}`;
const allEqual = (values: readonly ComparedValue[]): boolean =>
  values.every((value) => JSON.stringify(value) === JSON.stringify(values[0]));

/** Everything of a spec that says what a run is made of, one flat list. */
function factsOf({ spec, changes }: RunDetail): Fact[] {
  const { training, lora, quantization, modelfile, data, model, device, precision, plan } = spec;
  const facts = (group: Fact["group"], section: string, values: Record<string, ComparedValue>) =>
    Object.entries(values).map(([key, value]) => ({ group, section, key, value }));
  const { files, ...rows } = data;
  return [
    ...facts("settings", "training_config", training),
    ...facts("settings", "lora_config", lora),
    ...facts("settings", "quantization_config", quantization),
    ...facts("settings", "modelfile_config", modelfile),
    ...facts("settings", "changed", changesByKey(changes)),
    ...facts("settings", "run", { targetName: spec.targetName, exports: plan.exports }),
    ...facts("data", "rows", rows),
    ...facts("data", "files", Object.fromEntries(files.map((file) => [file.name, file.sha256]))),
    ...facts("data", "plan", {
      tokens: plan.tokens,
      supervisedTokens: plan.supervisedTokens,
      optimizerSteps: plan.optimizerSteps,
    }),
    ...facts("model", "model", {
      id: model.id,
      sha256: model.sha256,
      parameters: model.parameters,
      architecture: model.architecture,
      template: spec.template.sha256,
    }),
    ...facts("environment", "device", { ...device, precision: precision.mode }),
    ...facts("environment", "versions", spec.versions),
  ];
}

/** What a setting became while the run went on: "0.0005 (step 40)". */
function changesByKey(changes: readonly RunChange[]): Record<string, string> {
  const byKey = Map.groupBy(changes, ({ key }) => key);
  return Object.fromEntries(
    [...byKey].map(([key, ofKey]) => [
      key,
      ofKey.map(({ value, step }) => `${String(value)} (step ${step})`).join(", "),
    ]),
  );
}

function scoresOf(runs: readonly RunView[]): Comparison["scores"] {
  return comparedScores
    .map((key) => ({ key, values: runs.map((run) => scoreOf(run, key)) }))
    .filter(({ values }) => values.some((value) => value !== null));
}

function scoreOf({ state, report }: RunView, key: ComparedScore): number | null {
  const { base, tuned, gguf } = report ?? state.scores ?? { base: null, tuned: null, gguf: null };
  switch (key) {
    case "exactMatchBase":
      return base?.exactMatch ?? null;
    case "exactMatchTuned":
      return tuned?.exactMatch ?? null;
    case "exactMatchGguf":
      return gguf?.exactMatch ?? null;
    case "lossBase":
      return base?.loss ?? null;
    case "lossTuned":
      return tuned?.loss ?? null;
    case "lossGguf":
      return gguf?.loss ?? null;
    case "stopsTuned":
      return tuned?.stops ?? null;
    case "stopsGguf":
      return gguf?.stops ?? null;
    case "bestStep":
      return state.bestStep;
    case "steps":
      return state.step;
    case "seconds":
      return secondsOf(state);
    case "tokensPerSecond":
      return state.tokensPerSecond;
    case "memoryBytes":
      return state.memoryBytes > 0 ? state.memoryBytes : null;
  }
}

function secondsOf({ startedAt, endedAt }: RunView["state"]): number | null {
  if (startedAt === null || endedAt === null) return null;
  return Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
}

/** Rows are the same where they say the same, wherever they stood. */
async function compareRows(
  ws: Workspace,
  references: readonly RunReference[],
): Promise<Comparison["rows"]> {
  const sets = await Promise.all(
    references.map(({ slug, id }) => rowHashes(join(runPaths(ws, slug, id).data, "train.jsonl"))),
  );
  const [first = new Map<string, number>()] = sets;
  return sets.map((rows) => {
    const shared = sum([...rows].map(([hash, count]) => Math.min(count, first.get(hash) ?? 0)));
    return {
      shared,
      added: sum([...rows.values()]) - shared,
      missing: sum([...first.values()]) - shared,
    };
  });
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

/** How often each row stands in a file of frozen rows; a file that is gone has none. */
async function rowHashes(file: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  try {
    for await (const line of createInterface({ input: createReadStream(file) })) {
      if (line === "") continue;
      const { messages } = JSON.parse(line) as { messages: unknown };
      const hash = createHash("sha256").update(JSON.stringify(messages)).digest("base64");
      counts.set(hash, (counts.get(hash) ?? 0) + 1);
    }
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  return counts;
}
