import type { model as en } from "../en/model.ts";
import type { SameKeys } from "../types.ts";

export const model = {
  title: "Modell",
  lead: "Das offene Modell, das aus den Beispielen lernt. Nur Modelle in sicheren Formaten (safetensors) werden benutzt.",
  next: "Weiter: Training",
  starter: "Tunesmith-Starter",
  starterAbout:
    "Kommt mit dem Programm, 3,7 Millionen Parameter. Zum Ausprobieren, ohne Netz, in Sekunden.",
  chosen: "Für dieses Projekt gewählt",
  choose: "Wählen",
  folder: "Aus einem Ordner",
  folderAbout:
    "Ein Ordner auf diesem Computer mit config.json, tokenizer.json und *.safetensors, etwa ein Download von einem Hub.",
  folderLabel: "Ordner",
  use: "Diesen Ordner nehmen",
  thisComputer: "Dieser Computer",
  memory: "{{free}} von {{total}} Speicher frei",
  disk: "{{free}} Platz frei",
  trains: "Trainiert bis {{lora}} Parameter (LoRA)",
  parameters: "{{count}} Parameter",
  architecture: "Bauart",
  locked: "Ein Lauf dieses Projekts ist im Gang; das Modell lässt sich danach ändern.",
  checked: "Gelesen und zum Training geeignet",
} satisfies SameKeys<typeof en>;
