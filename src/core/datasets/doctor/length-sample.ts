import { Buffer } from "node:buffer";
import type { Message } from "#contract/dataset.ts";
import { taughtText } from "./seen-row.ts";
import type { SeenRow } from "./seen-row.ts";

/** Rows whose tokens are counted: some by chance for what is usual, and the longest for the limits. */
export interface SampledRow {
  row: number;
  messages: readonly Message[];
  tools?: SeenRow["tools"];
  characters: number;
  /** In UTF-8: no tokenizer makes more tokens of a text. */
  bytes: number;
}

export interface LengthSample {
  add: (row: SeenRow, number: number) => void;
  usual: () => SampledRow[];
  /** The rows with the most bytes. */
  longest: () => SampledRow[];
  /** Rows seen, and the most bytes of one that is not among the longest. */
  all: () => number;
  nextLongest: () => number;
}

const usualCount = 600;
const longestCount = 200;
/** Longer than any context; such a row is over every limit, and its text need not be kept. */
const longestKept = 100_000;

/** Reservoir sampling (Vitter 1985), seeded, so that the same data gives the same findings. */
export function startLengthSample(): LengthSample {
  const usual: SampledRow[] = [];
  let longest: SampledRow[] = [];
  let next = 0;
  let bound = 0;
  let seen = 0;
  let state = 0x9e3779b9;
  const chance = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  function shorten(): void {
    longest.sort((a, b) => b.bytes - a.bytes);
    next = Math.max(next, longest[longestCount]?.bytes ?? 0);
    longest = longest.slice(0, longestCount);
    bound = longest.length < longestCount ? 0 : (longest.at(-1)?.bytes ?? 0);
  }
  return {
    add: (seenRow, row) => {
      if (seenRow.reason || seenRow.messages.length === 0) return;
      const { messages, tools } = seenRow;
      const text = taughtText(seenRow);
      const calls = messages.flatMap((message) => message.tool_calls ?? []);
      const written = tools || calls.length > 0 ? JSON.stringify([tools, calls]) : "";
      const bytes = Buffer.byteLength(text) + Buffer.byteLength(written);
      const characters = text.length;
      const sampled = { row, messages: clip(messages), ...(tools && { tools }), characters, bytes };
      seen += 1;
      const place = usual.length < usualCount ? usual.length : chance(seen);
      if (place < usualCount) usual[place] = sampled;
      if (bytes < bound) {
        next = Math.max(next, bytes);
        return;
      }
      longest.push(sampled);
      if (longest.length >= longestCount * 2) shorten();
    },
    usual: () => usual,
    longest: () => {
      shorten();
      return longest;
    },
    all: () => seen,
    nextLongest: () => {
      shorten();
      return next;
    },
  };
}

function clip(messages: readonly Message[]): readonly Message[] {
  if (messages.every(({ content }) => content.length <= longestKept)) return messages;
  return messages.map((message) => ({
    ...message,
    content: message.content.slice(0, longestKept),
  }));
}
