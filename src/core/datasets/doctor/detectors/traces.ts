import { answersOf } from "../seen-row.ts";
import type { Hit, SeenRow } from "../seen-row.ts";

const names = "think|thinking|thought|thoughts|reasoning|reflection|scratchpad|analysis|seed:think";
const thinking = new RegExp(
  `<(?:${names})>|</(?:${names})>|\\[/?THINK\\]|<\\|channel\\|>\\s*analysis|<\\|begin_of_thought\\|>`,
  "i",
);
const thoughts = new RegExp(
  `<(${names})>[\\s\\S]*?</\\1>\\s*|\\[THINK\\][\\s\\S]*?\\[/THINK\\]\\s*|<\\|begin_of_thought\\|>[\\s\\S]*?<\\|end_of_thought\\|>\\s*`,
  "gi",
);
const tools =
  /<\/?(?:tool_call|tool_calls|tool_response|tool_use|function_call|function_calls|function_response|invoke)\b[^>]*>|\[TOOL_(?:CALLS|RESULTS)\]|<\|python_tag\|>|<function=|```tool_(?:code|outputs?)|<\|tool_call/i;

/** The mark of thinking aloud in a row's answers. */
export function findThinking(row: SeenRow): Hit | undefined {
  return firstMatch(row, thinking);
}

/** The trace of a tool call in an answer's text; calls in their own field are no trace. */
export function findToolTrace(row: SeenRow): Hit | undefined {
  return firstMatch(row, tools);
}

/** An answer without what was thought aloud; as it is where the thought has no end. */
export const removeThoughts = (answer: string): string => answer.replaceAll(thoughts, "").trim();

function firstMatch(row: SeenRow, pattern: RegExp): Hit | undefined {
  for (const answer of answersOf(row)) {
    const found = pattern.exec(answer)?.[0];
    if (found !== undefined) return { found };
  }
  return undefined;
}
