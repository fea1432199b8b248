import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, isAbsolute, resolve } from "node:path";
import { AppError } from "#contract/errors.ts";
import { requireFiles } from "#cli/require-files.ts";
import { shownPath } from "#cli/output/shown-path.ts";
import { parseSpec, type SpecText } from "./parse.ts";

/** A spec file with every path absolute. */
export interface Spec extends SpecText {
  file: string;
}

export const looksLikeSpec = (target: string): boolean => /\.(ya?ml|json)$/i.test(target);

/** Reads a spec file. Errors: data_file_missing, spec_file_invalid, and what `parseSpec` throws. */
export async function readSpec(path: string): Promise<Spec> {
  const file = resolve(path);
  const shown = shownPath(file);
  const text = decode(await readBytes(file, shown), shown);
  const spec = parseSpec(text, shown);
  const folder = dirname(file);
  const absolute = (paths: string[]) => paths.map((item) => resolve(folder, expandHome(item)));
  const files = {
    ...(spec.data && { data: absolute(spec.data) }),
    ...(spec.check && { check: absolute(spec.check) }),
  };
  await requireFiles(Object.values(files).flat());
  return {
    ...spec,
    file,
    ...(spec.model && { model: await resolveModel(spec.model, folder) }),
    ...files,
  };
}

async function readBytes(file: string, shown: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new AppError("data_file_missing", { file: shown });
    throw new AppError("spec_file_invalid", { file: shown, detail: message });
  }
}

function decode(bytes: Buffer, file: string): string {
  try {
    // A byte-order mark is dropped by TextDecoder.
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new AppError("spec_file_invalid", { file, detail: "it is not UTF-8" });
  }
}

/** A folder beside the spec file counts as a folder; any other plain name is a model's own name. */
async function resolveModel(model: string, folder: string): Promise<string> {
  const path = resolve(folder, expandHome(model));
  const meansPath = isAbsolute(model) || /^(\.{1,2}|~)([/\\]|$)/.test(model);
  if (meansPath || model === "starter") return meansPath ? path : model;
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ? path : model;
}

/** "~/…" as shells mean it; no shell reads a spec file. */
const expandHome = (path: string): string => path.replace(/^~(?=[/\\]|$)/, homedir());
