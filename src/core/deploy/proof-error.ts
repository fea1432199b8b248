import { AppError } from "#contract/errors.ts";
import { oldestOllama } from "./find.ts";
import type { Finding } from "./prove.ts";

/** Why a model is not proven, as one sentence: the known cause, else the first difference. */
export function proofError(
  finding: Pick<Finding, "cause" | "firstDifference" | "settings">,
  name: string,
  version: string,
): AppError {
  const { cause, firstDifference: difference } = finding;
  if (cause) return new AppError(cause, { name, version, minimum: oldestOllama });
  const [setting] = finding.settings.differences;
  if (!difference) {
    return new AppError("ollama_settings_differ", {
      name,
      version,
      key: setting?.key ?? "",
      sent: JSON.stringify(setting?.sent ?? null),
      got: JSON.stringify(setting?.got ?? null),
    });
  }
  const { conversation, detail } = difference;
  if (difference.kind === "refused") {
    return new AppError("ollama_refused_prompt", { name, version, conversation, detail });
  }
  const isAnswer = difference.kind === "answer";
  const text = (token: typeof difference.expected): string => JSON.stringify(token?.text ?? "");
  return new AppError(isAnswer ? "ollama_answer_differs" : "ollama_prompt_differs", {
    name,
    version,
    conversation,
    index: difference.index,
    expected: detail?.split(" / ")[0] ?? text(difference.expected),
    got: detail?.split(" / ")[1] ?? text(difference.got),
    before: difference.before.join(""),
  });
}
