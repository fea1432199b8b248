import type { MemoryEstimate } from "#contract/memory.ts";
import { AppError } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { Project } from "#contract/project.ts";
import { inspectModel } from "../models/inspect.ts";
import { resolveModel } from "../models/reference.ts";
import { effectiveSettings } from "../resolve/effective.ts";
import type { EffectiveSettings } from "../resolve/settings.ts";
import { readOrGuessDevice } from "../trainer/device.ts";
import type { Workspace } from "../workspace.ts";
import { estimateMemory } from "./estimate.ts";
import { readCorrection } from "./measurements.ts";
import { readModelShape } from "./model-shape.ts";
import { assumedSizes } from "./row-sizes.ts";

export interface ProjectMemory {
  estimate: MemoryEstimate | null;
  /** Why there is none. */
  reason: ErrorBody | null;
}

/**
 * What training this project would need, quickly: its rows are not read, every one is taken for as
 * long as max_length. A plan reads them and estimates anew.
 */
export async function projectMemory(ws: Workspace, project: Project): Promise<ProjectMemory> {
  try {
    const folder = await resolveModel(project.model);
    const [device, facts] = await Promise.all([readOrGuessDevice(ws), inspectModel(ws, folder)]);
    const settings = await effectiveSettings(ws, project, device, facts);
    const shape = await readModelShape(folder);
    if (!shape) throw new AppError("memory_unknown", { model: project.model });
    const correction = await readCorrection(ws.home, device);
    const sizes = (values: EffectiveSettings) => assumedSizes(values, shape.vocabulary);
    const input = { device, settings, shape, sizes, correction };
    return { estimate: estimateMemory({ ...input, basis: "max_length" }), reason: null };
  } catch (error) {
    // A model that is gone must not keep a project from being shown.
    if (error instanceof AppError) return { estimate: null, reason: error.toBody() };
    throw error;
  }
}
