import { decisionSentence, isDecisionCode } from "./decisions.ts";
import { errorSentence, isErrorCode } from "./error-sentence.ts";
import type { ErrorBody, Language } from "./errors.ts";
import { evidenceSentence, isEvidenceCode } from "./format-evidence.ts";

/**
 * The sentence of an error, a decision or a file's evidence in a person's language; what has no code of the contract,
 * such as the trainer's own decisions, keeps its English message.
 */
export function bodySentence({ code, params, message }: ErrorBody, language: Language): string {
  if (isErrorCode(code)) return errorSentence(code, params, language);
  if (isEvidenceCode(code)) return evidenceSentence(code, params, language);
  return isDecisionCode(code) ? decisionSentence(code, params, language) : message;
}
