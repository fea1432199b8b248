import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { AppError } from "#contract/errors.ts";
import { errorText } from "#core/files/error-code.ts";

/** What deploying needs of run.json. */
const specSchema = z.object({
  id: z.string(),
  project: z.object({ slug: z.string() }),
  targetName: z.string(),
  quantization: z.object({ output_quantization: z.string() }),
  modelfile: z.record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]),
  ),
  template: z.object({ system: z.enum(["supported", "rejected"]) }),
});
export type DeployableSpec = z.infer<typeof specSchema>;

/** Errors: file_unreachable, file_invalid. */
export async function readDeployableSpec(runFolder: string): Promise<DeployableSpec> {
  const file = join(runFolder, "run.json");
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new AppError("file_unreachable", { file, detail: errorText(error) });
  });
  try {
    return specSchema.parse(JSON.parse(text));
  } catch (error) {
    const detail = error instanceof z.ZodError ? z.prettifyError(error) : errorText(error);
    throw new AppError("file_invalid", { file, detail });
  }
}

/**
 * The GGUF of the run; where f16 was kept beside it, the one of the format that was asked for.
 * Error: deploy_no_gguf.
 */
export async function findGguf(
  runFolder: string,
  spec: DeployableSpec,
): Promise<{ gguf: string; format: string }> {
  const folder = join(runFolder, "gguf");
  const names = await readdir(folder).catch(() => []);
  const formats = names.flatMap((name) => /^model-(.+)\.gguf$/.exec(name)?.[1] ?? []).sort();
  const wanted = spec.quantization.output_quantization;
  const format =
    formats.find((found) => found === wanted) ??
    formats.find((found) => found !== "f16") ??
    formats[0];
  if (format === undefined) throw new AppError("deploy_no_gguf", { run: spec.id });
  return { gguf: join(folder, `model-${format}.gguf`), format };
}
