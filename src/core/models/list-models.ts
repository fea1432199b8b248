import type { MemoryEstimate } from "#contract/memory.ts";
import { sections, type Section, type SectionValues } from "#contract/parameters/types.ts";
import type { Project } from "#contract/project.ts";
import { findModel } from "../hub/cache.ts";
import { cachedModels } from "../hub/cached-models.ts";
import { listPlans, presentBytes, totalBytes } from "../hub/download-plan.ts";
import { hubPlace, type HubPlace } from "../hub/place.ts";
import { isRepoId } from "../hub/repo.ts";
import { hubToken, type TokenSource } from "../hub/token.ts";
import { modelShape, readModelShape, type ModelShape } from "../memory/model-shape.ts";
import { configsOf } from "../projects/patch.ts";
import type { DeviceReply } from "../resolve/facts.ts";
import { readOrGuessDevice } from "../trainer/device.ts";
import type { Workspace } from "../workspace.ts";
import { catalogue, type CatalogueEntry } from "./catalogue.ts";
import { isSupportedFamily } from "./families.ts";
import { memoryNeed, type NeedSettings } from "./memory-need.ts";
import { paperTensors } from "./paper-tensors.ts";
import { starterFolder } from "./reference.ts";

/** How much of a model is on this computer. */
export type ModelState =
  | { state: "absent" }
  | { state: "partial"; doneBytes: number; totalBytes: number }
  | { state: "ready"; folder: string; commit?: string };

export interface ListedModel {
  /** "starter", or its name on the hub. */
  readonly id: string;
  readonly entry?: CatalogueEntry;
  readonly family?: string;
  readonly parameters?: number;
  readonly supported: boolean;
  readonly recommended: boolean;
  readonly local: ModelState;
  readonly need?: MemoryEstimate;
}

export interface ModelList {
  readonly hub: Pick<HubPlace, "endpoint" | "host" | "offline" | "cache"> & {
    token: TokenSource | undefined;
  };
  readonly device: DeviceReply;
  /** What the needs were estimated with. */
  readonly settings: NeedSettings;
  readonly models: ListedModel[];
}

/**
 * The starter, the catalogue and every other model that is being downloaded or lies in the cache, with what
 * training would need on this machine with the project's settings. Asks the hub nothing.
 */
export async function listModels(ws: Workspace, project?: Project): Promise<ModelList> {
  const { endpoint, host, offline, cache } = hubPlace();
  const [token, device, plans] = await Promise.all([
    hubToken(ws),
    readOrGuessDevice(ws),
    listPlans(ws),
  ]);
  const configs = project ? configsOf(project) : noSettings;
  const partial = new Map<string, ModelState>();
  for (const plan of plans.filter(({ repo }) => repo.type === "model")) {
    const present = await presentBytes(cache, plan);
    const doneBytes = [...present.values()].reduce((sum, bytes) => sum + bytes, 0);
    partial.set(plan.repo.id, { state: "partial", doneBytes, totalBytes: totalBytes(plan) });
  }
  const entries = new Map(catalogue.map((entry) => [entry.id, entry]));
  const chosen = project && isRepoId(project.model) ? [project.model] : [];
  const cached = await cachedModels(cache);
  const ids = new Set([...entries.keys(), ...partial.keys(), ...cached, ...chosen]);

  const starter = await readModelShape(starterFolder);
  const models: ListedModel[] = [];
  let settings = starter && memoryNeed(configs, device, starter).settings;
  const add = (
    base: Pick<ListedModel, "id" | "local"> & { entry?: CatalogueEntry | undefined },
    shape: ModelShape | undefined,
  ) => {
    const { entry, ...rest } = base;
    const found = shape && memoryNeed(configs, device, shape);
    settings ??= found?.settings;
    models.push({
      ...rest,
      ...(entry ? { entry } : {}),
      ...(shape ? { family: shape.modelType, parameters: shape.parameters } : {}),
      ...(found ? { need: found.estimate } : {}),
      supported: shape === undefined || isSupportedFamily(shape.modelType),
      recommended: false,
    });
  };
  add({ id: "starter", local: { state: "ready", folder: starterFolder } }, starter);
  for (const id of ids) {
    const entry = entries.get(id);
    const ready = await findModel(cache, { type: "model", id }).catch(() => undefined);
    const local = partial.get(id) ?? (ready ? { state: "ready", ...ready } : { state: "absent" });
    if (!entry && local.state === "absent" && !chosen.includes(id)) continue;
    const shape = entry
      ? modelShape(entry.config, paperTensors(entry.config))
      : ready && (await readModelShape(ready.folder));
    add({ id, local, entry }, shape);
  }
  const best = recommend(models, device);
  return {
    hub: { endpoint, host, offline, cache, token: token?.source },
    device,
    settings: settings ?? { maxLength: 0, fourBit: false, rank: 0 },
    models: models.map((model) => (model === best ? { ...model, recommended: true } : model)),
  };
}

const noSettings = Object.fromEntries(sections.map((section) => [section, {}])) as Record<
  Section,
  SectionValues
>;

/** A processor takes hours for more. */
const processorParameters = 400_000_000;

/** The largest that fits with room and asks for nothing: where to begin on this machine. */
function recommend(models: readonly ListedModel[], { type }: DeviceReply): ListedModel | undefined {
  return models
    .filter(({ entry, need }) => entry && !entry.gated && need?.verdict === "fits")
    .filter(({ need }) => need && need.peakBytes <= need.freeBytes * 0.6)
    .filter(({ parameters = 0 }) => type === "cuda" || parameters <= processorParameters)
    .toSorted((a, b) => (b.parameters ?? 0) - (a.parameters ?? 0))[0];
}
