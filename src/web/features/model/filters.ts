import type { Model } from "#contract/routes/models.ts";

export interface Filters {
  readonly text: string;
  readonly fitting: boolean;
  /** "" = any. */
  readonly licence: string;
  readonly language: string;
}
export const noFilters: Filters = { text: "", fitting: false, licence: "", language: "" };

/** Whether a model is shown: every word of the text stands in its name. */
export function matches(model: Model, { text, fitting, licence, language }: Filters): boolean {
  const name = `${model.id} ${model.name} ${model.owner}`.toLowerCase();
  return (
    text
      .toLowerCase()
      .split(/\s+/)
      .every((word) => name.includes(word)) &&
    (!fitting || model.memory?.verdict !== "too_large") &&
    (licence === "" || model.licence === licence) &&
    (language === "" || model.languages.includes(language))
  );
}

/** Every value that the models have, once. */
export const valuesOf = (models: readonly Model[], read: (model: Model) => string[]): string[] =>
  [...new Set(models.flatMap(read))].sort((a, b) => a.localeCompare(b));
