import { join } from "node:path";
import type { z } from "zod";
import { AppError } from "#contract/errors.ts";
import { secretsSchema, settingsSchema } from "#contract/settings.ts";
import type { Secrets, Settings, SettingsPatch } from "#contract/settings.ts";
import { ollamaAddress } from "./deploy/find.ts";
import { writeJsonAtomic, writeSecretAtomic } from "./files/atomic.ts";
import { migrate } from "./files/migrate.ts";
import { readJsonObject } from "./files/read-json.ts";
import { withWorkspaceLock } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

const settingsFile = (ws: Workspace) => join(ws.home, "settings.json");
const secretsFile = (ws: Workspace) => join(ws.home, "secrets.json");

/** Errors: file_unreadable, file_unreachable, file_invalid, file_too_new. */
export async function readSettings(ws: Workspace): Promise<Settings> {
  return (await load(settingsFile(ws), settingsSchema)).value;
}

/** What must never be shown, logged or frozen into a run. Errors: as `readSettings`. */
export async function readSecrets(ws: Workspace): Promise<Secrets> {
  return (await load(secretsFile(ws), secretsSchema)).value;
}

/**
 * Absent = unchanged, null = back to default. Keys that this version does not know are kept.
 * Errors: as `readSettings`; ollama_address_invalid, lock_held, disk_full. Nothing is saved then.
 */
export async function updateSettings(ws: Workspace, patch: SettingsPatch): Promise<Settings> {
  const { huggingFaceToken, endpointKeys, ollamaAddress: address, ...rest } = patch;
  const trimmed = address?.trim() ?? address;
  if (trimmed) ollamaAddress({ setting: trimmed, environment: {} });
  const changes = defined({ ...rest, ollamaAddress: trimmed === "" ? null : trimmed });
  return withWorkspaceLock(ws, "settings", async () => {
    const secrets = await load(secretsFile(ws), secretsSchema);
    const settings = await load(settingsFile(ws), settingsSchema);
    if (huggingFaceToken !== undefined) {
      Object.assign(secrets.value, { huggingFaceToken });
    }
    if (endpointKeys !== undefined) {
      secrets.value.endpointKeys = withoutNulls({
        ...secrets.value.endpointKeys,
        ...endpointKeys,
      }) as Record<string, string>;
    }
    if (huggingFaceToken !== undefined || endpointKeys !== undefined) {
      await writeSecretAtomic(secretsFile(ws), { ...secrets.file, ...secrets.value });
    }
    if (Object.keys(changes).length > 0) {
      await writeJsonAtomic(settingsFile(ws), withoutNulls({ ...settings.file, ...changes }));
    }
    return readSettings(ws);
  });
}

/** A file's whole object and what this version reads of it; its defaults where there is none. */
async function load<S extends z.ZodType>(
  path: string,
  schema: S,
): Promise<{ file: Record<string, unknown>; value: z.output<S> }> {
  const raw = (await readJsonObject(path)) ?? { schemaVersion: 1 };
  const file = migrate(raw, { file: path, current: 1, migrations: [] });
  const result = schema.safeParse(file);
  if (result.success) return { file, value: result.data };
  const [issue] = result.error.issues;
  const detail = issue ? `${issue.path.join(".")}: ${issue.message}` : result.error.message;
  throw new AppError("file_invalid", { file: path, detail });
}

function defined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function withoutNulls(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}
