import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { followEvents } from "#core/runs/follow.ts";
import { readRun } from "#core/runs/read-runs.ts";
import { temporaryWorkspace } from "#core/testing/temporary-workspace.ts";
import {
  gguf,
  makeRun,
  step,
  trainFinished,
  trainStarted,
  useStandIn,
} from "./testing/stand-in-run.ts";

beforeEach(useStandIn);

/** How the process that started a run may go while the run is under way. */
test.each(["SIGKILL", "SIGHUP", "SIGINT"] as const)(
  "a run goes on to its end when its starter and the starter's group get %s",
  async (signal) => {
    const ws = await temporaryWorkspace();
    const slow = [trainStarted, step(1), { sleep: 1500 }, step(4), trainFinished, gguf];
    const run = await makeRun(ws, [slow]);
    const starter = spawn(
      process.execPath,
      [join(import.meta.dirname, "testing", "start-and-wait.ts"), ws.home, run.slug, run.id],
      // A group of its own, so that the signal reaches all that a closed terminal would reach.
      { stdio: ["ignore", "pipe", "inherit"], detached: true },
    );
    await once(starter.stdout, "data");
    for await (const event of followEvents(ws, run.slug, run.id)) {
      if (event.type === "train.step") break;
    }
    process.kill(-(starter.pid ?? 0), signal);
    await once(starter, "exit");
    expect((await readRun(ws, run.slug, run.id)).state.status).toBe("running");
    for await (const event of followEvents(ws, run.slug, run.id))
      expect(event.seq).toBeGreaterThan(0);
    const { state } = await readRun(ws, run.slug, run.id);
    expect(state).toMatchObject({ status: "finished", step: 4, attempt: 1 });
  },
);
