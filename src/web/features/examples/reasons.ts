import { useTranslation } from "react-i18next";
import { bodySentence } from "#contract/body-sentence.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { PageLanguage } from "../../i18n/index.ts";

/** Reasons for leaving a row out: in two words for tables, and as a whole sentence. */
export function useReasons() {
  const { t, i18n } = useTranslation("examples");
  return {
    word: (code: string): string =>
      i18n.exists(`reason_${code}`, { ns: "examples" })
        ? t(`reason_${code}` as "reason_row_json")
        : code.replace(/^row_/, "").replaceAll("_", " "),
    sentence: (reason: ErrorBody): string => bodySentence(reason, i18n.language as PageLanguage),
    /** The sentence without the file and line that it begins with, where both stand beside it. */
    beside: (reason: ErrorBody, file: string): string => {
      const sentence = bodySentence(reason, i18n.language as PageLanguage);
      const begins = sentence.indexOf(file);
      return begins === -1 || begins > 24
        ? sentence
        : sentence.slice(begins + file.length).replace(/^[:,]?\s*/, "");
    },
  };
}
