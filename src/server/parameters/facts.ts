import { guessDevice } from "#core/engine/device.ts";
import { checkData, readDevice, readProject } from "#core/api.ts";
import type { Workspace } from "#core/api.ts";
import type { recommendedPreset } from "#contract/parameters/presets.ts";

type Facts = Parameters<typeof recommendedPreset>[0];

/** What a preset is recommended by; without a project the machine alone decides. */
export async function recommendationFacts(ws: Workspace, slug: string | undefined): Promise<Facts> {
  const device = await readDevice(ws).catch(() => guessDevice());
  const facts = { device: device.type, memoryBytes: device.memoryBytes, modelBytes: 0, rows: 0 };
  if (slug === undefined) return facts;
  const project = await readProject(ws, slug);
  const { train } = project.data.length > 0 ? await checkData(ws, slug) : { train: 0 };
  return { ...facts, rows: train };
}
