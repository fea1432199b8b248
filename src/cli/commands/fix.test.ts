import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inFolder, jsonLines, runCli } from "#cli/testing/run-cli.ts";

const text = [
  ["What is a cloud?", "Water that floats, in drops too small to fall."],
  ["What is rain?", "TODO"],
  ["What is a cloud?", "Water that floats, in drops too small to fall."],
]
  .map(([prompt, completion]) => `${JSON.stringify({ prompt, completion })}\n`)
  .join("");

test("check names faults with their rows, fix mends them, versions lists, compares and restores", async () => {
  await inFolder(async (folder) => {
    await writeFile(join(folder, "rows.jsonl"), text);
    // Without an engine, wherever the machine has one.
    const engine = { TUNESMITH_PYTHON: undefined, TUNESMITH_ENGINE: join(folder, "none") };
    const env = { TUNESMITH_HOME: join(folder, "home"), ...engine };
    const run = (...args: string[]) => runCli(args, { cwd: folder, env });

    const checked = await run("check", "rows.jsonl");
    expect(checked.stdout).toContain("1 row repeats an earlier one word for word");
    expect(checked.stdout).toContain("rows.jsonl:2 [TODO]");
    expect(checked.stdout).toContain("placeholder_answer: leave_out (Leave these rows out)");
    const counted = await run("check", "rows.jsonl", "--no-findings", "--json");
    expect(jsonLines(counted.stdout)[0]).not.toHaveProperty("findings");

    await run("new", "Sky", "--data", "rows.jsonl");
    const listed = jsonLines((await run("fix", "sky", "--json")).stdout)[0];
    expect(listed).toMatchObject({ rows: 3, tokensCounted: false });
    const preview = await run("fix", "sky", "placeholder_answer", "--preview");
    expect(preview.stdout).toContain("rows.jsonl:2");
    expect(preview.stdout).toContain("Rows: 0 changed, 1 left out");
    const fixed = await run("fix", "sky", "placeholder_answer", "--json");
    expect(jsonLines(fixed.stdout)[0]).toMatchObject({ versions: { "rows.jsonl": 1 } });
    const again = await run("fix", "sky", "exact_duplicate");
    expect(again.stdout).toContain("Keep the first of each: rows.jsonl is version 2");

    const list = await run("versions", "sky");
    expect(list.stdout).toContain("→ 2  exact_duplicate");
    const differs = await run("versions", "sky", "--compare", "0");
    expect(differs.stdout).toContain("Rows: 0 changed, 2 left out");
    const restored = jsonLines(
      (await run("versions", "sky", "--restore", "0", "--json")).stdout,
    )[0];
    expect(restored).toMatchObject({ file: "rows.jsonl", current: 0 });
    expect((await run("fix", "sky", "refusal")).code).not.toBe(0);
  });
}, 120_000);
