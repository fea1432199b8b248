import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { LedgerSummary } from "#contract/dataset.ts";
import { decision } from "#contract/decisions.ts";
import { AppError } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import { checkRules } from "#contract/parameters/rules.ts";
import { sections } from "#contract/parameters/types.ts";
import type { ParameterValue, Section, SectionValues } from "#contract/parameters/types.ts";
import type { Project } from "#contract/project.ts";
import type { RunSpec } from "#contract/run.ts";
import { dataSources } from "../datasets/data-files.ts";
import type { DataSource } from "../datasets/data-source.ts";
import { freeName } from "../deploy/free-name.ts";
import { parseModelName } from "../deploy/name.ts";
import { readCorrection } from "../memory/measurements.ts";
import type { FourBitNeed } from "../memory/four-bit.ts";
import { readModelShape } from "../memory/model-shape.ts";
import { resolveMemory } from "../memory/resolve-memory.ts";
import { checkpointBytes } from "../memory/trained.ts";
import { batchSizes } from "../memory/row-sizes.ts";
import { inspectModel } from "../models/inspect.ts";
import { locateModel } from "../models/reference.ts";
import { configsOf, mergeSection } from "../projects/patch.ts";
import { resolveDeviceLimits } from "../resolve/device-limits.ts";
import { percent } from "../resolve/max-length.ts";
import { resolveModelChoices } from "../resolve/model-choices.ts";
import { resolvePrecision } from "../resolve/precision.ts";
import { listDefaults, startResolving } from "../resolve/settings.ts";
import type { EffectiveSettings, Resolving } from "../resolve/settings.ts";
import { resolveSteps } from "../resolve/steps.ts";
import { readDevice } from "../trainer/device.ts";
import type { Workspace } from "../workspace.ts";
import { fitRows } from "./fit-rows.ts";
import type { FittedRows } from "./fit-rows.ts";
import { versions } from "./versions.ts";

/** Settings for one run that are not saved in the project. */
export type RunOverrides = Partial<Record<Section, SectionValues>>;

/** run.json before it has an id, a number and a time. */
export type RunDraft = Omit<RunSpec, "id" | "number" | "createdAt">;

export interface PreparedRun {
  spec: RunDraft;
  ledger: LedgerSummary;
  /** Set where the run fits into memory in 4 bits only: that takes a person's consent. */
  fourBit?: FourBitNeed;
}

const checkpointSeconds = 600;
const keptCheckpoints = 3;

/**
 * Resolves everything about a run and writes its rows into `folder`/data. `now` is the run's time,
 * which a template with a clock shows.
 * Errors: data_*, model_*, parameter_*, precision_conflict, lora_*, ollama_name_*, engine_missing,
 * python_failed, disk_full.
 */
export async function prepareRun(
  ws: Workspace,
  project: Project,
  overrides: RunOverrides,
  { folder, now }: { folder: string; now: Date },
): Promise<PreparedRun> {
  parseModelName(project.targetName);
  const configs = applyOverrides(project, overrides);
  const sources = dataSources(ws, project);
  if (!sources.some(({ role }) => role === "train")) {
    throw new AppError("data_missing", { name: project.name });
  }
  const { folder: path, commit } = await locateModel(project.model);
  const [device, facts] = await Promise.all([readDevice(ws), inspectModel(ws, path)]);
  checkRules(configs, facts.model);

  const resolving = startResolving(configs, { device, ...facts });
  const precision = resolvePrecision(resolving);
  resolveDeviceLimits(resolving);
  resolveModelChoices(resolving);
  const rows = await fitRows(ws, { resolving, sources, model: path, folder, now });
  sayRows(resolving.decisions, rows);
  sayContext(resolving, rows);
  const steps = resolveSteps(resolving, { rows: rows.trainRows, packs: rows.packs });
  const shape = await readModelShape(path);
  const { estimate: memory, fourBit } = resolveMemory(resolving, {
    shape,
    correction: await readCorrection(ws.home, device),
    sizes: (settings) => batchSizes(settings, rows.inspected),
  });
  const exports = rows.checkRows > 0 ? "best" : "last";
  sayEnd(resolving, exports);

  const { settings, decisions } = resolving;
  const targetName = await freeName(ws.home, project.targetName);
  if (targetName !== project.targetName) {
    decisions.push(decision("target_name_taken", { name: project.targetName, free: targetName }));
  }
  return {
    ledger: rows.placement.ledger,
    ...(fourBit ? { fourBit } : {}),
    spec: {
      schemaVersion: 1,
      project: { slug: project.slug, name: project.name },
      targetName,
      device: {
        type: device.type,
        name: device.name,
        memoryBytes: device.memoryBytes,
        threads: device.threads,
      },
      precision,
      model: {
        id: project.model,
        path,
        sha256: rows.model.sha256,
        parameters: rows.model.parameters,
        architecture: rows.model.architecture,
        ...(commit === undefined ? {} : { revision: commit }),
      },
      ...frozenSections(settings),
      data: {
        trainRows: rows.trainRows,
        checkRows: rows.checkRows,
        checkSource: rows.placement.checkSource,
        trainSha256: rows.placement.trainSha256,
        checkSha256: rows.placement.checkSha256,
        files: await hashFiles(project, sources),
      },
      template: {
        sha256: rows.template.sha256,
        source: rows.template.source,
        system: rows.template.system,
      },
      plan: { ...steps, tokens: rows.tokens, supervisedTokens: rows.supervisedTokens, exports },
      ...(memory ? { memory } : {}),
      decisions,
      checkpointBytes: await checkpointBytes(settings, shape, path),
      checkpointSeconds,
      keepCheckpoints: keptCheckpoints,
      versions: await versions(ws),
    },
  };
}

function applyOverrides(project: Project, overrides: RunOverrides): Record<Section, SectionValues> {
  const configs = configsOf(project);
  for (const section of sections) {
    const values = overrides[section];
    if (values) configs[section] = mergeSection(section, configs[section], values);
  }
  return configs;
}

/** Unset keys are absent in a frozen run. */
function frozenSections(
  settings: EffectiveSettings,
): Pick<RunSpec, "training" | "lora" | "quantization" | "modelfile"> {
  const section = (name: Section): Record<string, ParameterValue> =>
    Object.fromEntries(
      Object.entries(settings[name]).filter(
        (entry): entry is [string, ParameterValue] => entry[1] !== null,
      ),
    );
  return {
    training: section("training_config"),
    lora: section("lora_config"),
    quantization: section("quantization_config"),
    modelfile: section("modelfile_config"),
  };
}

function sayRows(decisions: ErrorBody[], { placement, checkRows, trainRows }: FittedRows): void {
  const { ledger, checkSource, overlap, duplicates, systemAdded, systemDiffers } = placement;
  if (ledger.leftOut > 0) {
    decisions.push(decision("rows_left_out", { leftOut: ledger.leftOut, rows: ledger.rows }));
  }
  if (ledger.shortened > 0) {
    decisions.push(decision("rows_shortened", { shortened: ledger.shortened }));
  }
  if (overlap > 0) decisions.push(decision("check_overlap", { rows: overlap }));
  if (duplicates > 0) decisions.push(decision("duplicates", { rows: duplicates }));
  if (systemAdded > 0) decisions.push(decision("system_added", { rows: systemAdded }));
  if (systemDiffers > 0) decisions.push(decision("system_differs", { rows: systemDiffers }));
  if (checkSource === "file") decisions.push(decision("check_file", { rows: checkRows }));
  else if (checkSource === "split") {
    const share = percent(checkRows / (checkRows + trainRows));
    decisions.push(decision("check_split", { rows: checkRows, share }));
  } else if (placement.checkEmptied) decisions.push(decision("check_emptied"));
  else decisions.push(decision("check_too_few", { rows: trainRows }));
}

function sayContext({ settings, decisions }: Resolving, { longest }: FittedRows): void {
  const length = Number(settings.modelfile_config["num_ctx"]);
  if (length < longest) decisions.push(decision("num_ctx_below_rows", { length, tokens: longest }));
}

function sayEnd(resolving: Resolving, exports: "best" | "last"): void {
  const { settings, decisions } = resolving;
  decisions.push(decision(exports === "best" ? "exports_best" : "exports_last"));
  if (exports === "last" && Number(settings.training_config["early_stopping_patience"]) > 0) {
    decisions.push(decision("early_stopping_without_check"));
  }
  decisions.push(decision("defaults_applied", { settings: listDefaults(resolving) }));
}

async function hashFiles(
  project: Project,
  sources: readonly DataSource[],
): Promise<RunSpec["data"]["files"]> {
  const files = [];
  for (const { name, role } of project.data) {
    const path = sources.find((source) => source.name === name)?.path ?? name;
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      hash.update(chunk as Uint8Array);
      bytes += (chunk as Uint8Array).length;
    }
    files.push({ name, role, bytes, sha256: hash.digest("hex") });
  }
  return files;
}
