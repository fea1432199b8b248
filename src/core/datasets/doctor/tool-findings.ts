import type { ErrorParams } from "#contract/errors.ts";
import type { FindingCode } from "#contract/findings.ts";
import { compareTools } from "../ollama-tools.ts";
import type { ToolDifferences } from "../ollama-tools.ts";
import type { Found } from "./found.ts";
import { fromHits } from "./found-in-rows.ts";
import type { About } from "./found-in-rows.ts";
import { startHits } from "./hit-list.ts";
import type { SeenRow } from "./seen-row.ts";

/** What the model's chat template does with tools. */
export interface TemplateTools {
  definitions: boolean;
  calls: boolean;
  /** What a tool said. */
  results: boolean;
  /** The model, as people know it. */
  model: string;
}

/** So many names of fields are told. */
const shownFields = 12;

/**
 * Rows whose tools Ollama would write otherwise than training, or refuses, or that the template
 * leaves out. Without a known template nothing is said: most have no use for tools.
 */
export function startToolFindings(template: TemplateTools | undefined): {
  add: (row: SeenRow, number: number) => void;
  finish: () => Found[];
} {
  const hits = startHits();
  const [unread, refused, ways] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const add = (row: SeenRow, number: number): void => {
    const { tools, messages } = row;
    const calls = messages.some((message) => message.tool_calls);
    const results = messages.some(({ role }) => role === "tool");
    if (!template || (!tools && !calls && !results)) return;
    const isLost =
      (tools && !template.definitions) ||
      (calls && !template.calls) ||
      (results && !template.results);
    if (isLost) {
      hits.add("tools_not_in_template", number, { found: null });
      return;
    }
    const compared = compareTools({ messages, tools });
    if ("refused" in compared) {
      refused.add(compared.refused);
      hits.add("tool_definitions_refused", number, { found: compared.refused });
    } else if (compared.dropped.length > 0) {
      for (const field of compared.dropped) unread.add(field);
      hits.add("tool_fields_unread", number, { found: compared.dropped.join(", ") });
    } else {
      const own = waysOf(compared);
      for (const way of own) ways.add(way);
      if (own.length > 0) hits.add("tool_definitions_differ", number, { found: null });
    }
  };
  const found = (code: FindingCode, about: About, params: ErrorParams): Found[] => {
    const own = hits.of(code);
    return own ? [fromHits(code, own, about, params)] : [];
  };
  const finish = (): Found[] => {
    const mend = { severity: "warning", fixes: ["write_tools", "leave_out"] } as const;
    const out = { severity: "error", fixes: ["leave_out"] } as const;
    return [
      ...found("tool_definitions_differ", mend, { ways: list(ways) }),
      ...found("tool_fields_unread", mend, { fields: list(unread) }),
      ...found("tool_definitions_refused", out, { fields: list(refused) }),
      ...found("tools_not_in_template", out, { model: template?.model ?? "" }),
    ];
  };
  return { add, finish };
}

/** The ways in which a row differs, in words of the closed vocabulary that German has, too. */
function waysOf({ reordered, rewritten, argumentsReordered }: ToolDifferences): string[] {
  return [
    ...(reordered ? ["fields in another order"] : []),
    ...(rewritten ? ["fields that are missing or empty"] : []),
    ...(argumentsReordered ? ["arguments of calls in another order"] : []),
  ];
}

function list(names: ReadonlySet<string>): string {
  const all = [...names].sort();
  return [...all.slice(0, shownFields), ...(all.length > shownFields ? ["…"] : [])].join(", ");
}
