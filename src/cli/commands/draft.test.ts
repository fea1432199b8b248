import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startService } from "#core/documents/testing/draft-service.ts";
import { inFolder, jsonLines, runCli } from "#cli/testing/run-cli.ts";

test("draft shows what goes where, drafts asks for approval, and only then rows train", async () => {
  const service = await startService("openai", () => ({
    rows: [{ question: "When does the pool open?", answer: "At six." }],
  }));
  try {
    await inFolder(async (folder) => {
      const env = {
        TUNESMITH_HOME: join(folder, "home"),
        TUNESMITH_PYTHON: undefined,
        POOL_KEY: "secret-key",
      };
      const run = (...args: string[]) => runCli(args, { cwd: folder, env });
      await writeFile(join(folder, "pool.md"), `# Pool\n\n${"The pool opens at six. ".repeat(9)}`);
      await run("new", "Pool");
      const order = ["--service", "openai", "--address", service.address, "--model", "m"];
      const plan = await run("draft", "pool", "pool.md", ...order, "--plan");
      expect(plan.stdout).toContain(`1 passage to be sent to ${service.address}`);
      expect(plan.stdout).toContain("The pool opens at six.");
      expect(service.calls).toEqual([]);

      const made = await run("draft", "pool", ...order, "--key-from", "POOL_KEY", "--yes");
      expect(made.stdout).toContain("1 draft from 1 passage; 50 tokens sent, 7 answered.");
      expect(service.calls[0]?.headers.authorization).toBe("Bearer secret-key");
      const listed = await run("drafts", "pool");
      expect(listed.stdout).toContain("When does the pool open?");
      expect(listed.stdout).toContain("1 draft: 1 to read, 0 approved, 0 rejected");
      const published = await run("drafts", "pool", "--approve", "all", "--publish", "--json");
      expect(jsonLines(published.stdout)[0]).toMatchObject({ name: "from-documents.jsonl" });
    });
  } finally {
    await service.close();
  }
}, 120_000);
