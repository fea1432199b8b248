import { useTranslation } from "react-i18next";
import { bodySentence } from "#contract/body-sentence.ts";
import type { RunSpec, RunState } from "#contract/run.ts";
import { useFormat } from "../../i18n/format.ts";
import type { PageLanguage } from "../../i18n/index.ts";

type StageState = RunState["stages"][number];
type Run = { spec: RunSpec; state: RunState };

const evaluations = ["base", "tuned"] as const;
const byteSteps = ["sha256", "hash", "upload"] as const;
const units = ["rows", "steps", "tensors", "checks"] as const;

/** What a stage is doing, or what it found; undefined where it has said nothing. */
export function useStageNote({ spec, state }: Run): (stage: StageState) => string | undefined {
  const { t, i18n } = useTranslation("run");
  const format = useFormat();

  function doing({ stage, done, total, unit, note }: StageState): string | undefined {
    if (stage === "train") return training();
    if (done === null || total === null) return undefined;
    if (unit === "bytes") {
      const shown = { done: format.bytes(done), total: format.bytes(total) };
      const step = byteSteps.find((one) => one === note);
      return step ? t(`note_${step}`, shown) : t("note_unit_bytes", shown);
    }
    const shown = { done: format.number(done), total: format.number(total) };
    if (note?.startsWith("rehearsal")) return t("note_rehearsal", shown);
    const evaluated = evaluations.find((one) => one === note);
    if (stage === "evaluate" && evaluated) return t(`note_evaluate_${evaluated}`, shown);
    const known = units.find((one) => one === unit);
    return known ? t(`note_unit_${known}`, shown) : `${shown.done} / ${shown.total}`;
  }

  function training(): string | undefined {
    if (state.totalSteps === 0) return undefined;
    const passes = Number(spec.training["num_train_epochs"]);
    return t("note_passes", {
      pass: format.number(Math.max(1, Math.min(passes, Math.ceil(state.epoch)))),
      passes: format.number(passes),
      step: format.number(state.step),
      total: format.number(state.totalSteps),
    });
  }

  function found({ stage, result }: StageState): string | undefined {
    if (!result) return undefined;
    if (result["reused"] === true) return t("note_reused");
    const text = (key: string) => (typeof result[key] === "string" ? result[key] : undefined);
    const number = (key: string) => (typeof result[key] === "number" ? result[key] : undefined);
    const bytes = number("bytes");
    switch (stage) {
      case "detect_device":
        return [text("name"), spec.precision.mode].filter(Boolean).join(", ");
      case "import_libraries":
        return Object.entries(result)
          .slice(0, 2)
          .map(([name, version]) => `${name} ${String(version)}`)
          .join(", ");
      case "load_model":
        return t("note_parameters", {
          size: format.compact(number("parameters") ?? 0),
          dtype: (text("dtype") ?? "").replace("torch.", ""),
        });
      case "setup_lora":
        return t("note_trainable", { size: format.compact(number("trainable") ?? 0) });
      case "tokenize":
        return t("note_rows", {
          rows: format.number(number("rows") ?? 0),
          check: format.number(number("checkRows") ?? 0),
        });
      case "train":
        return t("note_steps", {
          steps: format.number(number("steps") ?? 0),
          loss: state.loss === null ? "–" : format.number(state.loss, 2),
        });
      case "evaluate":
        return number("rows") === undefined
          ? undefined
          : t("note_unit_rows", {
              done: format.number(number("rows") ?? 0),
              total: format.number(number("rows") ?? 0),
            });
      case "convert_gguf":
      case "quantize_gguf":
        return [text("format"), bytes === undefined ? undefined : format.bytes(bytes)]
          .filter(Boolean)
          .join(", ");
      case "register_ollama":
      case "verify_ollama":
        return [text("name"), text("ollamaVersion")].filter(Boolean).join(", Ollama ");
      case "merge_lora":
      case "create_modelfile":
        return undefined;
    }
  }

  return (stage) => {
    if (stage.reason) return bodySentence(stage.reason, i18n.language as PageLanguage);
    if (stage.status === "running") return doing(stage);
    return stage.status === "finished" ? found(stage) : undefined;
  };
}
