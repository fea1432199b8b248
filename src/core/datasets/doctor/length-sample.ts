import type { Message } from "#contract/dataset.ts";
import { taughtText } from "./seen-row.ts";
import type { SeenRow } from "./seen-row.ts";

/** Rows whose tokens are counted: some by chance for what is usual, and the longest for the limits. */
export interface SampledRow {
  row: number;
  messages: readonly Message[];
  characters: number;
}

export interface LengthSample {
  add: (row: SeenRow, number: number) => void;
  usual: () => SampledRow[];
  longest: () => SampledRow[];
}

const usualCount = 600;
const longestCount = 200;
/** Longer than any context; such a row is over every limit, and its text need not be kept. */
const longestKept = 100_000;

/** Reservoir sampling (Vitter 1985), seeded, so that the same data gives the same findings. */
export function startLengthSample(): LengthSample {
  const usual: SampledRow[] = [];
  let longest: SampledRow[] = [];
  let bound = 0;
  let seen = 0;
  let state = 0x9e3779b9;
  const chance = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return {
    add: (seenRow, row) => {
      if (seenRow.reason || seenRow.messages.length === 0) return;
      const characters = taughtText(seenRow).length;
      const sampled = { row, messages: clip(seenRow.messages), characters };
      seen += 1;
      const place = usual.length < usualCount ? usual.length : chance(seen);
      if (place < usualCount) usual[place] = sampled;
      if (characters < bound) return;
      longest.push(sampled);
      if (longest.length < longestCount * 2) return;
      longest = longest.sort((a, b) => b.characters - a.characters).slice(0, longestCount);
      bound = longest.at(-1)?.characters ?? 0;
    },
    usual: () => usual,
    longest: () => longest.sort((a, b) => b.characters - a.characters).slice(0, longestCount),
  };
}

function clip(messages: readonly Message[]): readonly Message[] {
  if (messages.every(({ content }) => content.length <= longestKept)) return messages;
  return messages.map((message) => ({
    ...message,
    content: message.content.slice(0, longestKept),
  }));
}
