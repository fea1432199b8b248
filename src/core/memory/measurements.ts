import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { memoryParts } from "#contract/memory.ts";
import type { RunSpec } from "#contract/run.ts";
import { writeJsonAtomic } from "../files/atomic.ts";
import { readJsonObject } from "../files/read-json.ts";
import { fitCorrection } from "./correction.ts";
import type { Correction, Measurement } from "./correction.ts";

/** Raised when the formulas change: what was measured against others teaches nothing. */
const formulas = 1;
const kept = 60;

const parts = z.record(z.enum(memoryParts), z.number().nonnegative());
const measurementSchema = z.object({
  formulas: z.literal(formulas),
  device: z.string(),
  parts,
  bytes: z.number().positive(),
});

const folderOf = (home: string): string => join(home, "memory");
const keyOf = ({ type, name }: { type: string; name: string }): string => `${type} ${name}`;

/** Keeps what a run held while training, for the estimates of later ones; the oldest are dropped. */
export async function keepMeasurement(home: string, spec: RunSpec, bytes: number): Promise<void> {
  if (!spec.memory) return;
  const folder = folderOf(home);
  await mkdir(folder, { recursive: true });
  const measured = Object.fromEntries(
    spec.memory.uncorrected.map((each) => [each.part, each.bytes]),
  );
  const entry = { formulas, device: keyOf(spec.device), parts: measured, bytes };
  await writeJsonAtomic(join(folder, `${spec.id}.json`), entry);
  // A run's id begins with its time.
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  for (const name of names.slice(0, -kept)) await rm(join(folder, name), { force: true });
}

/** What was measured on a device; files that cannot be read are passed over. */
export async function readMeasurements(
  home: string,
  device: { type: string; name: string },
): Promise<Measurement[]> {
  const folder = folderOf(home);
  const names = await readdir(folder).catch(() => []);
  const found: Measurement[] = [];
  for (const name of names.filter((each) => each.endsWith(".json"))) {
    const result = measurementSchema.safeParse(
      await readJsonObject(join(folder, name)).catch(() => undefined),
    );
    if (result.success && result.data.device === keyOf(device)) found.push(result.data);
  }
  return found;
}

/** The correction that this machine's measurements give. */
export async function readCorrection(
  home: string,
  device: { type: string; name: string },
): Promise<Correction> {
  return fitCorrection(await readMeasurements(home, device));
}
