import type {
  groupTextsEn,
  parameterTextsEn,
  presetTextsEn,
  sectionTextsEn,
  unitTextsEn,
} from "./parameters.en.ts";
import type { SameShape } from "./same-shape.ts";

export const parameterTextsDe = {
  training_config: {
    num_train_epochs: {
      label: "Durchgänge",
      term: "Epochen",
      help: "Wie oft das Modell alle Beispiele liest. Mehr Durchgänge prägen sie fester ein und dauern entsprechend länger.",
      advice:
        "3 passt meistens. Über 10 lernt das Modell eher auswendig und antwortet auf alles andere schlechter.",
    },
    learning_rate: {
      label: "Schrittweite",
      term: "Lernrate",
      help: "Wie weit jeder Schritt das Modell bewegt. Zu klein lernt nichts, zu groß vergisst, was es konnte.",
      advice: "Halbieren, wenn der Fehler springt; verdoppeln, wenn er kaum fällt.",
    },
    lr_scheduler_type: {
      label: "Schrittweite im Verlauf",
      term: "Zeitplan",
      help: "Wie die Schrittweite während des Laufs fällt. Es kostet nichts.",
      advice: "Linear ist sicher; Kosinus bleibt länger groß und endet sanft.",
      options: {
        linear: "linear: fällt gleichmäßig",
        cosine: "Kosinus: fällt im Bogen",
        constant: "konstant: bleibt",
        polynomial: "polynomisch: fällt auf einen kleinen Rest",
      },
    },
    warmup_ratio: {
      label: "sanfter Beginn",
      term: "Aufwärmanteil",
      help: "Über diesen Anteil des Laufs wächst die Schrittweite von null an. So stoßen die ersten Zeilen das Modell nicht zu hart.",
      advice: "0,1 passt meistens; bei über 1.000 Schritten genügt 0,03.",
    },
    train_on: {
      label: "lernen aus",
      term: "train_on",
      help: "Ob nur die Antworten gelernt werden oder auch die Fragen. Gelesen wird immer die ganze Zeile.",
      advice: "Antworten, außer das Modell soll auch solche Fragen schreiben lernen.",
      options: { answers: "nur Antworten", everything: "alles" },
    },
    early_stopping_patience: {
      label: "aufhören, wenn es nicht mehr hilft",
      term: "Early Stopping",
      help: "Beendet den Lauf nach so vielen Prüfungen auf zurückgehaltenen Zeilen ohne bessere. 0 beendet nie vorzeitig.",
      advice: "2 oder 3 spart Zeit in langen Läufen. Braucht Prüfzeilen.",
    },
    per_device_train_batch_size: {
      label: "Zeilen auf einmal",
      term: "Batchgröße",
      help: "Wie viele Zeilen zusammen gerechnet werden. Mehr ist auf einer GPU schneller und braucht mehr Speicher.",
      advice:
        "Als Erstes senken, wenn der Speicher nicht reicht, und „erst sammeln“ um ebenso viel erhöhen.",
    },
    gradient_accumulation_steps: {
      label: "erst sammeln",
      term: "Gradientenakkumulation",
      help: "Wie viele Stapel zu einem Schritt gesammelt werden. Beruhigt das Lernen ohne Speicher und ergibt weniger Schritte.",
      advice:
        "Zeilen auf einmal × erst sammeln = Zeilen je Schritt; 4 bis 16 Zeilen je Schritt passen meistens.",
    },
    max_length: {
      label: "längste Zeile",
      term: "max_length",
      help: "Zeilen mit mehr Tokens bleiben draußen und werden aufgelistet, oder gekürzt, wo das gewählt ist. Längere Zeilen brauchen mehr Speicher und Zeit.",
      advice: "Automatisch sind es 512 oder das, was 99 % der Zeilen fasst.",
    },
    excess_length_strategy: {
      label: "zu lange Zeilen",
      term: "excess_length_strategy",
      help: "Weggelassen oder auf max_length gekürzt: zuerst gehen die ältesten Wechsel, dann der Anfang der Frage. Systemprompt und Antworten bleiben ganz, und eine Zeile, deren Antwort allein zu lang ist, wird weggelassen. Das Verzeichnis nennt jede Zeile.",
      advice:
        "Weglassen oder max_length erhöhen. Kürzen bei langen Gesprächen, deren letzte Wechsel für sich stehen.",
      options: { drop: "weglassen", truncate: "kürzen" },
    },
    packing: {
      label: "kurze Zeilen packen",
      term: "Packing",
      help: "Stellt mehrere kurze Zeilen hintereinander, statt mit nichts aufzufüllen. Die Zeilen sehen einander nicht. Bei kurzen Zeilen um ein Vielfaches schneller.",
      advice: "Eingeschaltet lassen. Wo es andere Ergebnisse gäbe, schaltet es sich selbst aus.",
    },
    gradient_checkpointing: {
      label: "neu berechnen",
      term: "Gradient Checkpointing",
      help: "Vergisst Zwischenwerte und berechnet sie noch einmal. Spart viel Speicher und kostet etwa ein Drittel mehr Zeit.",
      advice: "Automatisch ist es nur an, wo Speicher knapp ist.",
    },
    optim: {
      label: "Optimierer",
      term: "optim",
      help: "Die Regel, die aus Fehlern Änderungen macht. Die mit 8 Bit halten ihre Notizen in einem Viertel des Speichers.",
      advice:
        "Die Vorgabe passt; Adafactor und SGD brauchen am wenigsten Speicher und mehr Sorgfalt.",
      options: {
        adamw_torch: "AdamW",
        adamw_torch_fused: "AdamW, verschmolzen",
        adamw_8bit: "AdamW, 8 Bit",
        paged_adamw_8bit: "AdamW, 8 Bit, ausgelagert",
        adafactor: "Adafactor",
        sgd: "SGD",
      },
    },
    weight_decay: {
      label: "Zug zur Null",
      term: "Weight Decay",
      help: "Zieht die gelernten Zahlen bei jedem Schritt etwas zur Null. Das bremst das Auswendiglernen.",
      advice: "0,01 passt meistens; 0,1 bei sehr wenigen Zeilen.",
    },
    max_grad_norm: {
      label: "größter Sprung",
      term: "Gradientenbegrenzung",
      help: "Kürzt einen Schritt, der größer wäre. Eine einzelne seltsame Zeile wirft das Modell dann nicht aus der Bahn.",
      advice: "1 passt meistens; senken, wenn der Fehler Spitzen zeigt.",
    },
    neftune_noise_alpha: {
      label: "Rauschen beim Lernen",
      term: "NEFTune",
      help: "Mischt etwas Rauschen in das Gelesene, damit das Modell die Art lernt und nicht den Buchstaben. 0 ist aus.",
      advice: "5 kann freie Antworten lebendiger machen; für Fakten aus lassen.",
    },
    bf16: {
      label: "bfloat16",
      term: "bf16",
      help: "Rechnet mit 16 Bit im Zahlenbereich von 32: halber Speicher und schneller. Braucht eine NVIDIA-GPU ab der RTX-3000-Reihe oder einen Prozessor mit AMX oder AVX512-BF16.",
      advice: "Automatisch gilt das beste Zahlenformat des Geräts.",
    },
    fp16: {
      label: "float16",
      term: "fp16",
      help: "Rechnet mit 16 Bit in kleinem Zahlenbereich: für GPUs ohne bfloat16, etwa die RTX-2000-Reihe. Schließt bf16 aus.",
      advice: "Automatisch gilt das beste Zahlenformat des Geräts.",
    },
    seed: {
      label: "Startwert",
      term: "Seed",
      help: "Der Anfang allen Zufalls: Reihenfolge der Zeilen, erste Werte, Dropout. Derselbe Startwert ergibt auf demselben Gerät denselben Lauf.",
      advice: "Ändern, um zu sehen, wie viel an einem Ergebnis Glück ist.",
    },
    logging_steps: {
      label: "melden alle",
      term: "logging_steps",
      help: "Wie viele Schritte zwischen zwei Punkten der Kurve liegen. Am Modell ändert es nichts.",
      advice: "Für kurze Läufe senken.",
    },
    save_strategy: {
      label: "Zwischenstand behalten",
      term: "save_strategy",
      help: "Wann außer nach der Uhr ein Zwischenstand geschrieben wird. Jeder braucht Platz und einen Augenblick.",
      advice: "Nach jedem Durchgang passt meistens.",
      options: {
        no: "nur nach der Uhr",
        epoch: "nach jedem Durchgang",
        steps: "alle so viele Schritte",
      },
    },
    save_steps: {
      label: "behalten alle",
      term: "save_steps",
      help: "Wie viele Schritte zwischen zwei Zwischenständen liegen.",
      advice: "Zählt nur bei „alle so viele Schritte“.",
    },
  },
  lora_config: {
    r: {
      label: "Breite des Zusatzes",
      term: "Rang",
      help: "Wie viel der Zusatz (LoRA) fassen kann. Breiter lernt mehr, braucht mehr Speicher und lernt leichter auswendig.",
      advice: "16 bis 32 für Art und Fakten, 64 und mehr für eine neue Fertigkeit.",
    },
    lora_alpha: {
      label: "Stärke des Zusatzes",
      term: "Alpha",
      help: "Wie laut der Zusatz neben dem Grundmodell spricht. Wirkt wie eine größere oder kleinere Schrittweite.",
      advice: "Das Doppelte des Rangs ist eine gute Regel.",
    },
    lora_dropout: {
      label: "zufällig vergessen",
      term: "Dropout",
      help: "Schaltet bei jedem Schritt diesen Anteil des Zusatzes ab, damit er sich auf keinen Teil allein verlässt.",
      advice: "0 ist am schnellsten; 0,05 hilft bei wenigen Zeilen.",
    },
    target_modules: {
      label: "wo er ansetzt",
      term: "Zielmodule",
      help: "Die Schichten des Modells, die einen Zusatz bekommen. Weniger brauchen weniger Speicher und lernen weniger.",
      advice: "Alle linearen Schichten passt meistens. Die Namen sind die des gewählten Modells.",
    },
    modules_to_save: {
      label: "ganz trainiert",
      term: "modules_to_save",
      help: "Schichten, die ganz statt mit einem Zusatz trainiert werden. Braucht viel mehr Speicher und Platz.",
      advice: "Nur für neue Wörter oder eine neue Sprache.",
      options: {
        lm_head: "lm_head: Wahl des nächsten Worts",
        embed_tokens: "embed_tokens: Bedeutung der Wörter",
      },
    },
    bias: {
      label: "konstante Anteile",
      term: "Bias",
      help: "Ob auch die konstanten Anteile der Schichten trainiert werden. Bei einem Modell ohne sie (etwa Llama) bewirkt es nichts.",
      advice: "keine passt meistens.",
      options: { none: "keine", lora_only: "der Schichten mit Zusatz", all: "alle" },
    },
    use_rslora: {
      label: "ruhiger bei großer Breite",
      term: "rsLoRA",
      help: "Skaliert den Zusatz mit der Wurzel seines Rangs, damit breite nicht verstummen. Es kostet nichts.",
      advice: "Ab Rang 64 empfohlen.",
    },
    use_dora: {
      label: "Richtung und Länge getrennt",
      term: "DoRA",
      help: "Lernt Richtung und Länge der Änderungen getrennt. Näher am vollen Training und deutlich langsamer.",
      advice: "Experimentell: mit einem Lauf ohne vergleichen.",
    },
  },
  quantization_config: {
    load_in_4bit: {
      label: "in 4 Bit laden",
      term: "QLoRA",
      help: "Hält das Grundmodell beim Training in einem Viertel des Speichers. Etwas langsamer und eine Spur ungenauer. Das fertige Modell entsteht aus der 16-Bit-Fassung.",
      advice: "An bei GPUs mit wenig Speicher; aus, wo das Modell ohne passt.",
    },
    bnb_4bit_quant_type: {
      label: "Art der 4 Bit",
      term: "Quantisierungstyp",
      help: "Wie die 16 Werte von 4 Bit verteilt sind. NF4 passt zur Verteilung von Modellgewichten.",
      advice: "nf4 passt fast immer.",
      options: { nf4: "nf4: an Gewichte angepasst", fp4: "fp4: Gleitkomma" },
    },
    bnb_4bit_use_double_quant: {
      label: "doppelt verkleinern",
      term: "doppelte Quantisierung",
      help: "Verkleinert auch die Skalen der 4-Bit-Gewichte. Spart etwa 0,4 Bit je Gewicht und kostet kaum etwas.",
      advice: "Eingeschaltet lassen.",
    },
    bnb_4bit_compute_dtype: {
      label: "rechnen in",
      term: "Rechenformat",
      help: "Das Zahlenformat, in dem mit 4-Bit-Gewichten gerechnet wird. Was das Gerät nicht kann, wird ersetzt, und das wird gesagt.",
      advice: "bfloat16 ist stabiler, wo die GPU es hat.",
      options: {
        float16: "float16",
        bfloat16: "bfloat16 (ab RTX 3000)",
        float32: "float32: genau, langsam",
      },
    },
    output_quantization: {
      label: "Größe des fertigen Modells",
      term: "Ausgabe-Quantisierung",
      help: "Wie genau die fertige GGUF-Datei ihre Zahlen speichert. Kleiner ist schneller, passt auf mehr Computer und antwortet etwas ungenauer.",
      advice: "q8_0 ist so gut wie verlustfrei; q4_k_m ist etwa halb so groß.",
      options: {
        f32: "f32: 32 Bit, sehr groß",
        f16: "f16: 16 Bit",
        bf16: "bf16: 16 Bit, weiter Bereich",
        q8_0: "q8_0: 8 Bit, so gut wie verlustfrei",
        q6_k: "q6_k: 6 Bit",
        q5_k_m: "q5_k_m: 5 Bit",
        q4_k_m: "q4_k_m: 4 Bit, üblich für große Modelle",
        q4_k_s: "q4_k_s: 4 Bit, am kleinsten",
        auto: "nach Größe: q8_0 bis 3 Milliarden Parameter, sonst q4_k_m",
      },
    },
  },
  modelfile_config: {
    system: {
      label: "ständige Anweisung",
      term: "Systemprompt",
      help: "Steht vor jedem Gespräch: in Trainingszeilen, die keine mitbringen, und später in Ollama, damit beide gleich sind. Leer heißt keine.",
      advice: "Kurz und wie in den Zeilen.",
      placeholder: "You are a helpful assistant.",
    },
    temperature: {
      label: "Freiheit",
      term: "Temperatur",
      help: "Wie frei Wörter gewählt werden. 0 nimmt immer das wahrscheinlichste, über 1 wird es wild.",
      advice: "0 bis 0,3 für Fakten, 0,7 bis 1 für lebendigen Text.",
    },
    stop: {
      label: "aufhören bei",
      term: "Stop",
      help: "Texte, die eine Antwort beenden. Die Endmarken der Vorlage des Modells gelten immer mit.",
      advice: "Nur was nie in einer guten Antwort steht.",
      placeholder: "Text eingeben, dann Eingabetaste",
    },
    num_ctx: {
      label: "Gedächtnis des Gesprächs",
      term: "Kontextlänge",
      help: "Wie viele Tokens aus Frage und Antwort das Modell in Ollama sieht. Mehr braucht mehr Speicher.",
      advice: "Mindestens so viel wie die längste Zeile.",
      options: {
        "2048": "2.048 Tokens",
        "4096": "4.096 Tokens",
        "8192": "8.192 Tokens",
        "16384": "16.384 Tokens",
      },
    },
    num_predict: {
      label: "längste Antwort",
      term: "num_predict",
      help: "Beendet eine Antwort nach so vielen Tokens. −1 hat keine Grenze.",
      advice: "Ungesetzt lassen, außer Antworten müssen kurz bleiben.",
    },
    top_p: {
      label: "wahrscheinlichster Anteil",
      term: "top_p",
      help: "Gezogen wird nur aus den wahrscheinlichsten Wörtern, die zusammen diese Wahrscheinlichkeit haben.",
      advice: "0,9 passt meistens; 1 schaltet es aus.",
    },
    top_k: {
      label: "wahrscheinlichste Wörter",
      term: "top_k",
      help: "Gezogen wird nur aus so vielen der wahrscheinlichsten Wörter.",
      advice: "40 passt meistens; 1 nimmt immer das wahrscheinlichste.",
    },
    min_p: {
      label: "kleinste Wahrscheinlichkeit",
      term: "min_p",
      help: "Lässt Wörter weg, die unwahrscheinlicher sind als dieser Anteil des wahrscheinlichsten.",
      advice: "0,05 ist eine gute Alternative zu top_p.",
    },
    seed: {
      label: "Startwert der Antworten",
      term: "Seed",
      help: "Mit festem Startwert bekommt dieselbe Frage dieselbe Antwort.",
      advice: "Für abwechslungsreiche Antworten ungesetzt lassen.",
    },
    repeat_penalty: {
      label: "gegen Wiederholung",
      term: "repeat_penalty",
      help: "Macht eben benutzte Wörter unwahrscheinlicher. Zu viel macht Sätze seltsam.",
      advice: "1 schaltet es aus; 1,1 passt meistens.",
    },
    repeat_last_n: {
      label: "wie weit zurück",
      term: "repeat_last_n",
      help: "Wie viele Tokens zurück als eben benutzt gelten. 0 schaltet es aus.",
      advice: "64 passt meistens.",
    },
    mirostat: {
      label: "gleichmäßige Überraschung",
      term: "Mirostat",
      help: "Eine ältere Art, Abwechslung zu steuern. Wird vom heutigen Ollama nicht beachtet.",
      advice: "Ungesetzt lassen.",
      options: { "0": "aus", "1": "Version 1", "2": "Version 2" },
    },
    mirostat_tau: {
      label: "Maß der Überraschung",
      term: "mirostat_tau",
      help: "Kleiner ist gesammelter. Wird vom heutigen Ollama nicht beachtet.",
      advice: "Ungesetzt lassen.",
    },
    mirostat_eta: {
      label: "Tempo der Steuerung",
      term: "mirostat_eta",
      help: "Wie schnell Mirostat reagiert. Wird vom heutigen Ollama nicht beachtet.",
      advice: "Ungesetzt lassen.",
    },
  },
} satisfies SameShape<typeof parameterTextsEn>;

export const sectionTextsDe = {
  training_config: {
    title: "Training",
    about: "Wie lange, wie stark und woraus das Modell lernt.",
  },
  lora_config: {
    title: "LoRA",
    about: "Der kleine Zusatz, der statt des ganzen Modells trainiert wird.",
  },
  quantization_config: {
    title: "Quantisierung",
    about: "Wie das Grundmodell beim Training gehalten wird und wie groß das fertige Modell ist.",
  },
  modelfile_config: {
    title: "Ollama-Modelfile",
    about: "Wie das Modell in Ollama antwortet. Das Training nutzt dieselbe ständige Anweisung.",
  },
} satisfies SameShape<typeof sectionTextsEn>;

export const groupTextsDe = {
  strength: "Wie lange, wie stark",
  rows: "Zeilen und Speicher",
  optimizer: "Wie gelernt wird",
  precision: "Zahlenformat",
  record: "Zufall und Aufzeichnung",
  size: "Größe",
  where: "Wo",
  variant: "Abwandlungen",
  loading: "Beim Training",
  output: "Fertiges Modell",
  voice: "Stimme",
  length: "Länge",
  choice: "Wortwahl",
  repetition: "Wiederholung",
  mirostat: "Mirostat (vom heutigen Ollama nicht beachtet)",
} satisfies SameShape<typeof groupTextsEn>;

export const unitTextsDe = {
  passes: "Durchgänge",
  "share of the run": "Anteil des Laufs",
  checks: "Prüfungen",
  rows: "Zeilen",
  batches: "Stapel",
  tokens: "Tokens",
  steps: "Schritte",
} satisfies SameShape<typeof unitTextsEn>;

export const presetTextsDe = {
  quick_try: {
    title: "Schneller Versuch",
    summary: "Ein Durchgang mit kleinem Zusatz, um zu sehen, ob sich etwas tut.",
    advantages: "Am schnellsten fertig.",
    price: "Lernt am wenigsten.",
    forWhom: "Ein erster Blick auf neue Beispiele.",
  },
  balanced: {
    title: "Ausgewogen",
    summary: "Gute Antworten ohne langes Warten.",
    advantages: "Die Vorgaben, an vielen Aufgaben bewährt.",
    price: "Kein besonderer.",
    forWhom: "Die meisten Aufgaben mit 200 bis 20.000 Zeilen.",
  },
  high_quality: {
    title: "Hohe Qualität",
    summary: "Mehr Durchgänge und ein breiterer Zusatz; endet, wenn es nicht mehr hilft.",
    advantages: "Lernt am meisten.",
    price: "Etwa die dreifache Zeit; bei wenigen Zeilen leicht zu viel.",
    forWhom: "Saubere Beispiele und ein Gerät mit Reserven.",
  },
  low_memory: {
    title: "Wenig Speicher",
    summary: "Alles, was Speicher spart, auf Kosten der Zeit.",
    advantages: "Braucht etwa die Hälfte des Speichers.",
    price: "Ein Drittel langsamer, eine Spur ungenauer.",
    forWhom: "Kleine GPUs und große Modelle.",
  },
  small_data: {
    title: "Wenige Beispiele",
    summary: "Unter 200 Zeilen: mehr Durchgänge, sanft, und es endet früh.",
    advantages: "Holt aus wenigen Zeilen am meisten.",
    price: "Wiederholt womöglich Sätze wörtlich.",
    forWhom: "20 bis 200 gute Zeilen.",
  },
  long_context: {
    title: "Lange Texte",
    summary: "Zeilen mit bis zu 4.096 Tokens.",
    advantages: "Lange Dokumente und Gespräche passen hinein.",
    price: "Ein Mehrfaches an Speicher und Zeit je Zeile.",
    forWhom: "Zusammenfassungen, lange Gespräche, Dokumente.",
  },
  style: {
    title: "Stil und Ton",
    summary: "Lernt, wie geschrieben wird, nicht was gewusst wird.",
    advantages: "Bewahrt das Wissen des Modells.",
    price: "Neue Fakten haften kaum.",
    forWhom: "Hausstil, Ton, Formate.",
  },
  large_data: {
    title: "Viele Beispiele",
    summary: "Über 20.000 Zeilen: ein Durchgang in großen Schritten.",
    advantages: "Nutzt die Zeit dort, wo die Zeilen sind.",
    price: "Einzelne seltene Zeilen hinterlassen kaum Spuren.",
    forWhom: "Zehntausende Zeilen.",
  },
} satisfies SameShape<typeof presetTextsEn>;
