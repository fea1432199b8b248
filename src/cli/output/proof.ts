import { readFile } from "node:fs/promises";
import { proofSchema, type Proof } from "#contract/ollama-proof.ts";
import { proofFile } from "#core/deploy/deploy.ts";
import { proofError } from "#core/deploy/proof-error.ts";
import { isMissing } from "#core/files/error-code.ts";
import { bodySentence } from "#contract/body-sentence.ts";
import { toolSummary } from "#contract/tool-proof.ts";
import { printable, type Terminal } from "#cli/terminal.ts";
import { percent } from "./format.ts";
import { wrap } from "./wrap.ts";

/** So many rows are named with what sets them apart in Ollama. */
const shownRows = 3;

/** Prints what a real Ollama was asked, and whether it gave what training used. */
export function printProof(terminal: Terminal, proof: Proof): void {
  const { style, language } = terminal;
  if (!proof.proven) {
    const error = proofError(proof, proof.name, proof.ollamaVersion).toBody();
    terminal.say(style("red", wrap(terminal, bodySentence(error, language))));
    return;
  }
  terminal.say(style("green", `Proven in Ollama ${proof.ollamaVersion} as ${proof.name}.`));
  const { prompts, tokenCounts, answers, settings, stops } = proof;
  const share = ({ equal, total }: { equal: number; total: number }) => `${equal} of ${total}`;
  const ties = answers.nearTies > 0 ? `, ${answers.nearTies} of them near-ties` : "";
  terminal.say(
    `  equal: prompts ${share(prompts)}, token counts ${share(tokenCounts)}, answers ${share(answers)}${ties}, settings ${share(settings)}`,
  );
  printTools(terminal, proof);
  if (stops) terminal.say(`  stops by itself: ${percent(stops.stopped / stops.total)}`);
}

/** What is proven of rows with tools, and the causes of those that differ, in how many rows each. */
function printTools(terminal: Terminal, proof: Proof): void {
  const summary = toolSummary(proof);
  if (!summary) return;
  const say = (text: string): void => terminal.say(wrap(terminal, text));
  say(`  ${bodySentence(summary, terminal.language)}`);
  const rows = new Map<string, string[]>();
  for (const { id, causes } of proof.toolProof?.differing ?? []) {
    const why = causes.map((cause) => bodySentence(cause, terminal.language)).join(" ");
    rows.set(why, [...(rows.get(why) ?? []), id]);
  }
  for (const [why, ids] of rows) {
    const more = ids.length > shownRows ? ", …" : "";
    say(`    ${printable(why)} (${printable(ids.slice(0, shownRows).join(", "))}${more})`);
  }
}

/** The proof of a run; undefined where it was never tried. */
export async function readProof(runFolder: string): Promise<Proof | undefined> {
  try {
    return proofSchema.parse(JSON.parse(await readFile(proofFile(runFolder), "utf8")));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
