import { AppError } from "#contract/errors.ts";
import { bodySentence } from "#contract/body-sentence.ts";
import { askYes, canAsk } from "./ask-yes.ts";
import type { Context } from "./context.ts";
import { wrap } from "./output/wrap.ts";

/**
 * Starts what may need consent to load in 4 bits; where it does, a person at the terminal is asked,
 * and it is started once more with it. Errors: four_bit_question where nobody can be asked, or says no.
 */
export async function startAsking<T>(
  { terminal }: Context,
  allow4bit: boolean | undefined,
  start: (allow4bit: boolean | undefined) => Promise<T>,
): Promise<T> {
  try {
    return await start(allow4bit);
  } catch (error) {
    const asked = error instanceof AppError && error.code === "four_bit_question";
    if (!asked || !canAsk(terminal)) throw error;
    terminal.say(wrap(terminal, bodySentence(error.toBody(), terminal.language)));
    if (!(await askYes("Load the weights in 4 bits?"))) throw error;
    return start(true);
  }
}
