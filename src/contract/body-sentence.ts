import { decisionSentence, isDecisionCode } from "./decisions.ts";
import { errorSentence, isErrorCode } from "./error-sentence.ts";
import type { ErrorBody, Language } from "./errors.ts";
import { evidenceSentence, isEvidenceCode } from "./format-evidence.ts";
import { isToolProofCode, toolProofSentence } from "./tool-proof.ts";

/**
 * The sentence of an error, a decision, a file's evidence or a row with tools in a person's language;
 * what has no code of the contract, such as the trainer's own decisions, keeps its English message.
 */
export function bodySentence({ code, params, message }: ErrorBody, language: Language): string {
  if (isErrorCode(code)) return errorSentence(code, params, language);
  if (isEvidenceCode(code)) return evidenceSentence(code, params, language);
  if (isToolProofCode(code)) return toolProofSentence(code, params, language);
  return isDecisionCode(code) ? decisionSentence(code, params, language) : message;
}
