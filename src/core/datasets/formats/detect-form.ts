import type { Columns, RowForm } from "#contract/data-format.ts";
import type { ErrorBody } from "#contract/errors.ts";
import { evidence } from "#contract/format-evidence.ts";
import { isFields } from "../row-values.ts";
import { findColumns, formOf } from "./columns.ts";
import { formNames } from "./names.ts";

/** The form of a file's first rows. */
export interface FoundForm {
  form: RowForm | null;
  columns: string[];
  mapped: Columns;
  /** Set where names do not tell the parts: then every row is read by these. */
  fixed: Columns | null;
  evidence: ErrorBody[];
}

const mostColumns = 200;

/** What the columns of the first rows mean. `table` says that every row has the same columns. */
export function detectForm(
  rows: readonly unknown[],
  { mapped, table }: { mapped: Columns | undefined; table: boolean },
): FoundForm {
  const objects = rows.filter(isFields);
  const columns = [...new Set(objects.flatMap(Object.keys))].slice(0, mostColumns);
  if (mapped && Object.keys(mapped).length > 0) {
    const form = withSpeaker(formOf(mapped), mapped, objects);
    const said = evidence("form_mapped", { columns: listOf(mapped) });
    const says = [said, ...unusedOf(columns, [mapped])];
    return { form, columns, mapped, fixed: mapped, evidence: says };
  }
  const forms = new Map<RowForm, { rows: number; columns: Columns }>();
  for (const object of objects) {
    const found = findColumns(Object.keys(object));
    const form = withSpeaker(found.form, found.columns, [object]);
    if (form === null) continue;
    const seen = forms.get(form) ?? { rows: 0, columns: found.columns };
    forms.set(form, { ...seen, rows: seen.rows + 1 });
  }
  const [best, ...others] = [...forms].sort(([, a], [, b]) => b.rows - a.rows);
  if (!best) return unnamed(columns, table);
  const [form, { rows: count, columns: parts }] = best;
  const said = [
    evidence("form_keys", {
      rows: count,
      sampled: rows.length,
      columns: listOf(parts),
      form: formNames[form],
    }),
  ];
  if (others.length > 0) said.push(evidence("form_mixed"));
  said.push(
    ...unusedOf(
      columns,
      [...forms.values()].map((found) => found.columns),
    ),
  );
  return { form, columns, mapped: parts, fixed: null, evidence: said };
}

/** Two columns without known names are most likely question and answer, in this order. */
function unnamed(columns: string[], table: boolean): FoundForm {
  const [question, answer, ...more] = columns;
  if (table && question !== undefined && answer !== undefined && more.length === 0) {
    const mapped = { question, answer };
    const said = evidence("form_positions");
    return { form: "question_answer", columns, mapped, fixed: mapped, evidence: [said] };
  }
  const said =
    columns.length > 0 ? [evidence("form_unknown", { columns: shortList(columns) })] : [];
  return { form: null, columns, mapped: {}, fixed: null, evidence: said };
}

/** ShareGPT is told from OpenAI's form by who speaks, not by the name of the column. */
function withSpeaker(
  form: RowForm | null,
  { messages }: Columns,
  rows: readonly Record<string, unknown>[],
): RowForm | null {
  if (messages === undefined) return form;
  for (const row of rows) {
    const list = row[messages];
    const item: unknown = Array.isArray(list) ? list[0] : undefined;
    if (isFields(item)) return "from" in item && !("role" in item) ? "sharegpt" : "messages";
  }
  return form;
}

/** Nothing of a file is passed over without a word. */
function unusedOf(columns: readonly string[], used: readonly Columns[]): ErrorBody[] {
  const names = new Set(used.flatMap((parts) => Object.values(parts)));
  const unused = columns.filter((column) => !names.has(column));
  return unused.length > 0 ? [evidence("columns_unused", { columns: shortList(unused) })] : [];
}

const shortList = (columns: readonly string[]): string =>
  `${columns.slice(0, 8).join(", ").slice(0, 200)}${columns.length > 8 ? ", …" : ""}`;

const listOf = (columns: Columns): string => Object.values(columns).join(", ");
