import { errorSentencesEn } from "./errors.en.ts";

export const errorSentencesDe: Record<keyof typeof errorSentencesEn, string> = errorSentencesEn;
