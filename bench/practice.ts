import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { enginePaths, enginesFolder } from "../src/core/engine/paths.ts";
import { tunesmithHome } from "../src/core/home.ts";
import {
  addDataFile,
  applyPreset,
  createProject,
  followEvents,
  openChat,
  openWorkspace,
  startRun,
} from "../src/core/api.ts";

const example = resolve(import.meta.dirname, "../examples/lighthouses");

export interface PracticeFigures {
  /** From the start to the first whole answer of the finished Q8_0 GGUF. */
  seconds: number;
  peakBytes: number;
  answer: string;
  exactMatch: number | null;
}

/** The practice run in an empty workspace with the installed engine, up to a chatting GGUF. */
export async function measurePractice(): Promise<PracticeFigures> {
  const engine = enginePaths(tunesmithHome());
  process.env["TUNESMITH_ENGINE"] ??= enginesFolder(tunesmithHome());
  const home = await mkdtemp(join(tmpdir(), "tunesmith-bench-"));
  try {
    const begin = performance.now();
    const ws = await openWorkspace({ home });
    const { slug } = await createProject(ws, { name: "Practice" });
    await applyPreset(ws, slug, "small_data");
    for (const role of ["train", "check"] as const) {
      const name = `${role}.jsonl`;
      await addDataFile(ws, slug, { name, role, path: join(example, name) });
    }
    const { id } = await startRun(ws, slug);
    let peak: Promise<{ stdout: string }> | undefined;
    let exactMatch: number | null = null;
    for await (const event of followEvents(ws, slug, id)) {
      if (event.type === "run.started") peak = watchMemory(engine.python, event.pid);
      if (event.type === "report") exactMatch = event.gguf?.exactMatch ?? null;
      if (event.type === "run.failed") throw new Error(event.error.message);
    }
    const chat = await openChat(ws, slug, id);
    let answer = "";
    const question = "In which colour is Corvane painted?";
    const settings = { temperature: 0 };
    for await (const token of chat.answer([{ role: "user", content: question }], { settings })) {
      answer += token;
    }
    await chat.close();
    const seconds = (performance.now() - begin) / 1000;
    return { seconds, peakBytes: Number((await peak)?.stdout), answer, exactMatch };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

const watchMemory = (python: string, pid: number) =>
  promisify(execFile)(python, [join(import.meta.dirname, "peak_memory.py"), String(pid)]);
