import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { expect, test } from "vitest";

const source = import.meta.dirname;

/** What each room may import of the others. Core starts the runner by its path alone. */
const allowed: Record<string, readonly string[]> = {
  contract: ["contract"],
  core: ["contract", "core"],
  runner: ["contract", "core", "runner"],
  server: ["contract", "core", "server"],
  // `tunesmith start` is the one door from the terminal to the server.
  cli: ["contract", "core", "cli", "server"],
  web: ["contract", "web"],
};

/** Rooms that run where there is no Node. */
const withoutNode = ["contract", "web"];
/** All that the contract may take from outside. */
const contractPackages = ["zod", "@hono/zod-openapi"];

const isTest = (path: string): boolean => /\.test\.tsx?$|[\\/]testing[\\/]/.test(path);

const files = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
  .map((entry) => relative(source, join(entry.parentPath, entry.name)))
  .filter((path) => path.includes(sep));

/** Every specifier of a file's imports and re-exports, dynamic ones included. */
function specifiers(code: string): string[] {
  const pattern = /(?:\bfrom\s*|\bimport\s*\(?\s*)["']([^"'\n]+)["']/g;
  return [...code.matchAll(pattern)].flatMap(([, specifier]) => specifier ?? []);
}

/** The room that a specifier leads to, or undefined where it leads outside of src. */
function roomOf(specifier: string, file: string): string | undefined {
  if (specifier.startsWith("#")) return specifier.slice(1).split("/")[0];
  if (!specifier.startsWith(".")) return undefined;
  return relative(source, join(source, dirname(file), specifier)).split(sep)[0];
}

const importsOf = (room: string): [file: string, specifier: string][] =>
  files
    .filter((path) => path.split(sep)[0] === room)
    .flatMap((path) =>
      specifiers(readFileSync(join(source, path), "utf8")).map((specifier): [string, string] => [
        path,
        specifier,
      ]),
    );

test.each(Object.keys(allowed))("%s imports only the rooms before it", (room) => {
  const wrong = importsOf(room).filter(([file, specifier]) => {
    const target = roomOf(specifier, file);
    return target !== undefined && !allowed[room]?.includes(target);
  });
  expect(wrong).toEqual([]);
});

test.each(withoutNode)("%s needs no Node", (room) => {
  const wrong = importsOf(room).filter(
    ([file, specifier]) => specifier.startsWith("node:") && !isTest(file),
  );
  expect(wrong).toEqual([]);
});

test("the contract takes nothing from outside but its schema library", () => {
  const wrong = importsOf("contract").filter(
    ([file, specifier]) =>
      roomOf(specifier, file) === undefined &&
      !contractPackages.includes(specifier) &&
      !isTest(file),
  );
  expect(wrong).toEqual([]);
});

test("no file needs itself, by whatever way round", () => {
  const pathOf = (specifier: string, file: string): string =>
    specifier.startsWith("#") ? specifier.slice(1) : join(dirname(file), specifier);
  const targets = new Map(
    files.map((file) => [
      file,
      specifiers(readFileSync(join(source, file), "utf8")).map((one) => pathOf(one, file)),
    ]),
  );
  const done = new Set<string>();
  const circles: string[] = [];
  const follow = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(" → "));
    if (done.has(file) || way.includes(file)) return;
    for (const target of targets.get(file) ?? []) follow(target, [...way, file]);
    done.add(file);
  };
  for (const file of files) follow(file, []);
  expect(circles).toEqual([]);
});

test("every room is known, and every form of import is seen", () => {
  const rooms = new Set(files.map((path) => path.split(sep)[0]));
  expect([...rooms].filter((room) => room !== undefined && !(room in allowed))).toEqual([]);
  const code = `
    import a from "a";
    import type { B } from '#b/x.ts';
    import {
      c,
    } from "./c.ts";
    import "d";
    export * from "e";
    const f = await import("f");
  `;
  expect(specifiers(code)).toEqual(["a", "#b/x.ts", "./c.ts", "d", "e", "f"]);
});
