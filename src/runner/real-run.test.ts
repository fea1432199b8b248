import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { expect, test, vi } from "vitest";
import type { RunEvent } from "#contract/events.ts";
import { openChat } from "#core/chat/open-chat.ts";
import { addDataFile } from "#core/datasets/data-files.ts";
import { createProject, updateProject } from "#core/projects/projects.ts";
import { resumeRun } from "#core/runs/control-run.ts";
import { readEventLog } from "#core/runs/event-log.ts";
import { followEvents } from "#core/runs/follow.ts";
import { readCurve, readRun, runFiles } from "#core/runs/read-runs.ts";
import { runPaths } from "#core/runs/run-paths.ts";
import { startRun } from "#core/runs/start-run.ts";
import { temporaryWorkspace } from "#core/testing/temporary-workspace.ts";
import type { Workspace } from "#core/workspace.ts";

const rows = Array.from({ length: 40 }, (_, index) =>
  JSON.stringify({
    prompt: `What colour is thing ${index}?`,
    completion: `Thing ${index} is blue.`,
  }),
);

test("the real trainer: killed after a checkpoint, resumed from it, finished, and it answers", async () => {
  vi.stubEnv("OLLAMA_HOST", "127.0.0.1:9");
  const ws = await temporaryWorkspace();
  const { slug } = await createProject(ws, { name: "Things" });
  await addDataFile(ws, slug, {
    name: "things.jsonl",
    role: "train",
    stream: Readable.from([rows.join("\n")]),
  });
  await updateProject(ws, slug, {
    training_config: { save_strategy: "steps", save_steps: 10, logging_steps: 1 },
    modelfile_config: { num_predict: 8 },
  });
  const { id, plan } = await startRun(ws, slug);

  let pid = 0;
  let kept = 0;
  for await (const event of followEvents(ws, slug, id)) {
    if (event.type === "run.started") pid = event.pid;
    if (event.type === "run.failed") throw new Error(event.error.message);
    if (event.type === "train.checkpoint") {
      kept = event.step;
      break;
    }
  }
  process.kill(pid, "SIGKILL");
  await toEnd(ws, slug, id);
  expect((await readRun(ws, slug, id)).state.status).toBe("interrupted");

  await resumeRun(ws, slug, id);
  await toEnd(ws, slug, id);
  const { state, report } = await readRun(ws, slug, id);
  expect(state).toMatchObject({ status: "finished", attempt: 2, totalSteps: plan.optimizerSteps });
  expect(report?.n).toBe(8);
  const events = await readEventLog(runPaths(ws, slug, id).events);
  const resumed = events.find((event) => event.type === "train.resumed");
  expect(resumed?.type === "train.resumed" && resumed.step).toBeGreaterThanOrEqual(kept);
  expectWhole(events);
  const { points: curve } = await readCurve(ws, slug, id);
  const logged = curve.filter(({ loss }) => loss !== null).map(({ step }) => step);
  expect(logged).toEqual(Array.from({ length: plan.optimizerSteps }, (_, index) => index + 1));

  const { gguf = "", modelfile = "" } = await runFiles(ws, slug, id);
  expect((await readFile(gguf)).subarray(0, 4).toString()).toBe("GGUF");
  expect(await readFile(modelfile, "utf8")).toContain("PARAMETER num_predict 8");
  const session = await openChat(ws, slug, id);
  const answer = session.answer([{ role: "user", content: "What colour is thing 3?" }]);
  let text = "";
  for (;;) {
    const next = await answer.next();
    if (next.done) break;
    text += next.value;
  }
  await session.close();
  expect(text).not.toBe("");
}, 300_000);

/** Waits until nobody carries the run any more. */
async function toEnd(ws: Workspace, slug: string, id: string): Promise<void> {
  for await (const event of followEvents(ws, slug, id)) {
    if (event.type === "run.failed") throw new Error(event.error.message);
  }
}

/** Every event of both attempts is there once, in order. */
function expectWhole(events: readonly RunEvent[]): void {
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  const offsets = events.flatMap(({ offset }) => (offset === undefined ? [] : [offset]));
  expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
}
