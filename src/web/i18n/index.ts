import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { de } from "./de/index.ts";
import { en } from "./en/index.ts";

export const languages = ["en", "de"] as const;
export type PageLanguage = (typeof languages)[number];

const storageKey = "tunesmith.language";

/** The language chosen before, else the browser's, else English. */
export function initialLanguage(): PageLanguage {
  const stored = localStorage.getItem(storageKey);
  const wanted = stored ?? navigator.language.slice(0, 2);
  return languages.find((language) => language === wanted) ?? "en";
}

export async function setLanguage(language: PageLanguage): Promise<void> {
  localStorage.setItem(storageKey, language);
  await i18next.changeLanguage(language);
}

export async function startI18n(): Promise<void> {
  const markDocument = (language: string) => {
    document.documentElement.lang = language;
    document.documentElement.dir = i18next.dir(language);
  };
  i18next.on("languageChanged", markDocument);
  await i18next.use(initReactI18next).init({
    resources: { en, de },
    lng: initialLanguage(),
    fallbackLng: "en",
    ns: Object.keys(en),
    defaultNS: "shell",
    interpolation: { escapeValue: false },
    returnNull: false,
  });
}
