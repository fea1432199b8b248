import type { common as en } from "../en/common.ts";
import type { SameKeys } from "../types.ts";

export const common = {
  wholeCurve: "Ganze Kurve",
  more: "Mehr",
  less: "Weniger",
  close: "Schließen",
  cancel: "Abbrechen",
  save: "Speichern",
  delete: "Löschen",
  rename: "Umbenennen",
  duplicate: "Duplizieren",
  undo: "Rückgängig",
  retry: "Noch einmal",
  remove: "{{name}} entfernen",
  copy: "Kopieren",
  copied: "Kopiert",
  download: "Herunterladen",
  loading: "Wird geladen",
  saved: "Gespeichert {{time}}",
  notSaved: "Nicht gespeichert: {{why}}",
  automatic: "automatisch",
  on: "an",
  off: "aus",
  next: "Weiter: {{name}}",
  asTable: "Als Tabelle",
  tooManyFiles:
    "Nur die ersten {{most}} Dateien werden genommen. Die übrigen danach ablegen, oder zu wenigen Dateien verbinden.",
  unreachable:
    "Tunesmith antwortet nicht. Vielleicht wurde es beendet; mit `npm start` startet es wieder.",
} satisfies SameKeys<typeof en>;
