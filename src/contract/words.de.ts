/** Words rewritten where they are the whole value, or the part of it that a pattern finds. */
type Rewriting = readonly [words: string | RegExp, german: string];

const typesOfValues: Rewriting[] = Object.entries({
  "a whole number": "eine ganze Zahl",
  "a number": "eine Zahl",
  "true or false": "true oder false",
  text: "ein Text",
  "a text": "ein Text",
  "a list of texts": "eine Liste von Texten",
  "a list": "eine Liste",
  "an object": "ein Objekt",
  missing: "nicht da",
});

const decimalComma: Rewriting = [/^(-?\d+)\.(\d+)( %| [kKMGT]i?B)?$/, "$1,$2$3"];

/**
 * The closed vocabulary of English words that stand in parameters, by the parameter's name, so that
 * what a user named is never translated. Each parameter's rewritings are applied in their order.
 */
const vocabulary: Record<string, readonly Rewriting[]> = {
  expected: typesOfValues,
  found: typesOfValues,
  value: [...Object.entries({ nothing: "nicht angegeben" }), decimalComma],
  needed: [...Object.entries({ more: "mehr" }), decimalComma],
  free: [decimalComma],
  ratio: [decimalComma],
  kinds: [
    [/e-mail addresses/, "E-Mail-Adressen"],
    [/phone numbers/, "Telefonnummern"],
    [/card numbers/, "Kartennummern"],
  ],
  ways: [
    [/arguments of calls in another order/, "Argumente von Aufrufen in anderer Reihenfolge"],
    [/fields in another order/, "Felder in anderer Reihenfolge"],
    [/fields that are missing or empty/, "Felder, die fehlen oder leer sind"],
  ],
  available: [decimalComma],
  share: [decimalComma],
  parameters: [[/,/g, "."]],
  field: Object.entries({ "the body": "Der Inhalt der Anfrage" }),
  path: Object.entries({ "the model's folder": "seinem Ordner" }),
  origin: Object.entries({ "another site": "eine fremde Seite" }),
  source: Object.entries({ setting: "Einstellung", default: "Vorgabe" }),
  limit: [
    [/^a list of texts that are not empty$/, "eine Liste nicht leerer Texte"],
    [/^not empty$/, "ausgefüllt"],
    [/^(at least|at most) (\S+) characters long$/, "$1 $2 Zeichen lang"],
    [/^(at least|at most) (\S+) entries long$/, "eine Liste der Länge $1 $2"],
    [/\bat least\b/, "mindestens"],
    [/\bat most\b/, "höchstens"],
    [/\babove\b/, "größer als"],
    [/\bbelow\b/, "kleiner als"],
    [/ and /, " und "],
    [/(\d)\.(\d)/g, "$1,$2"],
  ],
  what: Object.entries({
    project: "Projekt",
    "deleted project": "gelöschtes Projekt",
    run: "Lauf",
    job: "Vorgang",
    file: "Datei",
    "data file": "Datendatei",
    page: "Seite",
    "proof of run": "Nachweis zum Lauf",
    "model in Ollama of the run": "in Ollama das Modell des Laufs",
    "PyTorch and its companions": "PyTorch samt Zubehör",
    "the engine": "das Trainingswerk",
  }),
  name: [[/\(did you mean (.+)\?\)$/, "(war $1 gemeint?)"]],
  part: Object.entries({
    host: "Rechner",
    namespace: "Namensraum",
    model: "Modell",
    tag: "Tag",
    weights: "Gewichte",
    "chat template": "Chat-Vorlage",
  }),
  status: Object.entries({
    queued: "wartet",
    running: "läuft",
    finished: "fertig",
    failed: "fehlgeschlagen",
    cancelled: "abgebrochen",
    paused: "angehalten",
    interrupted: "abgerissen",
  }),
  stage: Object.entries({
    detect_device: "Computer erkennen",
    import_libraries: "Werkzeuge laden",
    load_model: "Modell laden",
    setup_lora: "Zusatz anbringen",
    tokenize: "Text in Tokens zerlegen",
    train: "Trainieren",
    evaluate: "Prüffragen stellen",
    merge_lora: "Zusatz einarbeiten",
    convert_gguf: "Für Ollama umwandeln",
    quantize_gguf: "Verkleinern",
    create_modelfile: "Modelfile schreiben",
    register_ollama: "In Ollama anlegen",
    verify_ollama: "In Ollama nachweisen",
    start: "Start",
  }),
  reason: [
    ...Object.entries({
      "it is empty": "er ist leer",
      "it holds half of a character": "er enthält ein halbes Zeichen",
      "it holds a control character": "er enthält ein Steuerzeichen",
      'it holds one of < > : " | ? *': 'er enthält eines von < > : " | ? *',
      "it begins or ends with a blank or a dot":
        "er beginnt oder endet mit einem Leerzeichen oder Punkt",
      "some systems reserve it": "manche Systeme haben ihn für sich reserviert",
      unprintable: "nicht darstellbare Zeichen",
      quotes: "Anführungszeichen und Zeilenumbrüche",
      precision: "zu viele Ziffern",
      ignored: "von heutigen Fassungen nicht beachtet",
    }),
    [/^it is longer than (\d+) bytes$/, "er ist länger als $1 Bytes"],
    [/^it is longer than (\d+) characters$/, "er ist länger als $1 Zeichen"],
    // Why a run computes in its number format: see core/resolve/precision.ts and the trainer's device.py.
    [/^fp32: fp16 and bf16 are switched off$/, "fp32: fp16 und bf16 sind ausgeschaltet"],
    [
      /^(\w+) autocast, which this device only emulates: expect it to be slow$/,
      "$1-Autocast, was dieses Gerät nur nachbildet und deshalb langsam ist",
    ],
    [/^(fp16|bf16) autocast: /, "$1-Autocast: "],
    [/\bno CUDA device; bf16: /, "kein CUDA-Gerät; bf16: "],
    [/\bno CUDA device; no bf16: /, "kein CUDA-Gerät; kein bf16: "],
    [/\bthis CPU has neither (\S+) nor (\S+)$/, "dieser Prozessor hat weder $1 noch $2"],
    [/\bthis CPU has (\S+)$/, "dieser Prozessor hat $1"],
    [/\bCUDA device with compute capability (\S+?)(?=;|$)/, "CUDA-Gerät der Compute Capability $1"],
    [/; no bf16 before 8\.0$/, "; kein bf16 vor 8.0"],
    [
      /\bApple silicon trains in float32 here, and cannot load in 4 bits$/,
      "Apple-Prozessoren trainieren hier in float32 und können nicht in 4 Bit laden",
    ],
    [/\bread without the training engine$/, "ohne das Trainingswerk ermittelt"],
  ],
  delimiter: Object.entries({
    comma: "Komma",
    semicolon: "Semikolon",
    tab: "Tabulator",
    bar: "senkrechter Strich",
    colon: "Doppelpunkt",
    space: "Leerzeichen",
  }),
  form: Object.entries({
    "OpenAI messages": "OpenAI-Nachrichten",
    "ShareGPT conversations": "ShareGPT-Gespräche",
    "prompt and completion": "Prompt und Antwort",
    "question and answer": "Frage und Antwort",
    "plain text for continued training": "reiner Text zum Weitertrainieren",
  }),
  container: Object.entries({
    "JSON lines": "JSON Lines",
    "a table in text": "Tabelle in Textform",
    "an Excel workbook": "Excel-Arbeitsmappe",
    "a Markdown table": "Markdown-Tabelle",
    "plain text": "reiner Text",
  }),
  detail: [
    ...Object.entries({
      "tool_calls is no list": "tool_calls ist keine Liste",
      "a call is no object": "ein Aufruf ist kein Objekt",
      "a call names no function": "ein Aufruf nennt keine Funktion",
      "a function_call is no JSON": "ein function_call ist kein JSON",
      "they are no list": "sie sind keine Liste",
      "one of them is no object": "eines davon ist kein Objekt",
      "one of them has no name": "eines davon hat keinen Namen",
      "its tool call does not stand behind the prompt":
        "ihr Werkzeugaufruf steht nicht hinter dem Prompt",
      "one of them is nested too deep": "eines davon ist zu tief verschachtelt",
      "a part of it is missing": "ein Teil davon fehlt",
      "it is no zip archive": "sie ist kein Zip-Archiv",
      "its row counts contradict each other": "ihre Zeilenzahlen widersprechen sich",
      "a system message stands behind the first place":
        "Eine Systemnachricht steht nicht an erster Stelle",
      "the conversation does not end with an answer": "Das Gespräch endet nicht mit einer Antwort",
      "it is damaged": "sie ist beschädigt",
      "it is not UTF-8": "sie ist kein UTF-8",
      "it has no schemaVersion": "sie hat keine schemaVersion",
      "the answer has no end": "die Antwort hat kein Ende",
      "the model has no end token": "das Modell hat kein End-Token",
      "its tokens cannot follow the prompt's tokens":
        "ihre Tokens können nicht auf die des Prompts folgen",
      "it takes no system turn": "sie nimmt keinen Systemprompt an",
      "it is missing": "sie fehlt",
      "it is not an object": "sie enthält kein Objekt",
      "this GPU has no bfloat16": "diese GPU hat kein bfloat16",
      "there is no gradient scaling on this GPU":
        "auf dieser GPU gibt es keine Skalierung der Gradienten",
      "bitsandbytes has no kernels for this GPU": "bitsandbytes hat keine Kernels für diese GPU",
      "bitsandbytes is not installed": "bitsandbytes ist nicht installiert",
    }),
    [/^the arguments of (.+) are no JSON object$/, "die Argumente von $1 sind kein JSON-Objekt"],
    [
      /^the arguments of (.+) are nested too deep$/,
      "die Argumente von $1 sind zu tief verschachtelt",
    ],
    [/^exit (?:status|code) (\S+)$/, "Exit-Code $1"],
    [/^signal (\S+)$/, "Signal $1"],
  ],
};

/** One parameter of a sentence as German has it; what is not in the vocabulary stays as it is. */
export function wordInGerman(name: string, value: string | number | boolean | null): string {
  const text = String(value);
  const rewritings = vocabulary[name] ?? (typeof value === "number" ? [decimalComma] : []);
  return rewritings.reduce((shown, [words, german]) => {
    if (typeof words === "string") return shown === words ? german : shown;
    return shown.replace(words, german);
  }, text);
}
