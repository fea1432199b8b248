import type { Language } from "#contract/errors.ts";

interface ModelWords {
  model: string;
  download: string;
  licence: string;
  languages: string;
  needs: string;
  state: string;
  family: string;
  fits: string;
  tight: string;
  too_large: string;
  here: string;
  gated: string;
  recommended: string;
  untested: string;
  noToken: string;
  askToken: string;
  tokenExpected: string;
  part: (done: string, total: string) => string;
  left: (time: string) => string;
  basis: (maxLength: number, fourBit: boolean, rank: number, free: string) => string;
  nothing: (query: string) => string;
  leftOut: (count: number) => string;
  downloaded: (id: string, folder: string) => string;
  use: (command: string) => string;
  paused: (command: string) => string;
  discarded: (freed: string) => string;
  token: (source: string, host: string) => string;
  subset: string;
  split: string;
  files: string;
  added: (files: string, project: string) => string;
}

/** What the terminal says of models, downloads and the access token. */
export const modelWords: Record<Language, ModelWords> = {
  en: {
    model: "Model",
    download: "Download",
    licence: "Licence",
    languages: "Languages",
    needs: "Needs",
    state: "State",
    family: "Family",
    fits: "fits",
    tight: "tight",
    too_large: "too large",
    here: "on this disk",
    gated: "gated",
    recommended: "recommended",
    untested: "not tested here",
    noToken: "No access token is set. Public models need none.",
    askToken: "Access token (it is not shown): ",
    tokenExpected: "an access token was expected on standard input",
    part: (done, total) => `${done} of ${total}`,
    left: (time) => `${time} left`,
    basis: (maxLength, fourBit, rank, free) =>
      `Needs are for training with ${maxLength} tokens${fourBit ? ", 4-bit" : ""}, rank ${rank}; ${free} are free.`,
    nothing: (query) => `The hub has no model with safetensors for “${query}”.`,
    leftOut: (count) => `${count} quantised left out: only whole models can be trained.`,
    downloaded: (id, folder) => `${id} is whole and proven, in ${folder}`,
    use: (command) => `Train it: ${command}`,
    paused: (command) => `Paused; what arrived is kept. Go on with: ${command}`,
    discarded: (freed) => `${freed} freed.`,
    subset: "Subset",
    split: "Split",
    files: "Files",
    added: (files, project) => `${files} is now data of ${project}.`,
    token: (source, host) => `An access token is set (${source}); it is sent to ${host} alone.`,
  },
  de: {
    model: "Modell",
    download: "Download",
    licence: "Lizenz",
    languages: "Sprachen",
    needs: "Bedarf",
    state: "Stand",
    family: "Familie",
    fits: "passt",
    tight: "knapp",
    too_large: "zu groß",
    here: "auf diesem Datenträger",
    gated: "mit Zustimmung",
    recommended: "empfohlen",
    untested: "hier nicht geprüft",
    noToken: "Es ist kein Zugangstoken gesetzt. Öffentliche Modelle brauchen keines.",
    askToken: "Zugangstoken (wird nicht angezeigt): ",
    tokenExpected: "auf der Standardeingabe wurde ein Zugangstoken erwartet",
    part: (done, total) => `${done} von ${total}`,
    left: (time) => `noch ${time}`,
    basis: (maxLength, fourBit, rank, free) =>
      `Der Bedarf gilt für das Training mit ${maxLength} Tokens${fourBit ? ", 4 Bit" : ""}, Rang ${rank}; frei sind ${free}.`,
    nothing: (query) => `Der Hub hat zu „${query}“ kein Modell mit safetensors.`,
    leftOut: (count) =>
      `${count} quantisierte weggelassen: nur ganze Modelle lassen sich trainieren.`,
    downloaded: (id, folder) => `${id} ist vollständig und geprüft, in ${folder}`,
    use: (command) => `Damit trainieren: ${command}`,
    paused: (command) => `Angehalten; was angekommen ist, bleibt. Fortsetzen: ${command}`,
    discarded: (freed) => `${freed} freigegeben.`,
    subset: "Teil",
    split: "Abschnitt",
    files: "Dateien",
    added: (files, project) => `${files} gehört jetzt zu den Daten von ${project}.`,
    token: (source, host) => `Ein Zugangstoken ist gesetzt (${source}); es geht nur an ${host}.`,
  },
};
