import { appendFileSync } from "node:fs";
import { memoryPhases } from "../../src/contract/memory.ts";
import { tunesmithHome } from "../../src/core/home.ts";
import { calibration, test } from "./configurations.ts";
import { measure } from "./measure.ts";

/*
 * `node bench/memory/main.ts [calibration|test] [name part]`: the estimate against the peak that the
 * trainer reached, one configuration after the other. Prints JSON lines.
 */

const [which = "test", part = ""] = process.argv.slice(2);
const errors: number[] = [];
for (const configuration of which === "test" ? test : calibration) {
  if (!configuration.name.includes(part)) continue;
  const { estimate, bytes, seconds, spec, shape } = await measure(configuration, tunesmithHome());
  const measured = Math.max(...Object.values(bytes));
  const error = estimate.peakBytes / measured - 1;
  errors.push(error);
  const phases = Object.fromEntries(
    memoryPhases.map((phase) => {
      const planned = estimate.phases.find((each) => each.phase === phase)?.bytes ?? 0;
      return [phase, [mebibytes(planned), mebibytes(bytes[phase] ?? 0)]];
    }),
  );
  const parts = Object.fromEntries(
    estimate.parts.map((each) => [each.part, mebibytes(each.bytes)]),
  );
  const { name } = configuration;
  const result = { name, error: percent(error), phases, parts, seconds: Math.round(seconds) };
  console.log(JSON.stringify(result));
  if (process.env["DUMP"])
    appendFileSync(process.env["DUMP"], JSON.stringify({ name, spec, shape, bytes }) + "\n");
}
const sizes = errors.map(Math.abs).sort((a, b) => a - b);
const ninetieth = sizes[Math.ceil(0.9 * sizes.length) - 1] ?? Number.NaN;
const lowest = Math.min(...errors);
console.log(
  JSON.stringify({
    bench: `memory-${which}`,
    configurations: errors.length,
    ninetiethPercentileError: percent(ninetieth),
    lowest: percent(lowest),
    highest: percent(Math.max(...errors)),
    reached: ninetieth <= 0.1 && lowest >= -0.05,
  }),
);

function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

function percent(share: number): number {
  return Math.round(share * 1000) / 10;
}
