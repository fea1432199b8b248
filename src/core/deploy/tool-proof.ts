import type { ErrorBody } from "#contract/errors.ts";
import type { ProofDifference, ToolProof } from "#contract/ollama-proof.ts";
import { toolNote } from "#contract/tool-proof.ts";
import { compareTools } from "#core/datasets/ollama-tools.ts";
import type { GoldenTools } from "./golden.ts";
import type { GoldenResult } from "./golden-check.ts";

/**
 * Ask Ollama for every golden row with tools. What differs does not fail the model, whose other rows
 * are proven without; it is named with its cause. Errors: those of `check`.
 */
export async function proveTools(
  rows: readonly GoldenTools[],
  check: (row: GoldenTools) => Promise<GoldenResult>,
  onRow: () => void,
): Promise<ToolProof> {
  const differing: ToolProof["differing"] = [];
  for (const row of rows) {
    const { difference: late } = await check(row);
    if (late) {
      const difference = await late();
      differing.push({ id: row.id, causes: causesOf(row, difference), difference });
    }
    onRow();
  }
  return { equal: rows.length - differing.length, total: rows.length, differing };
}

/** What Ollama writes otherwise in a row's definitions and calls; never empty. */
export function causesOf(row: GoldenTools, { kind, detail }: ProofDifference): ErrorBody[] {
  if (kind === "refused") return [toolNote("tool_refused", { detail: detail ?? "" })];
  const found = compareTools(row);
  if ("refused" in found) return [toolNote("tool_cause_unknown")];
  const { dropped, reordered, rewritten, argumentsReordered } = found;
  const causes = [
    ...(dropped.length > 0
      ? [toolNote("tool_fields_left_out", { fields: dropped.join(", ") })]
      : []),
    ...(reordered ? [toolNote("tool_fields_reordered")] : []),
    ...(rewritten ? [toolNote("tool_fields_rewritten")] : []),
    ...(argumentsReordered ? [toolNote("tool_arguments_reordered")] : []),
  ];
  return causes.length > 0 ? causes : [toolNote("tool_cause_unknown")];
}
