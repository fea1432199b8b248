import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeFlags } from "../scripts/lib/bootstrap.mjs";
import { writeRows } from "./check-speed.ts";

/*
 * `tunesmith check` on a gigabyte as people run it: read, exact copies, near-duplicates, the doctor's
 * look and the grouped split, in one process whose memory is measured. Once with a million rows of a
 * kilobyte, once with five million short ones. `node bench/check-command.ts [long|short] [megabytes]`
 * prints a JSON line for each.
 */

/** One pass at 40 MB/s and a second one at 5 MB/s. */
const leastPerSecond = 1 / (1 / 40 + 1 / 5);
const mostBytes = 500e6;

export interface CommandFigures {
  bench: string;
  rows: number;
  megabytes: number;
  seconds: number;
  cpuSeconds: number;
  megabytesPerSecond: number;
  peakBytes: number;
  reached: boolean;
}

/** Rows of 190 bytes that differ in a number, as tables have them. */
function writeShortRows(path: string, bytes: number): { rows: number } {
  const file = openSync(path, "w");
  let rows = 0;
  try {
    for (let written = 0; written < bytes;) {
      let piece = "";
      for (let line = 0; line < 5000; line += 1, rows += 1) {
        const prompt = `What does the keeper of lighthouse number ${rows} do at dusk?`;
        const sentence = `The keeper of number ${rows} winds the clockwork.`;
        const completion = Array.from({ length: 1 + (rows % 3) }, () => sentence).join(" ");
        piece += `${JSON.stringify({ prompt, completion })}\n`;
      }
      written += writeSync(file, piece);
    }
  } finally {
    closeSync(file);
  }
  return { rows };
}

const kinds = {
  long: { write: writeRows, share: 1 },
  short: { write: writeShortRows, share: 0.947 },
};
export type RowKind = keyof typeof kinds;

/** Writes a file of that kind and size, and checks it by the command. Throws where rows are missing. */
export function benchCommand(kind: RowKind, megabytes = 1000): CommandFigures {
  const folder = mkdtempSync(join(tmpdir(), "tunesmith-check-"));
  try {
    const path = join(folder, "rows.jsonl");
    const { rows } = kinds[kind].write(path, megabytes * kinds[kind].share * 1e6);
    const bytes = statSync(path).size;
    const child = spawnSync(
      process.execPath,
      [...nodeFlags, fileURLToPath(import.meta.url), "--measure", path],
      {
        encoding: "utf8",
        maxBuffer: 1 << 28,
        env: { ...process.env, TUNESMITH_HOME: join(folder, "home") },
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    const lines = child.stdout.trimEnd().split("\n");
    const used = JSON.parse(lines.at(-1) ?? "{}") as Omit<CommandFigures, "rows"> & {
      rows: number;
    };
    if (used.rows !== rows) throw new Error(`${rows} rows were written, ${used.rows} were checked`);
    const megabytesPerSecond = bytes / 1e6 / used.seconds;
    return {
      ...used,
      bench: `check-command-${kind}`,
      megabytes: Math.round(bytes / 1e6),
      megabytesPerSecond,
      reached: megabytesPerSecond >= leastPerSecond && used.peakBytes < mostBytes,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the command in this process and tells what it took. */
async function measure(path: string): Promise<void> {
  const { runCommandLine } = await import("../src/cli/program.ts");
  const begin = performance.now();
  const write = process.stdout.write.bind(process.stdout);
  let text = "";
  process.stdout.write = (piece: string | Uint8Array): boolean => {
    text += typeof piece === "string" ? piece : Buffer.from(piece).toString();
    return true;
  };
  await runCommandLine(["check", path, "--json"]);
  process.stdout.write = write;
  const seconds = (performance.now() - begin) / 1000;
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const { ledger } = JSON.parse(text) as { ledger: { rows: number } };
  const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6;
  // In kilobytes on every system, as Node counts it.
  console.log(JSON.stringify({ rows: ledger.rows, seconds, cpuSeconds, peakBytes: maxRSS * 1024 }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , first, second] = process.argv;
  if (first === "--measure" && second !== undefined) await measure(second);
  else {
    const wanted = (["long", "short"] as const).filter((kind) => !first || first === kind);
    for (const kind of wanted) {
      const figures = benchCommand(kind, Number(second ?? 1000));
      console.log(JSON.stringify(figures));
      if (!figures.reached) process.exitCode = 1;
    }
  }
}
