import type { MemoryEstimate, MemoryPart } from "#contract/memory.ts";
import type { Language } from "#contract/sentence.ts";
import type { Terminal } from "#cli/terminal.ts";
import { bytes, plural } from "./format.ts";
import { renderTable } from "./table.ts";

const words: Record<Language, Record<MemoryPart, string> & Record<"part" | "needed", string>> = {
  en: {
    part: "Memory",
    needed: "Needed",
    runtime: "libraries",
    weights: "weights",
    adapter: "adapter",
    gradients: "gradients",
    optimizer: "optimizer",
    activations: "activations",
    logits: "logits",
  },
  de: {
    part: "Speicher",
    needed: "Bedarf",
    runtime: "Bibliotheken",
    weights: "Gewichte",
    adapter: "Adapter",
    gradients: "Gradienten",
    optimizer: "Optimierer",
    activations: "Aktivierungen",
    logits: "Logits",
  },
};

/** Prints the estimate by part and, where it is not comfortable, what would need less. */
export function printMemory(terminal: Terminal, estimate: MemoryEstimate): void {
  const { [terminal.language]: names } = words;
  const german = terminal.language === "de";
  const { parts, peakBytes, freeBytes, correction, remedies, verdict } = estimate;
  const rows = parts
    .filter(({ bytes: held }) => held > 0)
    .map(({ part, bytes: held }) => [names[part], bytes(held)]);
  terminal.say(renderTable([{ title: names.part }, { title: names.needed }], rows, terminal.width));
  const free = german ? "frei" : "free";
  const learned =
    correction.measurements === 0
      ? ""
      : german
        ? `; berichtigt nach ${correction.measurements} ${correction.measurements === 1 ? "Messung" : "Messungen"}`
        : `; corrected by ${plural(correction.measurements, "measurement")}`;
  terminal.say(`= ${bytes(peakBytes)}, ${bytes(freeBytes)} ${free}${learned}`);
  if (verdict === "fits") return;
  for (const { key, value, peakBytes: then } of remedies) {
    terminal.say(`  --set ${key}=${value}: ${bytes(then)}`);
  }
}
