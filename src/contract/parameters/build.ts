import { z } from "zod";
import type { Parameter, ParameterValue, Section } from "./types.ts";

type Row = Omit<Parameter, "schema" | "type" | "section" | "control"> & {
  control?: Parameter["control"];
};

/** Builders that derive schema and control from one row of plain data, so that a bound stands once. */
export const inSection = (section: Section) => ({
  int: (row: Row): Parameter => ({
    control: row.options ? "select" : "number",
    step: 1,
    ...row,
    section,
    type: "int",
    schema: row.options ? oneOf(row.options) : bounded(z.int(), row),
  }),
  float: (row: Row): Parameter => ({
    control: "number",
    ...row,
    section,
    type: "float",
    schema: bounded(z.number(), row),
  }),
  bool: (row: Row): Parameter => ({
    control: "switch",
    ...row,
    section,
    type: "bool",
    schema: z.boolean(),
  }),
  string: (row: Row): Parameter => ({
    control: row.options ? "select" : "textarea",
    ...row,
    section,
    type: "string",
    schema: row.options
      ? oneOf(row.options)
      : row.maxLength === undefined
        ? z.string()
        : z.string().max(row.maxLength),
  }),
  strings: (row: Row): Parameter => ({
    control: "tags",
    ...row,
    section,
    type: "strings",
    schema: z.array(row.options ? (oneOf(row.options) as z.ZodType<string>) : z.string().min(1)),
  }),
});

function oneOf(options: readonly ParameterValue[]): z.ZodType<ParameterValue> {
  return z.union(options.map((option) => z.literal(option as string | number | boolean)));
}

function bounded(schema: z.ZodNumber, row: Row): z.ZodNumber {
  let result = schema;
  if (row.minimum !== undefined) {
    result = row.minimumExclusive ? result.gt(row.minimum) : result.gte(row.minimum);
  }
  return row.maximum === undefined ? result : result.lte(row.maximum);
}
