import i18next from "i18next";
import { ApiError, createClient } from "#contract/client.ts";

/** The page's own server. A network failure becomes an ApiError with status 0. */
export const api = createClient<AbortSignal>({
  fetch: async (url, init) => {
    try {
      return await fetch(url, init);
    } catch (cause) {
      if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
      throw new ApiError(0, "unreachable", {}, i18next.t("unreachable", { ns: "common" }));
    }
  },
  language: () => i18next.language,
});

/** Any thrown value as a person's sentence and, where there is one, its code. */
export function sentenceOf(error: unknown): { message: string; code?: string } {
  if (error instanceof ApiError) return { message: error.message, code: error.code };
  return { message: error instanceof Error ? error.message : String(error) };
}
