import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { inFolder, jsonLines, runCli } from "#cli/testing/run-cli.ts";

const rows = Array.from(
  { length: 43 },
  (_, n) => `${JSON.stringify({ prompt: `Question ${n}?`, completion: `Answer number ${n}.` })}\n`,
).join("");

test("one file that cannot be read hides none of the others, and still fails the check", async () => {
  await inFolder(async (folder) => {
    await writeFile(join(folder, "good.jsonl"), rows);
    await writeFile(join(folder, "cut.jsonl.gz"), gzipSync(rows).subarray(0, 60));
    const engine = { TUNESMITH_PYTHON: undefined, TUNESMITH_ENGINE: join(folder, "none") };
    const env = { TUNESMITH_HOME: join(folder, "home"), ...engine };
    const run = (...args: string[]) => runCli(args, { cwd: folder, env });

    const made = await run("new", "Sky", "--data", "good.jsonl", "--data", "cut.jsonl.gz");
    expect(made.stderr).toBe("");
    expect(made.stdout).toContain("cut.jsonl.gz  not read, and its rows are not counted");
    const checked = await run("check", "sky");
    expect(checked.code).not.toBe(0);
    expect(checked.stdout).toContain("43 rows: ");
    expect(checked.stderr).toContain("cut.jsonl.gz");
    await writeFile(join(folder, "spec.yaml"), "name: Two\ndata: [good.jsonl, cut.jsonl.gz]\n");
    const files = await run("check", "spec.yaml", "--json");
    expect(files.code).not.toBe(0);
    expect(jsonLines(files.stdout)[0]).toMatchObject({
      ledger: { rows: 43, unreadable: [{ file: "cut.jsonl.gz" }] },
    });
  });
}, 60_000);
