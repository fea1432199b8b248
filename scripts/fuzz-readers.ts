import { fuzzReaders } from "../src/core/datasets/formats/testing/fuzz.ts";

/*
 * `node scripts/fuzz-readers.ts [files] [seed] [folder for faulty files]`: reads damaged files of
 * every format; 10,000 where absent. Prints the seed, what was refused, and each fault.
 */

const [files = "10000", seed = String(Math.floor(Math.random() * 2 ** 31)), keep] =
  process.argv.slice(2);
console.log(JSON.stringify({ files: Number(files), seed: Number(seed) }));
const report = await fuzzReaders(Number(files), Number(seed), {
  python: process.env["TUNESMITH_PYTHON"] ?? "python3",
  ...(keep !== undefined && { keep }),
});
for (const fault of report.faults) console.log(fault);
console.log(JSON.stringify({ ...report, faults: report.faults.length }));
process.exitCode = report.faults.length === 0 ? 0 : 1;
