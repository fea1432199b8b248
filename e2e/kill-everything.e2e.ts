import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import type { Comparison } from "#contract/comparison.ts";
import type { Verification } from "#contract/passport.ts";
import { jsonLines, runCli } from "#cli/testing/run-cli.ts";
import { readEventLog } from "#core/runs/event-log.ts";
import { runPaths } from "#core/runs/run-paths.ts";
import { openWorkspace } from "#core/workspace.ts";
import { goneAll, processTree, signal } from "./testing/hold.ts";
import { adapterHash, finished, runnerPid } from "./testing/real-run.ts";
import { startServerProcess } from "./testing/server-process.ts";

const example = resolve(import.meta.dirname, "../examples/lighthouses");

test("server, runner and trainer are killed; the next start takes the run up, and it ends equal", async () => {
  const home = await mkdtemp(join(tmpdir(), "tunesmith-killed-"));
  let server = await startServerProcess(home);
  const env = { TUNESMITH_HOME: home, OLLAMA_HOST: "127.0.0.1:9" };
  const tunesmith = (...args: string[]) => runCli(args, { cwd: home, env });
  try {
    const data = ["--data", join(example, "train.jsonl"), "--check", join(example, "check.jsonl")];
    const settings = ["num_train_epochs=6", "save_strategy=steps", "save_steps=5"];
    const set = settings.flatMap((setting) => ["--set", setting]);
    expect((await tunesmith("new", "Towers", ...data, ...set)).code).toBe(0);
    const ws = await openWorkspace({ home });
    const start = async () => {
      const headers = { "content-type": "application/json" };
      const url = `${server.url}api/projects/towers/runs`;
      const reply = await fetch(url, { method: "POST", headers, body: "{}" });
      expect(reply.status).toBe(201);
      return ((await reply.json()) as { id: string }).id;
    };

    const id = await start();
    const paths = runPaths(ws, "towers", id);
    const kept = async () =>
      (await readEventLog(paths.events)).findLast((event) => event.type === "train.checkpoint");
    await expect.poll(kept, { timeout: 300_000, interval: 50 }).toBeDefined();
    const runner = await runnerPid(paths.events, 1);
    const all = [...(await processTree(server.pid)), ...(await processTree(runner))];
    // At least the server, the runner and the trainer.
    expect(all.length).toBeGreaterThanOrEqual(3);
    for (const { pid } of all) signal(pid, "SIGKILL");
    await server.kill();
    await goneAll(all);
    const step = (await kept())?.step ?? 0;

    server = await startServerProcess(home);
    expect(await finished(ws, "towers", id)).toBe("finished");
    const events = await readEventLog(paths.events);
    expect(events.find((event) => event.type === "run.resumed")).toMatchObject({
      by: "automatic",
      count: 1,
      step,
    });
    const verified = await tunesmith("verify", "towers/1");
    expect([verified.code, verified.stdout]).toEqual([
      0,
      expect.stringContaining("is equal to its passport"),
    ]);

    const undisturbed = runPaths(ws, "towers", await start());
    expect(await finished(ws, "towers", undisturbed.folder.split(/[\\/]/).at(-1) ?? "")).toBe(
      "finished",
    );
    expect(await adapterHash(paths.adapter)).toBe(await adapterHash(undisturbed.adapter));
    const compared = await tunesmith("compare", "towers/1", "towers/2", "--json");
    const [comparison] = jsonLines(compared.stdout) as [Comparison];
    expect(comparison.differences).toEqual([]);
    const losses = comparison.curves.map((points) =>
      points.map(({ step: at, loss }) => [at, loss]),
    );
    expect(losses[0]).toEqual(losses[1]);
    const [{ equal }] = jsonLines((await tunesmith("verify", "towers/2", "--json")).stdout) as [
      Verification,
    ];
    expect(equal).toBe(true);
  } finally {
    await server.kill();
    await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
  }
}, 900_000);
