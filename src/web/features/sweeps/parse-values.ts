import type { Parameter, ParameterValue } from "#contract/parameters/types.ts";

export type Space = Record<string, Record<string, ParameterValue[]>>;

/**
 * What was typed as values of a parameter; lists are parted by semicolons. What is no value of its
 * type stays text, so that the server can say what is wrong with it.
 */
export function parseValues({ type }: Pick<Parameter, "type">, text: string): ParameterValue[] {
  const parted = text.split(type === "strings" || text.includes(";") ? ";" : ",");
  const words = [...new Set(parted.map((word) => word.trim()).filter(Boolean))];
  return words.map((word) => {
    if (type === "strings") return word.split(",").map((item) => item.trim());
    if (type === "bool") return word === "true" ? true : word === "false" ? false : word;
    const number = Number(word);
    return type === "string" || !Number.isFinite(number) ? word : number;
  });
}

/** How many trials a grid comes to. */
export const countTrials = (space: Space): number =>
  Object.values(space)
    .flatMap((values) => Object.values(values))
    .reduce((product, values) => product * values.length, 1);
