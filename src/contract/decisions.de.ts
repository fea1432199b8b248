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
  four_bit_agreed:
    "Die Gewichte werden in 4 Bit geladen, wie erlaubt: Selbst mit den kleinsten Batches würden etwa {needed} gebraucht, und {free} sind frei. So werden es etwa {reduced}.",
  four_bit_impossible:
    "Die Gewichte in 4 Bit zu laden, was weniger Speicher braucht, ist hier nicht möglich: {detail}.",
  memory_planned: "Etwa {needed} Speicher werden gebraucht, und {free} sind frei.",
  memory_short:
    "Etwa {needed} Speicher werden gebraucht, und {free} sind frei: Er kann ausgehen. Dann werden von selbst kleinere Teilstapel und das Neuberechnen der Aktivierungen versucht.",
  target_modules_all: "LoRA setzt an jeder linearen Schicht dieses Modells an: {modules}.",
  bias_without_effect:
    "bias = {bias} bewirkt hier nichts: Dieses Modell hat keine konstanten Anteile.",
  output_quantization_auto:
    "Das Ausgabeformat ist {format}: Das Modell hat {parameters} Parameter, und die Grenze für q8_0 liegt bei 3.000.000.000.",
  mirostat_ignored: "Heutige Fassungen von Ollama lesen mirostat und beachten es nicht.",
  system_added:
    "{rows|Zeile ohne Systemprompt hat|Zeilen ohne Systemprompt haben} den bekommen, der später benutzt wird.",
  system_rejected:
    "Die Vorlage dieses Modells nimmt keinen Systemprompt an: Die Zeilen werden ohne einen trainiert.",
  system_differs:
    "{rows|Zeile hat|Zeilen haben} einen eigenen Systemprompt, einen anderen als den später benutzten.",
  check_file: "Gemessen wird das Ergebnis an {rows|Zeile|Zeilen} der Prüfdateien.",
  check_split:
    "{rows|Zeile wurde|Zeilen wurden} zurückgehalten ({share} %), um das Ergebnis zu messen, und nicht gelernt.",
  check_too_few:
    "{rows|Zeile ist zu wenig|Zeilen sind zu wenige}, um welche zurückzuhalten: An nicht gelernten Zeilen wird nichts gemessen.",
  check_emptied:
    "Keine Zeile der Prüfdateien ist zu gebrauchen: An nicht gelernten Zeilen wird nichts gemessen.",
  rows_left_out: "Von {rows|Zeile|Zeilen} weggelassen: {leftOut}.",
  rows_shortened:
    "{shortened|Zeile wurde|Zeilen wurden} auf max_length gekürzt; das Verzeichnis nennt sie.",
  check_overlap:
    "{rows|Zeile steht auch in den Prüfdateien und wurde|Zeilen stehen auch in den Prüfdateien und wurden} beim Training weggelassen.",
  duplicates: "{rows|Zeile ist eine genaue Kopie einer anderen|Zeilen sind genaue Kopien anderer}.",
  packing_lowered: "Packing ist aus: Mit ihm gäbe es nur {steps|Schritt|Schritte} des Optimierers.",
  accumulation_lowered:
    "gradient_accumulation_steps ist {value} statt {default}, damit es mehr Schritte des Optimierers gibt.",
  batch_lowered:
    "per_device_train_batch_size ist {value} statt {default}, damit es mehr Schritte des Optimierers gibt.",
  few_steps:
    "Nur {steps|Schritt|Schritte} des Optimierers: zu wenig, um viel zu lernen. Zeilen hinzufügen oder num_train_epochs erhöhen.",
  steps_planned:
    "{steps|Schritt|Schritte} des Optimierers: {epochs|Durchgang|Durchgänge} zu je {perEpoch}.",
  exports_best:
    "Ausgegeben wird der Zwischenstand mit dem kleinsten Fehler auf zurückgehaltenen Zeilen.",
  exports_last: "Ausgegeben wird der letzte Zwischenstand.",
  early_stopping_without_check:
    "Early Stopping braucht Prüfzeilen; es gibt keine, also ist es aus.",
  target_name_taken:
    "In Ollama gibt es schon ein Modell namens {name}, das bleibt: Dieses wird {free} heißen.",
  trial_hopeless:
    "Vorzeitig beendet: Nach {share} % der Schritte ist der Fehler auf den Prüfzeilen {loss}, schlechter als beim üblichen fertigen Versuch dieser Reihe.",
  defaults_applied: "Übernommene Vorgaben: {settings}.",

  // What the trainer decides and warns of.
  device: "Trainiert wird auf {name} ({type}) mit {threads} Threads.",
  precision:
    "Zahlenformat {mode}: eingefrorene Gewichte in {weights}, trainierte in float32. {reason}",
  bitsandbytes_left_out: "bitsandbytes wird nicht geladen, weil dieser Lauf nichts davon benutzt.",
  attention_eager:
    "Für diese Bauart hat PyTorch keine schnelle Attention: Die einfache wird benutzt.",
  four_bit:
    "Eingefrorene lineare Schichten liegen in 4 Bit ({quant_type}, doppelte Quantisierung {double}, gerechnet in {compute}).",
  trainable:
    "{trainable} von {total} Parametern werden trainiert ({share} %): LoRA vom Rang {r} auf {targets}.",
  modules_to_save: "Ganz trainiert werden außerdem: {modules}.",
  weights_stay_tied:
    "Eingangs- und Ausgangs-Embeddings sind in diesem Modell ein Tensor und bleiben es.",
  gradient_checkpointing:
    "Gradient Checkpointing spart Speicher, indem es Zwischenwerte zweimal berechnet.",
  gradient_checkpointing_unsupported:
    "{architecture} kann kein Gradient Checkpointing: Es bleibt aus.",
  mask: "Die Antworten wurden in {rows} Zeilen gefunden (Verfahren {mode}).",
  mask_last:
    "In {rows} Zeilen wird nur die letzte Antwort gelernt: Diese Vorlage gibt frühere Antworten anders wieder.",
  train_on_everything: "Alle Tokens werden gelernt, nicht nur Antworten.",
  stop_tokens: "Eine Antwort endet mit {end}; beim Antworten beendet auch {all}.",
  thinking: "Der Denkschalter der Vorlage steht fest auf {thinking}, wie es die Beispiele haben.",
  clock: "Die Vorlage schreibt das Datum: Es steht fest auf {day}.",
  packing_effect:
    "Packing: {rows} Zeilen ({tokens} Tokens) in {packs} Packungen zu {capacity}, {unused} % ungenutzt.",
  packing_not_exact:
    "Packing ist ausgeschaltet: In {architecture} würden die Zeilen einer Packung einander sehen.",
  no_packing:
    "Kein Packing: {rows} Zeilen ({tokens} Tokens), {padding} % der Arbeit ist Auffüllung.",
  optimizer_steps:
    "{steps} Optimierungsschritte in {epochs} Durchgängen zu je {per_epoch}, davon {warmup} zum Aufwärmen.",
  warmup_ignored: "Der konstante Zeitplan hat kein Aufwärmen: warmup_ratio {ratio} bewirkt nichts.",
  optimizer:
    "Optimierer {optim}, Lernrate {learning_rate}, Zeitplan {schedule}, Weight Decay {weight_decay}.",
  paged_optimizer_unpaged: "Auslagern braucht ein CUDA-Gerät: Der 8-Bit-Optimierer läuft ohne.",
  learned_tokens: "{learned} von {tokens} Tokens werden gelernt ({share} %): {train_on}.",
  neftune: "NEFTune mischt beim Training Rauschen der Stärke {alpha} in die Eingangs-Embeddings.",
  rehearsed:
    "Einarbeiten, Umwandeln, Quantisieren und Ollama {version} wurden vor dem Training am unberührten Modell erprobt: alles gelang, in {seconds} s.",
  rehearsed_without_ollama:
    "Einarbeiten, Umwandeln und Quantisieren wurden vor dem Training am unberührten Modell erprobt und gelangen, in {seconds} s. Ollama blieb außen vor: {reason}",
  rehearsal_known:
    "Was auf das Training folgt, gelang früher schon mit diesem Modell, diesen Einstellungen und diesen Versionen: Es wird nicht noch einmal erprobt.",
  answers_limited: "{answered} von {rows} Prüfzeilen werden beantwortet und bewertet.",
  gguf_unicode_form:
    "Der Tokenizer dieses Modells bringt Text zuerst in die Form {form}, Ollama nicht: Zerlegte Akzente werden dort anders gelesen.",
  gguf_stop_unknown:
    "llama.cpp hört bei {tokens} nicht von selbst auf; das stop des Modelfiles tut es.",
  quantize_fallback:
    "{count} Tensoren passen nicht in Blöcke von 256 und bekamen einen größeren Typ als {format}: zuerst {tensor} (Zeilen von {row}), als {type}.",
  not_finite: "Das Ereignis {event} enthielt Zahlen, die nicht endlich sind: {fields}.",
  checkpoint_torn: "Der Zwischenstand {folder} ist beschädigt und wird übergangen.",
  learning_rate_changed:
    "Nach Schritt {step} ist die Lernrate {value} statt {before}, wie gewünscht. Das Ergebnis gleicht nicht mehr dem eines Laufs mit den Einstellungen, mit denen dieser begann.",
  load_in_4bit_changed:
    "Die eingefrorenen Gewichte werden in 4 Bit geladen, wie erlaubt: Sonst reicht der Speicher nicht. Das Ergebnis weicht von dem eines Laufs in voller Genauigkeit ab.",
  steps_differ: "{actual} Optimierungsschritte statt der {planned} geplanten.",
  memory_allocator:
    "Bei Schritt {step} ging der Speicher aus: Freigegebener Speicher geht jetzt sofort ans System zurück. Das kostet Zeit; das Ergebnis bleibt Bit für Bit dasselbe.",
  memory_micro_batch:
    "Bei Schritt {step} ging der Speicher aus: {size} statt {before} Zeilen oder Pakete auf einmal, {accumulation}-mal je Schritt, sodass die wirksame Batchgröße bei {effective} bleibt. Von hier an ist das Ergebnis nicht mehr bitgleich mit dem eines ungestörten Laufs.",
  memory_checkpointing:
    "Bei Schritt {step} ging der Speicher aus: Aktivierungen werden nicht mehr behalten, sondern zweimal berechnet. Von hier an ist das Ergebnis nicht mehr bitgleich mit dem eines ungestörten Laufs.",
  memory_evaluation_batch:
    "Beim Auswerten ging der Speicher aus: {rows} Zeilen auf einmal werden versucht.",
  threads_fewer: "Dieses Gerät bietet {cores} Kerne, weniger als die {threads} geplanten Threads.",
} as const satisfies Record<keyof typeof decisionSentencesEn, string>;
