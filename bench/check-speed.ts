import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { noPairs } from "../src/core/datasets/near-pairs.ts";
import { placeRows } from "../src/core/datasets/place-rows.ts";

/*
 * How fast a large JSONL file is checked: read, parsed, judged, exact copies found and split in one
 * pass. Near-duplicates are a second one (doctor-near.ts), and both together check-command.ts.
 * `node bench/check-speed.ts [megabytes]` prints one JSON line; 1,000 megabytes where absent.
 */

export interface CheckFigures {
  megabytes: number;
  rows: number;
  seconds: number;
  megabytesPerSecond: number;
  /** The most memory the process held, threads included. */
  peakMegabytes: number;
  duplicates: number;
  leftOut: number;
  check: number;
}

const words =
  "the lighthouse keeper of the northern coast lit her lamp at dusk while boats came home over grey water and told the harbour what the wind had done to nets sails and men who never wrote a letter".split(
    " ",
  );

/** Writes believable rows up to a size: about 1,000 bytes each, every hundredth a copy, every thousandth broken. */
export function writeRows(
  path: string,
  bytes: number,
): { rows: number; copies: number; broken: number } {
  const file = openSync(path, "w");
  let state = 12345;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const sentence = (length: number): string =>
    Array.from({ length }, () => words[random(words.length)]).join(" ");
  let written = 0;
  let rows = 0;
  let copies = 0;
  let broken = 0;
  let previous = "";
  try {
    while (written < bytes) {
      let piece = "";
      for (let line = 0; line < 1000; line += 1) {
        rows += 1;
        if (rows % 1000 === 0) {
          broken += 1;
          piece += `{"messages": [{"role": "user", "content": "${sentence(20)}\n`;
          continue;
        }
        if (rows % 100 === 0) copies += 1;
        else {
          const question = { role: "user", content: `Question ${rows}: ${sentence(30)}?` };
          const answer = { role: "assistant", content: `${sentence(140)} – “${rows}”.` };
          previous = JSON.stringify({ messages: [question, answer], id: rows });
        }
        piece += `${previous}\n`;
      }
      written += writeSync(file, piece);
    }
  } finally {
    closeSync(file);
  }
  return { rows, copies, broken };
}

/** Checks a file in this process. */
async function measureCheck(path: string, bytes: number): Promise<CheckFigures> {
  const begin = performance.now();
  const source = { name: "rows.jsonl", role: "train" as const, path };
  const { ledger, duplicates } = await placeRows([source], { seed: 42, near: noPairs });
  const seconds = (performance.now() - begin) / 1000;
  return {
    megabytes: Math.round(bytes / 1e6),
    rows: ledger.rows,
    seconds,
    megabytesPerSecond: bytes / 1e6 / seconds,
    peakMegabytes: process.resourceUsage().maxRSS / 1000,
    duplicates,
    leftOut: ledger.leftOut,
    check: ledger.check,
  };
}

/** Writes a file of that size and checks it in a process of its own, whose memory is measured. */
export function benchCheck(megabytes: number): CheckFigures & { reached: boolean } {
  const folder = mkdtempSync(join(tmpdir(), "tunesmith-check-"));
  try {
    const path = join(folder, "rows.jsonl");
    const wrote = writeRows(path, megabytes * 1e6);
    const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), "--measure", path], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
    const figures = JSON.parse(child.stdout) as CheckFigures;
    const { rows, duplicates, leftOut } = figures;
    if (rows !== wrote.rows || duplicates !== wrote.copies || leftOut !== wrote.broken) {
      throw new Error(`counted ${JSON.stringify(figures)}, wrote ${JSON.stringify(wrote)}`);
    }
    const reached = figures.megabytesPerSecond >= 40 && figures.peakMegabytes < 500;
    return { ...figures, reached };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , first, path] = process.argv;
  if (first === "--measure" && path !== undefined) {
    const { statSync } = await import("node:fs");
    console.log(JSON.stringify(await measureCheck(path, statSync(path).size)));
  } else {
    const figures = benchCheck(Number(first ?? 1000));
    console.log(JSON.stringify({ bench: "check", ...figures }));
    process.exitCode = figures.reached ? 0 : 1;
  }
}
