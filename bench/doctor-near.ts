import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { addDataFile } from "../src/core/datasets/data-files.ts";
import { inDataThread } from "../src/core/datasets/data-thread.ts";
import { startNearDuplicates } from "../src/core/datasets/doctor/near/near-duplicates.ts";
import { english } from "../src/core/datasets/doctor/testing/planted/english.ts";
import { german } from "../src/core/datasets/doctor/testing/planted/german.ts";
import { makePair } from "../src/core/datasets/doctor/testing/planted/grammar.ts";
import { seeded } from "../src/core/datasets/doctor/testing/planted/random.ts";
import { scanFile } from "../src/core/datasets/scan.ts";
import { createProject } from "../src/core/projects/projects.ts";
import { openWorkspace } from "../src/core/workspace.ts";

/*
 * The second pass over a file of JSON lines, a kilobyte a row and 1,000 MB unless an argument says
 * otherwise: near-duplicates alone, or with --whole everything that the doctor looks for. One row in
 * a hundred is a reworded copy. Prints a JSON line with speed, peak memory, and how many were found.
 */

const whole = process.argv.includes("--whole");
const megabytes = Number(process.argv.find((argument) => /^\d+$/.test(argument)) ?? 1000);
const rowBytes = 1000;
const folder = await mkdtemp(join(tmpdir(), "tunesmith-bench-"));
const path = join(folder, "rows.jsonl");
let planted = 0;

function* lines(): Generator<string> {
  const random = seeded(4711);
  let bytes = 0;
  let earlier: { prompt: string; completion: string } | undefined;
  while (bytes < megabytes * 1e6) {
    const grammar = random.chance(0.5) ? english : german;
    let { question: prompt, answer: completion } = makePair(grammar, random);
    while (completion.length < rowBytes - prompt.length) {
      completion += ` ${makePair(grammar, random).answer} ${random.int(1000, 999_999)}.`;
    }
    if (earlier && random.chance(0.01)) {
      ({ prompt } = earlier);
      completion = `${earlier.completion} So it is.`;
      planted += 1;
    } else if (random.chance(0.01)) earlier = { prompt, completion };
    const line = `${JSON.stringify({ prompt, completion })}\n`;
    bytes += Buffer.byteLength(line);
    yield line;
  }
}

try {
  await pipeline(lines(), createWriteStream(path, { highWaterMark: 1 << 20 }));
  const { size } = await stat(path);
  if (whole) {
    const ws = await openWorkspace({ home: folder });
    // Without a model, so that no tokens are counted.
    await createProject(ws, { name: "Bench", model: join(folder, "no-model") });
    await addDataFile(ws, "bench", { name: "rows.jsonl", role: "train", path });
  }
  const source = { name: "rows.jsonl", role: "train" as const, path };
  const start = performance.now();
  const before = process.cpuUsage();
  let found = 0;
  let rows = 0;
  if (whole) {
    const report = await inDataThread("look", { home: folder, slug: "bench" });
    ({ rows } = report);
    for (const { code, count } of report.findings) {
      // Two copies of one row repeat each other word for word.
      if (/^(near|exact)_duplicate$/.test(code)) found += count;
    }
  } else {
    const near = startNearDuplicates();
    for await (const page of scanFile(path, source)) {
      for (const row of page) {
        if ("reason" in row) continue;
        near.add(row.messages.map(({ content }) => content).join("\n"));
        rows += 1;
      }
    }
    const { earlier } = await near.find();
    found = earlier.filter((other) => other >= 0).length;
  }
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  const cpuSeconds = (user + system) / 1e6;
  const perSecond = size / 1e6 / seconds;
  // In kilobytes on every system, as Node counts it.
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  const reached = perSecond >= 5 && peakBytes < 500e6;
  const measured = {
    rows,
    megabytes: Math.round(size / 1e6),
    seconds,
    cpuSeconds,
    perSecond,
    peakBytes,
  };
  console.log(
    JSON.stringify({ bench: "doctor-near", whole, ...measured, planted, found, reached }),
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
