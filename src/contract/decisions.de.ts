import type { decisionSentencesEn } from "./decisions.en.ts";

/** What the planning of a run decided by itself, or has to say before the start; German. */
export const decisionSentencesDe = {
  precision_automatic: "Zahlenformat, von selbst gewählt: {reason}.",
  precision_chosen: "Zahlenformat, wie eingestellt: {reason}.",
  precision_fallback:
    "Eingestellt ist {wanted}, aber {device} kann nicht damit rechnen: Benutzt wird {mode}.",
  compute_dtype_fallback:
    "Das Gerät {device} kann nicht in {wanted} rechnen: 4-Bit-Schichten rechnen in {chosen}.",
  four_bit_off:
    "In 4 Bit zu laden ist auf {device} nicht möglich: Die Gewichte werden ganz geladen.",
  optimizer_unpaged:
    "{wanted} lagert in den Arbeitsspeicher neben einem CUDA-Gerät aus; ohne ein solches wird {chosen} benutzt.",
  optimizer_fallback: "{wanted} läuft nicht auf {device}: Benutzt wird {chosen}.",
  max_length_covers: "max_length ist {length}: Das fasst {share} % der Zeilen.",
  max_length_positions:
    "max_length ist {length} statt {wanted}: Das Modell kennt nur {positions} Positionen.",
  num_ctx_positions:
    "num_ctx ist {length}, aber das Modell kennt nur {positions} Positionen: Längere Gespräche misslingen.",
  num_ctx_below_rows:
    "num_ctx ist {length} und damit kürzer als die längste Trainingszeile ({tokens} Tokens).",
  checkpointing_memory:
    "Gradient Checkpointing ist an: Ohne es wären etwa {needed} nötig, und {free} sind frei.",
  target_modules_all: "LoRA setzt an jeder linearen Schicht dieses Modells an: {modules}.",
  bias_without_effect:
    "bias = {bias} bewirkt hier nichts: Dieses Modell hat keine konstanten Anteile.",
  output_quantization_auto:
    "Das Ausgabeformat ist {format}: Das Modell hat {parameters} Parameter, und die Grenze für q8_0 liegt bei 3.000.000.000.",
  mirostat_ignored: "Heutige Fassungen von Ollama lesen mirostat und beachten es nicht.",
  system_added: "{rows} Zeilen ohne Systemprompt haben den bekommen, der später benutzt wird.",
  system_rejected:
    "Die Vorlage dieses Modells nimmt keinen Systemprompt an: Die Zeilen werden ohne einen trainiert.",
  system_differs:
    "{rows} Zeilen haben einen eigenen Systemprompt, einen anderen als den später benutzten.",
  check_file: "Die {rows} Zeilen der Prüfdateien messen das Ergebnis.",
  check_split:
    "{rows} Zeilen ({share} %) wurden zurückgehalten, um das Ergebnis zu messen; sie werden nicht gelernt.",
  check_too_few:
    "{rows} Zeilen sind zu wenige, um welche zurückzuhalten: An nicht gelernten Zeilen wird nichts gemessen.",
  check_emptied:
    "Keine Zeile der Prüfdateien ist zu gebrauchen: An nicht gelernten Zeilen wird nichts gemessen.",
  rows_left_out: "{leftOut} von {rows} Zeilen wurden weggelassen.",
  check_overlap:
    "{rows} Zeilen stehen auch in den Prüfdateien und wurden beim Training weggelassen.",
  duplicates: "{rows} Zeilen sind genaue Kopien anderer.",
  packing_lowered: "Packing ist aus: Mit ihm gäbe es nur {steps} Schritte des Optimierers.",
  accumulation_lowered:
    "gradient_accumulation_steps ist {value} statt {default}, damit es mehr Schritte des Optimierers gibt.",
  batch_lowered:
    "per_device_train_batch_size ist {value} statt {default}, damit es mehr Schritte des Optimierers gibt.",
  few_steps:
    "Nur {steps} Schritte des Optimierers: zu wenige, um viel zu lernen. Zeilen hinzufügen oder num_train_epochs erhöhen.",
  steps_planned: "{steps} Schritte des Optimierers: {epochs} Durchgänge zu je {perEpoch}.",
  exports_best:
    "Ausgegeben wird der Zwischenstand mit dem kleinsten Fehler auf zurückgehaltenen Zeilen.",
  exports_last: "Ausgegeben wird der letzte Zwischenstand.",
  early_stopping_without_check:
    "Early Stopping braucht Prüfzeilen; es gibt keine, also ist es aus.",
  target_name_taken:
    "In Ollama gibt es schon ein Modell namens {name}, das bleibt: Dieses wird {free} heißen.",
  defaults_applied: "Übernommene Vorgaben: {settings}.",
} as const satisfies Record<keyof typeof decisionSentencesEn, string>;
