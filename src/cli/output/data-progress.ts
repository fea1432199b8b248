import type { DataStep } from "#core/datasets/progress.ts";
import { bytes } from "./format.ts";

/** How far reading, comparing or storing rows is, as one line. */
export function dataProgress(done: number, total: number, step: DataStep): string {
  if (step === "compare")
    return `Comparing rows: ${Math.floor((100 * done) / Math.max(total, 1))} %`;
  const verb = step === "read" ? "Reading" : "Reading again";
  return `${verb}: ${bytes(done)} of ${bytes(total)}`;
}
