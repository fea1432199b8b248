import { answersOf } from "../seen-row.ts";
import type { Hit, SeenRow } from "../seen-row.ts";

/** A stop text inside an answer: Ollama would end the answer there. */
export function findStop(row: SeenRow, stops: readonly string[]): Hit | undefined {
  for (const answer of answersOf(row)) {
    const found = stops.find((stop) => stop !== "" && answer.includes(stop));
    if (found !== undefined) return { found };
  }
  return undefined;
}

/** An answer without the stop texts in it. */
export function removeStops(answer: string, stops: readonly string[]): string {
  let result = answer;
  for (const stop of stops) if (stop !== "") result = result.replaceAll(stop, "");
  return result === answer ? answer : result.replaceAll(/ {2,}/g, " ").trim();
}
