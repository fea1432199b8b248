import { expect, test } from "vitest";
import { allParameters } from "#contract/parameters/registry.ts";
import { runEventSchema } from "#contract/events.ts";
import { staleFiles, withTables } from "./generated-files.ts";
import { schemaFiles } from "./schemas.ts";

test("what is generated from the contract is committed fresh", () => {
  expect(staleFiles()).toEqual([]);
});

test("tables take the place between the marks, and nothing else changes", () => {
  const before = "# A\n\n<!-- parameters:begin -->\nas-it-was\n<!-- parameters:end -->\n\nB\n";
  const after = withTables(before);
  expect(after.startsWith("# A\n\n<!-- parameters:begin -->\n")).toBe(true);
  expect(after.endsWith("<!-- parameters:end -->\n\nB\n")).toBe(true);
  expect(after).not.toContain("as-it-was");
  for (const { key } of allParameters) expect(after).toContain(`| \`${key}\` |`);
  expect(withTables(after)).toBe(after);
  expect(withTables("no marks")).toBe("no marks");
});

test("the schemas carry the registry's bounds and every event type", () => {
  const files = schemaFiles();
  const run = JSON.parse(files["run.schema.json"] ?? "") as {
    properties: Record<string, { properties: Record<string, object>; required: string[] }>;
  };
  expect(run.properties["lora"]?.properties["r"]).toMatchObject({ minimum: 4, maximum: 256 });
  expect(run.properties["training"]?.required).toContain("seed");
  expect(run.properties["modelfile"]?.required).not.toContain("min_p");
  const events = files["events.schema.json"] ?? "";
  const types = [...events.matchAll(/"const": "([a-z_.]+)"/g)].map((match) => match[1]);
  expect(types).toContain("train.step");
  expect(types).toContain("run.finished");
  expect(runEventSchema.safeParse({ seq: 1, attempt: 1, type: "run.finished" }).success).toBe(
    false,
  );
});
