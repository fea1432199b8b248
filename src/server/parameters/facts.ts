import type { recommendedPreset } from "#contract/parameters/presets.ts";
import * as core from "#core/api.ts";
import type { Workspace } from "#core/api.ts";

type Facts = Parameters<typeof recommendedPreset>[0];

/** What a preset is recommended by; what cannot be found out counts as nothing. */
export async function recommendationFacts(ws: Workspace, slug: string | undefined): Promise<Facts> {
  const { type: device, memoryBytes } = await core.readOrGuessDevice(ws);
  if (slug === undefined) return { device, memoryBytes, modelBytes: 0, rows: 0 };
  const project = await core.readProject(ws, slug);
  const ledger = await core.checkData(ws, slug).catch(() => ({ train: 0 }));
  const facts = await core
    .resolveModel(project.model)
    .then((folder) => core.inspectModel(ws, folder))
    .catch(() => undefined);
  const modelBytes = facts?.model.safetensorsBytes ?? 0;
  return { device, memoryBytes, modelBytes, rows: ledger.train };
}
