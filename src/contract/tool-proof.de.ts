import type { toolProofEn } from "./tool-proof.en.ts";

/** What is said of rows with tools in Ollama, and why one comes out otherwise there. German. */
export const toolProofDe = {
  tools_all_equal:
    "{equal} von {total} Zeilen mit Werkzeugen liest Ollama genau wie im Training. {rows|Zeile dieses Laufs nutzt|Zeilen dieses Laufs nutzen} Werkzeuge.",
  tools_some_differ:
    "{equal} von {total} Zeilen mit Werkzeugen liest Ollama genau wie im Training; {differing|weicht|weichen} ab. Was abweicht, ist nicht bewiesen. {rows|Zeile dieses Laufs nutzt|Zeilen dieses Laufs nutzen} Werkzeuge.",
  tools_not_asked:
    "{rows|Zeile nutzt|Zeilen nutzen} Werkzeuge. Ollama wurde danach nicht gefragt, bewiesen ist dazu also nichts.",
  tool_fields_left_out: "Ollama lässt {fields} weg.",
  tool_fields_reordered: "Ollama schreibt die Felder in einer anderen Reihenfolge.",
  tool_fields_rewritten:
    "Ollama schreibt Felder, die fehlen, leer sind oder eine Liste mit einem Eintrag enthalten, in einer eigenen Form.",
  tool_arguments_reordered:
    "Ollama ordnet die Felder von Objekten in den Argumenten eines Aufrufs nach dem Namen.",
  tool_refused: "Ollama lehnt ab: {detail}",
  tool_cause_unknown:
    "Definitionen und Aufrufe haben die Form von Ollama, und doch weicht die Eingabe ab.",
} as const satisfies Record<keyof typeof toolProofEn, string>;
