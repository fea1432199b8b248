import { AppError } from "#contract/errors.ts";

/** One step from `from` to `from + 1`. It gets its own copy and may change it. */
export interface Migration {
  readonly name: string;
  readonly from: number;
  readonly up: (data: Record<string, unknown>) => Record<string, unknown>;
}

/**
 * Brings a file's data to version `current` through its named migrations, in order.
 * Errors: file_too_new, file_invalid (no version).
 */
export function migrate(
  data: Record<string, unknown>,
  {
    file,
    current,
    migrations,
  }: { file: string; current: number; migrations: readonly Migration[] },
): Record<string, unknown> {
  const found = data["schemaVersion"];
  if (typeof found !== "number" || !Number.isInteger(found) || found < 1) {
    throw new AppError("file_invalid", { file, detail: "it has no schemaVersion" });
  }
  let version = found;
  if (version > current) throw new AppError("file_too_new", { file, version, known: current });
  let result = structuredClone(data);
  while (version < current) {
    const step = migrations.find(({ from }) => from === version);
    if (!step) throw new Error(`no migration leads from version ${String(version)}`);
    version = step.from + 1;
    result = { ...step.up(result), schemaVersion: version };
  }
  return result;
}
