import { z } from "zod";
import { errorBodySchema } from "./errors.ts";

/** How a file holds its rows. */
const containerSchema = z.enum(["jsonl", "json", "csv", "xlsx", "parquet", "markdown", "text"]);
export type Container = z.infer<typeof containerSchema>;

/** How a row says what is asked and answered. */
const rowFormSchema = z.enum([
  "messages",
  "sharegpt",
  "alpaca",
  "prompt_completion",
  "question_answer",
  "text",
]);
export type RowForm = z.infer<typeof rowFormSchema>;

/**
 * What a column can be. `messages` holds a whole conversation (OpenAI's or ShareGPT's), `input` what
 * a question is about, `text` a text for continued training, `split` which set its row belongs to.
 */
const columnRoleSchema = z.enum([
  "messages",
  "tools",
  "system",
  "question",
  "input",
  "answer",
  "text",
  "split",
]);
export type ColumnRole = z.infer<typeof columnRoleSchema>;

/** The column that plays each part. */
const columnsSchema = z.partialRecord(columnRoleSchema, z.string().min(1).max(200));
export type Columns = z.infer<typeof columnsSchema>;

/** What a person says about a file, instead of what was detected; absent keys stay detected. */
export const mappingSchema = z.strictObject({
  container: containerSchema.optional(),
  /** A label of the WHATWG Encoding Standard, such as "windows-1252". */
  encoding: z.string().min(1).max(40).optional(),
  delimiter: z.string().length(1).optional(),
  /** Whether the first row of a table names its columns. */
  header: z.boolean().optional(),
  columns: columnsSchema.optional(),
});
export type Mapping = z.infer<typeof mappingSchema>;

/** How a data file is read, and why. */
export const dataFormatSchema = z.strictObject({
  container: containerSchema,
  compressed: z.boolean(),
  /** Null where the container settles it. */
  encoding: z.strictObject({ name: z.string(), guessed: z.boolean() }).nullable(),
  delimiter: z.string().nullable(),
  header: z.boolean().nullable(),
  sheets: z.array(z.string()),
  /** Null where no known form was found: then columns must be mapped. */
  form: rowFormSchema.nullable(),
  /** Names of the columns or keys, from the first rows. */
  columns: z.array(z.string()),
  /** The parts that columns play, detected or mapped. */
  mapped: columnsSchema,
  /** What a person said of it; null where everything is detected. */
  mapping: mappingSchema.nullable(),
  /** Why it is read so, one sentence each; codes of format-evidence. */
  evidence: z.array(errorBodySchema),
});
export type DataFormat = z.infer<typeof dataFormatSchema>;
