import { decisionSentencesEn } from "./decisions.en.ts";
import type { ErrorBody, ErrorParams } from "./errors.ts";

/** What planning can decide. The trainer has codes of its own, which come with their sentence. */
export type DecisionCode = keyof typeof decisionSentencesEn;

/** One decision, in the form that errors have, too. */
export function decision(code: DecisionCode, params: ErrorParams = {}): ErrorBody {
  const message = decisionSentencesEn[code].replace(/\{(\w+)\}/g, (mark, name: string) => {
    const value = params[name];
    return value === undefined ? mark : String(value);
  });
  return { code, params, message };
}
