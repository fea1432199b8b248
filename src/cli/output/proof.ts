import { readFile } from "node:fs/promises";
import { proofSchema, type Proof } from "#contract/ollama-proof.ts";
import { proofFile } from "#core/deploy/deploy.ts";
import { proofError } from "#core/deploy/proof-error.ts";
import { isMissing } from "#core/files/error-code.ts";
import { bodySentence } from "#contract/body-sentence.ts";
import type { Terminal } from "#cli/terminal.ts";
import { percent, plural } from "./format.ts";
import { wrap } from "./wrap.ts";

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
  if (proof.toolRows !== undefined) {
    const rows = plural(proof.toolRows, "row");
    const text = `  not proven: tools. ${rows} of this run use them; Ollama writes tools in its own form.`;
    terminal.say(wrap(terminal, text));
  }
  if (stops) terminal.say(`  stops by itself: ${percent(stops.stopped / stops.total)}`);
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
