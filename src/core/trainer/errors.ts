import { AppError, isErrorCode } from "#contract/errors.ts";
import type { ErrorBody, ErrorCode, ErrorParams } from "#contract/errors.ts";

type Translation = (params: ErrorParams) => [ErrorCode, ErrorParams];

const text = (value: ErrorParams[string] | undefined): string => String(value ?? "");
const inConfig =
  (file: string, detail: (params: ErrorParams) => string): Translation =>
  (params) => ["model_config_invalid", { file, detail: detail(params) }];
const inFolder =
  (code: ErrorCode): Translation =>
  ({ folder, ...rest }) => [code, { ...rest, path: text(folder) }];

/** The trainer's codes for which the contract has another code or other parameters. */
const translations: Record<string, Translation> = {
  model_not_found: inFolder("model_not_found"),
  model_no_tokenizer: inFolder("model_no_tokenizer"),
  model_no_weights: inFolder("model_no_weights"),
  model_no_template: inFolder("model_no_template"),
  model_pickle_only: ({ folder, files }) => [
    "model_pickle_only",
    { path: text(folder), file: text(files) },
  ],
  model_no_config: inConfig("config.json", () => "it is missing"),
  model_tokenizer_unreadable: ({ file, detail }) => [
    "model_config_invalid",
    { file: text(file), detail: text(detail) },
  ],
  model_config_unreadable: ({ file, detail }) => [
    "model_config_invalid",
    { file: text(file), detail: text(detail) },
  ],
  model_weights_unreadable: ({ file, detail }) => [
    "model_config_invalid",
    { file: text(file), detail: text(detail) },
  ],
  model_weights_incomplete: inConfig(
    "*.safetensors",
    ({ count, first }) => `${text(count)} tensors are missing, ${text(first)} first`,
  ),
  template_failed: inConfig("The chat template", ({ detail }) => text(detail)),
  template_ambiguous: inConfig(
    "The chat template",
    () => "there are several, and none is called default",
  ),
};

/** What a short command of the trainer reported, as an error of the contract. */
export function trainerError({ code, params, message }: ErrorBody, model?: string): AppError {
  const translated = translations[code]?.(params);
  if (translated) return new AppError(...translated);
  if (code === "model_unknown_architecture") {
    return new AppError(code, { ...params, path: model ?? "the model's folder" });
  }
  const own = isErrorCode(code) ? new AppError(code, params) : undefined;
  // The same code may have other parameters there; a sentence with gaps helps nobody.
  if (own && !/\{\w+\}/.test(own.message)) return own;
  return new AppError("trainer_refused", { detail: message });
}
