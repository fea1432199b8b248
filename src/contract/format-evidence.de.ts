import type { formatEvidenceEn } from "./format-evidence.en.ts";

/** German sentences. */
export const formatEvidenceDe: Record<keyof typeof formatEvidenceEn, string> = {
  container_jsonl: "Jede Zeile ist ein JSON-Objekt: JSON Lines.",
  container_json_list: "Es ist eine JSON-Liste; ihre Elemente sind die Zeilen.",
  container_json_key: "Es ist ein JSON-Objekt; die Elemente seiner Liste „{key}“ sind die Zeilen.",
  container_json_objects: "Es ist eine Folge von JSON-Objekten über mehrere Zeilen.",
  container_csv:
    "{rows} der ersten {sampled} Zeilen haben {columns} Zellen, getrennt durch {delimiter}.",
  container_csv_name: "Der Name endet auf {extension}: eine Tabelle mit einer Spalte.",
  container_xlsx: "Es ist eine Excel-Arbeitsmappe; Blätter mit Zeilen: {sheets}.",
  xlsx_decimals:
    "{cells|Zelle enthält|Zellen enthalten} eine Zahl mit Nachkommastellen. Gelesen wird sie, wie sie gespeichert ist, nicht wie Excel sie zeigt: 10 % ist 0.1. Solche Antworten als Text schreiben.",
  container_parquet: "Es ist eine Parquet-Datei mit {rows|Zeile|Zeilen}.",
  container_markdown: "Es enthält eine Markdown-Tabelle, ab Zeile {line}.",
  container_text: "Es ist reiner Text: Jeder Absatz ist eine Zeile.",
  container_mapped: "Gelesen wird es als {container}, wie eingestellt.",
  compressed_gzip: "Es ist mit gzip gepackt.",
  encoding_utf8: "Die Zeichenkodierung ist UTF-8.",
  encoding_mark: "Die Byte-Reihenfolge-Marke sagt {encoding}.",
  encoding_guessed:
    "Die Zeichenkodierung ist geraten: {encoding}. Bitte prüfen, ob Akzente und Umlaute stimmen.",
  encoding_mapped: "Die Zeichenkodierung ist {encoding}, wie eingestellt.",
  header_names: "Die erste Zeile benennt die Spalten: {columns}.",
  header_below:
    "Die Spalten sind unter einer Überschrift benannt: {columns}. Die Überschrift ist kein Beispiel: {title}.",
  header_none: "Die erste Zeile ist keine Kopfzeile: Spalten heißen nach ihrer Nummer.",
  header_mapped: "Ob die erste Zeile die Spalten benennt, ist wie eingestellt.",
  form_keys: "{rows} der ersten {sampled} Zeilen haben die Spalten {columns}: {form}.",
  form_positions: "Nichts benennt die Spalten: Die erste gilt als Frage, die zweite als Antwort.",
  form_mixed: "Die ersten Zeilen haben mehr als eine Form; jede wird nach ihrer eigenen gelesen.",
  form_unknown:
    "Die Spalten {columns} haben keine bekannte Form. Bitte angeben, welche die Frage und welche die Antwort ist.",
  columns_unused: "Nicht zum Trainieren genutzt: {columns}.",
  form_mapped: "Die Spalten werden wie eingestellt gelesen: {columns}.",
};
