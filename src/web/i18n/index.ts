import i18next from "i18next";
import { initReactI18next } from "react-i18next";

export const languages = ["en", "de"] as const;
export type PageLanguage = (typeof languages)[number];

const storageKey = "tunesmith.language";

/** The language chosen before, else the browser's, else English. */
function initialLanguage(): PageLanguage {
  const stored = localStorage.getItem(storageKey);
  const wanted = stored ?? navigator.language.slice(0, 2);
  return languages.find((language) => language === wanted) ?? "en";
}

/** Each language's texts are a file of their own: one is loaded, not all. */
const texts = {
  en: async () => (await import("./en/index.ts")).en,
  de: async () => (await import("./de/index.ts")).de,
};

export async function setLanguage(language: PageLanguage): Promise<void> {
  for (const [name, bundle] of Object.entries(await texts[language]()))
    i18next.addResourceBundle(language, name, bundle);
  localStorage.setItem(storageKey, language);
  await i18next.changeLanguage(language);
}

export async function startI18n(): Promise<void> {
  const markDocument = (language: string) => {
    document.documentElement.lang = language;
    document.documentElement.dir = i18next.dir(language);
  };
  i18next.on("languageChanged", markDocument);
  const language = initialLanguage();
  const bundles = await texts[language]();
  await i18next.use(initReactI18next).init({
    resources: { [language]: bundles },
    lng: language,
    // Every language has every text, which the type check and the tests see to.
    fallbackLng: false,
    ns: Object.keys(bundles),
    defaultNS: "shell",
    interpolation: { escapeValue: false },
    returnNull: false,
  });
}
