import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { lockGaps, type LockPackages, platformFromName } from "./lock-gaps.ts";

const root = path.join(import.meta.dirname, "..", "..");

test("package-lock.json names every package, so that `npm ci` takes it", () => {
  const text = readFileSync(path.join(root, "package-lock.json"), "utf8");
  const { packages } = JSON.parse(text) as { packages: LockPackages };
  // Where this fails: node scripts/complete-lock.ts
  expect(lockGaps(packages)).toEqual([]);
});

test("packages are found where Node finds them", () => {
  const packages: LockPackages = {
    "": { dependencies: { a: "1" } },
    "node_modules/a": { dependencies: { b: "1", c: "1" }, optionalDependencies: { d: "1" } },
    "node_modules/a/node_modules/b": { dependencies: { c: "1", e: "2" } },
    "node_modules/c": {},
  };
  expect(lockGaps(packages)).toEqual([
    { name: "d", version: "1", of: "node_modules/a" },
    { name: "e", version: "2", of: "node_modules/a/node_modules/b" },
  ]);
});

describe("a binary package's platform", () => {
  test.each([
    ["@oxfmt/binding-linux-arm64-musl", { os: ["linux"], cpu: ["arm64"], libc: ["musl"] }],
    ["@oxfmt/binding-linux-arm-gnueabihf", { os: ["linux"], cpu: ["arm"], libc: ["glibc"] }],
    ["@oxlint-tsgolint/win32-x64", { os: ["win32"], cpu: ["x64"] }],
    ["@tailwindcss/oxide-wasm32-wasi", { cpu: ["wasm32"] }],
    ["plain", {}],
  ])("%s", (name, platform) => {
    expect(platformFromName(name)).toEqual(platform);
  });
});
