import { expect, test } from "vitest";
import { migrate } from "./migrate.ts";
import type { Migration } from "./migrate.ts";

const migrations: Migration[] = [
  { name: "rename-a-to-b", from: 1, up: ({ a, ...rest }) => ({ ...rest, b: a }) },
  { name: "double-b", from: 2, up: (data) => ({ ...data, b: Number(data["b"]) * 2 }) },
];
const options = { file: "x.json", current: 3, migrations };

test("steps run in order from the file's version, and the original stays as it was", () => {
  const old = { schemaVersion: 1, a: 4, kept: [1] };
  expect(migrate(old, options)).toEqual({ schemaVersion: 3, b: 8, kept: [1] });
  expect(old).toEqual({ schemaVersion: 1, a: 4, kept: [1] });
  expect(migrate({ schemaVersion: 2, b: 1 }, options)).toEqual({ schemaVersion: 3, b: 2 });
});

test("a newer version and a missing one are refused", () => {
  expect(() => migrate({ schemaVersion: 4 }, options)).toThrow(
    expect.objectContaining({ code: "file_too_new" }),
  );
  expect(() => migrate({}, options)).toThrow(expect.objectContaining({ code: "file_invalid" }));
});
