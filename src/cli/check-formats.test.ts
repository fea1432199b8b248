import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { inFolder, jsonLines, runCli } from "./testing/run-cli.ts";

const folder = resolve(import.meta.dirname, "../../examples/formats");
/** The rows of each file as its README counts them. */
const counted = new Map(
  Array.from(
    readFileSync(join(folder, "README.md"), "utf8").matchAll(/^\| (\S+\.\S+) \|.*\| (\d+) +\|$/gm),
    ([, file, rows]) => [file ?? "", Number(rows)] as const,
  ),
);
const files = readdirSync(folder).filter((file) => file !== "README.md");

describe("tunesmith check on an example of each form", () => {
  it("knows every file of the folder", () => {
    expect([...counted.keys()].toSorted()).toEqual(files.toSorted());
    expect(files.length).toBeGreaterThan(12);
  });

  it.each(files)("%s", async (file) => {
    await inFolder(async (home) => {
      const args = ["check", join(folder, file), "--no-findings"];
      const options = { env: { TUNESMITH_HOME: home } };
      const [reply] = jsonLines((await runCli([...args, "--json"], options)).stdout);
      const ledger = reply?.["ledger"] as Record<string, number>;
      expect(ledger["rows"]).toBe(counted.get(file));
      expect(Number(ledger["train"]) + Number(ledger["check"])).toBe(ledger["rows"]);
      expect(ledger["leftOut"]).toBe(0);
      const shown = await runCli(args, options);
      expect(shown.code).toBe(0);
      expect(shown.stdout).toContain(`${counted.get(file)} rows: `);
      expect(shown.stdout.split("\n")[0]).toMatch(/^\S+ {2}.+\.$/);
    });
  });
});
