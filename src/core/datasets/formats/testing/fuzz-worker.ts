import { parentPort } from "node:worker_threads";
import { toErrorBody } from "#contract/errors.ts";
import { placeRows } from "../../place-rows.ts";
import { detectFormat } from "../detect.ts";

/*
 * Reads one file after another in a thread that may be ended when it hangs. Every outcome but a
 * counted ledger or an expected error is a fault of ours.
 */

export interface FuzzOutcome {
  path: string;
  plan?: object;
  rows?: number;
  /** Rows of the ledger's outcomes added up. */
  sum?: number;
  code?: string;
  detail?: string;
}

async function read(path: string, name: string): Promise<FuzzOutcome> {
  try {
    const { plan } = await detectFormat(path, { name });
    const seen = { train: 0, check: 0, left_out: 0 };
    const source = { name, path, role: "train" as const };
    const { ledger } = await placeRows(
      [source],
      { seed: 1 },
      {
        row: () => {},
        entry: ({ outcome, reason }) => {
          seen[outcome] += 1;
          if ((outcome === "left_out") !== (reason !== undefined))
            throw new Error("a row without reason");
        },
      },
    );
    const { train, check, leftOut } = ledger;
    if (train !== seen.train || check !== seen.check || leftOut !== seen.left_out) {
      throw new Error("the summary and the entries differ");
    }
    return { path, plan, rows: ledger.rows, sum: train + check + leftOut };
  } catch (error) {
    const { code, message } = toErrorBody(error);
    const stack = code === "internal" && error instanceof Error ? String(error.stack) : message;
    return { path, code, detail: stack };
  }
}

parentPort?.on("message", ({ path, name }: { path: string; name: string }) => {
  void read(path, name).then((outcome) => parentPort?.postMessage(outcome, []));
});
