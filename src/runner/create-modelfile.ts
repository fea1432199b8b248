import { readdir } from "node:fs/promises";
import { relative } from "node:path";
import { AppError } from "#contract/errors.ts";
import { writeModelfile } from "#core/deploy/modelfile.ts";
import { writeFileAtomic } from "#core/files/atomic.ts";
import type { RunnerStage } from "./stage.ts";

/**
 * Writes the Modelfile beside the GGUF. Values that its syntax cannot carry become warnings; the
 * deployment by API carries them all the same.
 */
export const createModelfile: RunnerStage = async ({ spec, paths, emit }) => {
  const gguf = (await readdir(paths.gguf)).find((name) => name.endsWith(".gguf"));
  if (gguf === undefined) throw new AppError("not_found", { what: "GGUF", name: paths.gguf });
  const { system = "", ...parameters } = spec.modelfile;
  const { text, losses } = writeModelfile(`./${relative(paths.folder, paths.gguf)}/${gguf}`, {
    parameters,
    system: spec.template.system === "rejected" ? "" : String(system),
  });
  for (const { key, value, reason } of losses) {
    const error = new AppError("modelfile_value_lost", { key, value, reason });
    await emit({ time: new Date().toISOString(), type: "warning", ...error.toBody() });
  }
  await writeFileAtomic(paths.modelfile, text);
  return { result: { file: "Modelfile", from: gguf, lost: losses.map(({ key }) => key) } };
};
