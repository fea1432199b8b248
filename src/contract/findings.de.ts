import type { findingSentencesEn, fixLabelsEn } from "./findings.en.ts";

/** What the doctor finds in the examples: what is wrong, what it does to a model. German. */
export const findingSentencesDe = {
  placeholder_answer:
    "{rows|Zeile hat|Zeilen haben} eine leere Antwort oder einen Platzhalter. Leere werden ohnehin ausgelassen; an Platzhaltern lernte das Modell, nichts zu antworten.",
  refusal:
    "{rows|Antwort verweigert|Antworten verweigern} die Hilfe. Ein Modell lernt daraus schnell, alles zu verweigern.",
  exact_duplicate:
    "{rows|Zeile wiederholt|Zeilen wiederholen} eine frühere Wort für Wort. Was doppelt dasteht, wird doppelt so stark gelernt.",
  near_duplicate:
    "{rows|Zeile weicht|Zeilen weichen} nur in wenigen Wörtern von einer früheren ab.",
  check_overlap:
    "{rows|Trainingszeile gleicht|Trainingszeilen gleichen} ganz oder fast einer Zeile der Prüfdateien. Das Ergebnis sähe besser aus, als es ist.",
  conflicting_answers:
    "{questions|Frage hat|Fragen haben} verschiedene Antworten, in {rows|Zeile|Zeilen}. Das Modell lernt, zwischen ihnen zu raten.",
  role_order:
    "{rows|Gespräch hat|Gespräche haben} Beiträge in einer Reihenfolge, die es in keinem Chat gibt, oder unbekannte Rollen.",
  no_end_token:
    "Die Chat-Vorlage von {model} schließt eine Antwort mit keinem Stopp-Token ab. Ein damit trainiertes Modell hört vielleicht nie auf.",
  cut_off_answer:
    "{rows|Antwort endet|Antworten enden} mitten im Satz. Das Modell lernt, ebenso abzubrechen.",
  special_token:
    "{rows|Zeile enthält|Zeilen enthalten} Text, den ein Modell als Steuerzeichen liest, etwa {token}. Das Gespräch würde dort enden oder umschlagen.",
  thinking_in_some:
    "{rows} von {all} Zeilen weichen darin ab, ob vor der Antwort laut gedacht wird. Für alle dieselbe Art wählen.",
  tools_in_some:
    "{rows} von {all} Antworten enthalten die Spur eines Werkzeugaufrufs im Text. Für alle dieselbe Art wählen.",
  tool_definitions_differ:
    "{rows|Zeile hat|Zeilen haben} Werkzeuge, die anders geschrieben sind, als Ollama sie schreibt: {ways}. In Ollama läse das Modell andere Tokens als im Training. Wie Ollama geschrieben, geht nichts verloren.",
  tool_fields_unread:
    "{rows|Zeile hat|Zeilen haben} Werkzeuge mit Feldern, die Ollama weglässt: {fields}. In Ollama läse das Modell andere Tokens als im Training. Wie Ollama geschrieben, fallen diese Felder weg.",
  tool_definitions_refused:
    "{rows|Zeile hat|Zeilen haben} Werkzeug-Definitionen, die Ollama mit einem Fehler beantwortet, wegen: {fields}. Solche Zeilen werden gelernt, doch in Ollama kann nie nach ihnen gefragt werden.",
  tools_not_in_template:
    "{rows|Zeile nutzt|Zeilen nutzen} Werkzeuge, doch die Chat-Vorlage von {model} lässt sie weg. Solche Zeilen bleiben dem Training fern, denn sie lehrten anderes, als dasteht.",
  other_language:
    "{rows|Zeile antwortet|Zeilen antworten} in einer anderen Sprache als die übrigen oder als die Frage: {languages}. Beurteilt nach dem Anfang jeder Antwort.",
  mixed_languages: "Die Antworten sind in mehreren Sprachen: {languages}.",
  costly_language:
    "{language} kostet mit diesem Modell {ratio}-mal so viele Tokens je Zeichen wie {cheapest}: Training und Antworten dauern entsprechend länger, und es passt weniger hinein. Gemessen an einer Stichprobe von {sample|Zeile|Zeilen}.",
  too_long:
    "{rows|Zeile ist|Zeilen sind} länger als max_length ({limit} Tokens) und darum weggelassen.",
  too_long_shortened:
    "{rows|Zeile ist|Zeilen sind} länger als max_length ({limit} Tokens) und darum gekürzt: zuerst um die ältesten Wechsel, dann um den Anfang der Frage.",
  too_long_shortened_sampled:
    "Mindestens {rows|Zeile ist|Zeilen sind} länger als max_length ({limit} Tokens) und darum gekürzt: zuerst um die ältesten Wechsel, dann um den Anfang der Frage. Gezählt wurden dafür nur {counted} von {all} Zeilen, die längsten und eine Stichprobe; {over} von {sample} Zeilen der Stichprobe sind so lang, das ergibt etwa {about} insgesamt.",
  too_long_sampled:
    "Mindestens {rows|Zeile ist|Zeilen sind} länger als max_length ({limit} Tokens) und darum weggelassen. Gezählt wurden dafür nur {counted} von {all} Zeilen, die längsten und eine Stichprobe; {over} von {sample} Zeilen der Stichprobe sind so lang, das ergibt etwa {about} insgesamt. Die genaue Zahl steht in der Aufstellung der Zeilen.",
  beyond_context:
    "{rows|Zeile ist|Zeilen sind} länger als num_ctx ({limit} Tokens). In Ollama sähe das Modell von einem solchen Gespräch nur einen Teil.",
  beyond_context_sampled:
    "Mindestens {rows|Zeile ist|Zeilen sind} länger als num_ctx ({limit} Tokens). In Ollama sähe das Modell von einem solchen Gespräch nur einen Teil. Gezählt wurden dafür nur {counted} von {all} Zeilen, die längsten und eine Stichprobe; {over} von {sample} Zeilen der Stichprobe sind so lang, das ergibt etwa {about} insgesamt.",
  num_ctx_below_max_length:
    "num_ctx ({context}) liegt unter max_length ({length}): Gelernt werden Zeilen, die länger sind als das, was Ollama dem Modell zeigt.",
  stop_in_answer:
    "{rows|Antwort enthält|Antworten enthalten} den Stopp-Text „{stop}“. Ollama würde sie dort abbrechen.",
  personal_data:
    "{rows|Zeile enthält|Zeilen enthalten} persönliche Daten: {kinds}. Ein Modell kann sie jedem wiedergeben.",
  secret:
    "{rows|Zeile enthält|Zeilen enthalten} vermutlich Schlüssel oder Kennwörter. Ein Modell kann sie jedem wiedergeben.",
  too_few_rows:
    "{rows|Zeile ist|Zeilen sind} wenig: Ab etwa {advised} werden Ergebnisse verlässlich.",
  copied_answer:
    "{rows|Antwort ist|Antworten sind} größtenteils aus der Frage abgeschrieben. Daran lernt das Modell, Fragen nachzusprechen.",
} as const satisfies Record<keyof typeof findingSentencesEn, string>;

/** What a fix does, as it stands on its button. */
export const fixLabelsDe = {
  leave_out: "Diese Zeilen weglassen",
  keep_first: "Jeweils die erste behalten",
  remove_tokens: "Steuerzeichen entfernen",
  remove_traces: "Laut Gedachtes entfernen",
  mask: "Unkenntlich machen",
  cut_at_stop: "Stopp-Text entfernen",
  merge_turns: "Beiträge derselben Rolle verbinden",
  write_tools: "Werkzeuge wie Ollama schreiben",
} as const satisfies Record<keyof typeof fixLabelsEn, string>;
