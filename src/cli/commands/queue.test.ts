import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { inFolder, jsonLines, runCli } from "#cli/testing/run-cli.ts";
import { tryLock } from "#core/files/lock.ts";
import { createProject } from "#core/projects/projects.ts";
import { putIntoQueue } from "#core/runs/queue-entries.ts";
import { deviceLock } from "#core/runs/queue.ts";
import { runPaths } from "#core/runs/run-paths.ts";
import { sampleSpec } from "#core/testing/run-spec.ts";
import { openWorkspace } from "#core/workspace.ts";

interface View {
  waiting: { number: number; held: boolean }[];
}

it("moves, holds, releases and removes what waits, and shows the queue as it is then", async () => {
  await inFolder(async (folder) => {
    const ws = await openWorkspace({ home: join(folder, "home") });
    // Another run has the device: what waits here goes on waiting.
    const device = tryLock(deviceLock(ws));
    await createProject(ws, { name: "Sky" });
    for (const number of [1, 2, 3]) {
      const entry = { slug: "sky", id: `20261122-10000${number}-aaaa` };
      const paths = runPaths(ws, entry.slug, entry.id);
      await mkdir(paths.folder, { recursive: true });
      await writeFile(paths.spec, JSON.stringify(sampleSpec(entry.slug, entry.id, number)));
      await putIntoQueue(ws, entry, { by: "person" });
    }
    const env = { TUNESMITH_HOME: ws.home };
    const run = (...args: string[]) => runCli(["queue", ...args], { cwd: folder, env });
    const order = async (...args: string[]) => {
      const { code, stdout, stderr } = await run(...args, "--json");
      expect([code, stderr]).toEqual([0, ""]);
      const view = jsonLines(stdout).at(-1) as unknown as View;
      return view.waiting.map(({ number, held }) => `${number}${held ? " held" : ""}`);
    };
    expect(await order()).toEqual(["1", "2", "3"]);
    expect(await order("move", "sky/3", "1")).toEqual(["3", "1", "2"]);
    expect(await order("hold", "sky/1")).toEqual(["3", "1 held", "2"]);
    expect((await run()).stdout).toMatch(/2\s+sky\/1\s+sky\s+.*held/);
    expect(await order("release", "sky/1")).toEqual(["3", "1", "2"]);
    expect(await order("remove", "sky/3")).toEqual(["1", "2"]);
    const again = await run("hold", "sky/3");
    expect(again.code).not.toBe(0);
    expect(again.stderr).toContain("does not wait in the queue");
    device?.release();
  });
}, 120_000);
