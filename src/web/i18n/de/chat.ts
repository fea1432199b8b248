import type { chat as en } from "../en/chat.ts";
import type { SameKeys } from "../types.ts";

export const chat = {
  tryIt: "Ausprobieren",
  standing: "Ständige Anweisung: {{text}}",
  ask: "Fragen, wie andere fragen würden",
  send: "Senden",
  stop: "Anhalten",
  reset: "Neues Gespräch",
  answered: "{{tokens}} Tokens, {{speed}} je Sekunde, {{how}}",
  how_stop: "von selbst aufgehört",
  how_length: "an der Grenze aufgehört",
  how_cancelled: "angehalten",
  you: "Sie",
  base: "Vorher",
  tuned: "Nachher",
  showBase: "Auch das Grundmodell fragen",
  baseNeeded: "Das Grundmodell muss einmal bereitgemacht werden",
  baseNeededBody:
    "Das unveränderte Modell wird umgewandelt wie das trainierte. Das braucht zeitweise {{needed}} Speicherplatz; {{free}} sind frei.",
  baseMake: "Bereitmachen",
  baseMaking: "Grundmodell wird bereitgemacht",
  base_hash: "Gewichte des Grundmodells prüfen",
  base_convert: "Grundmodell umwandeln",
  base_quantize: "Grundmodell verkleinern",
  baseFailed: "Das Grundmodell ließ sich nicht bereitmachen",
  settings: "Einstellungen dieses Gesprächs",
  settingsShort: "Temperatur und Kontext; alle Einstellungen",
  settingsLead:
    "Diese gelten: die des Laufs, wie sie in Ollama kommen. Änderungen zählen nur für dieses Gespräch.",
  settingsReset: "Zurück zu denen des Laufs",
  settingsDone: "Fertig",
  changed_one: "{{count}} geändert",
  changed_other: "{{count}} geändert",
  inOllama: "Gespräch mit {{name}}",
  inOllamaLead: "Es antwortet, wie Ollama es einsetzt, mit seinen eigenen Einstellungen.",
} satisfies SameKeys<typeof en>;
