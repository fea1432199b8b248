import { appendFile } from "node:fs/promises";
import { memoryPhases } from "../../src/contract/memory.ts";
import { tunesmithHome } from "../../src/core/home.ts";
import { calibration, test } from "./configurations.ts";
import type { Configuration } from "./configurations.ts";
import { measure, startTrainer } from "./measure.ts";

/*
 * `node bench/memory/main.ts [calibration|test] [part of a name] [file]`: the estimate against the
 * peak that training reached, one configuration after the other. Prints JSON lines; what was planned
 * and measured is appended to the file.
 */

const [which = "test", part = "", file] = process.argv.slice(2);
const needsLibrary = ({ quantization, training }: Configuration): boolean =>
  quantization?.["load_in_4bit"] === true || String(training?.["optim"]).endsWith("_8bit");
const errors: number[] = [];
for (const library of [false, true]) {
  const chosen = (which === "test" ? test : calibration)
    .filter(({ name }) => name.includes(part))
    .filter((configuration) => needsLibrary(configuration) === library);
  if (chosen.length === 0) continue;
  const trainer = await startTrainer(tunesmithHome(), library);
  for (const configuration of chosen) {
    const { spec, bytes, seconds } = await measure(configuration, trainer);
    const { name } = configuration;
    if (!spec.memory) throw new Error(`${name}: the model's sizes were not understood`);
    const error = spec.memory.peakBytes / Math.max(...Object.values(bytes)) - 1;
    errors.push(error);
    const phases = memoryPhases.map((phase) => {
      const planned = spec.memory?.phases.find((each) => each.phase === phase)?.bytes ?? 0;
      return [phase, [mebibytes(planned), mebibytes(bytes[phase] ?? 0)]];
    });
    const parts = spec.memory.parts.map((each) => [each.part, mebibytes(each.bytes)]);
    console.log(
      JSON.stringify({
        name,
        errorPercent: percent(error),
        mebibytes: Object.fromEntries(phases) as object,
        parts: Object.fromEntries(parts) as object,
        seconds: Math.round(seconds),
      }),
    );
    if (file) await appendFile(file, `${JSON.stringify({ name, spec, bytes })}\n`);
  }
  trainer.close();
}
const sizes = errors.map(Math.abs).sort((a, b) => a - b);
const ninetieth = sizes[Math.ceil(0.9 * sizes.length) - 1] ?? Number.NaN;
const lowest = Math.min(...errors);
console.log(
  JSON.stringify({
    bench: `memory-${which}`,
    configurations: errors.length,
    ninetiethPercentile: percent(ninetieth),
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
