import { spawnSync } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stages, trainerStages, type RunEvent } from "#contract/events.ts";
import type { Report, RunSpec, RunState } from "#contract/run.ts";
import type { RunFiles } from "#core/api.ts";
import type { ManagedModel } from "#core/deploy/manage.ts";
import { startOllama, type TestOllama } from "#core/deploy/testing/ollama-server.ts";
import { enginePaths } from "#core/engine/paths.ts";
import { tunesmithHome } from "#core/home.ts";
import { practiceSpec } from "#cli/practice.ts";
import {
  inFolder,
  jsonLines,
  mainFile,
  runCli,
  startCli,
  type CliOptions,
  type CliResult,
} from "#cli/testing/run-cli.ts";

interface Shown {
  run: { slug: string; id: string; number: number };
  status: string;
  spec: RunSpec;
  state: RunState;
  report: Report | null;
  files: RunFiles;
  curve: { step: number; loss: number | null }[];
}
type Line = RunEvent | { type: "run"; spec: RunSpec } | ({ type: "result" } & Shown);

// Ollama is looked for where none is: what is proven here needs none.
const alone = { OLLAMA_HOST: "127.0.0.1:9" };

/** One workspace for the file: the practice run is trained once and then used by all. */
let folder: string;
let leave: () => void;
let left: Promise<void>;
const tunesmith = (args: string[], { env, ...options }: CliOptions = {}): Promise<CliResult> =>
  runCli(args, {
    cwd: folder,
    env: { ...alone, TUNESMITH_HOME: join(folder, "home"), ...env },
    ...options,
  });
const shown = async (run: string): Promise<Shown> =>
  jsonLines((await tunesmith(["show", run, "--json"])).stdout)[0] as unknown as Shown;

beforeAll(async () => {
  await new Promise<void>((entered) => {
    left = inFolder(async (made) => {
      folder = made;
      entered();
      await new Promise<void>((resolve) => (leave = resolve));
    });
  });
});
afterAll(async () => {
  leave();
  await left;
});

describe("from examples to a model that answers", () => {
  let lines: Line[];
  let slug: string;

  it("trains the bundled example, and the held-out score rises", async () => {
    const { code, stdout, stderr } = await tunesmith(["train", practiceSpec, "--json"]);
    expect([code, stderr]).toEqual([0, ""]);
    lines = jsonLines(stdout) as unknown as Line[];
    const first = lines.at(0);
    const last = lines.at(-1);
    if (first?.type !== "run" || last?.type !== "result") throw new Error(stdout);
    slug = last.run.slug;
    expect(first.spec.decisions.length).toBeGreaterThan(3);
    expect(last.status).toBe("finished");
    const { report } = last;
    expect(report?.verdict).toBe("better");
    expect(report?.base?.exactMatch).toBeLessThan(0.5);
    expect(report?.tuned?.exactMatch).toBeGreaterThanOrEqual(0.9);
    expect(report?.gguf?.exactMatch).toBeGreaterThanOrEqual(0.9);
    expect(report?.differences["exactMatch"]?.low).toBeGreaterThan(0.3);
  });

  it("tells every stage in order, and nothing is trained before it is said", () => {
    const finished = lines.flatMap((line) => (line.type === "stage.finished" ? [line.stage] : []));
    expect(finished.slice(0, trainerStages.length)).toEqual(trainerStages);
    expect(finished).toContain("create_modelfile");
    expect(finished).toEqual(stages.filter((stage) => finished.includes(stage)));
    const seqs = lines.flatMap((line) => ("seq" in line ? [line.seq] : []));
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    const firstStep = lines.findIndex(({ type }) => type === "train.step");
    const lastDecision = lines.findLastIndex(({ type }) => type === "decision");
    expect(lastDecision).toBeLessThan(firstStep);
  });

  it("shows the result for people", async () => {
    const { stdout, code } = await tunesmith(["show", slug, "--answers"]);
    expect(code).toBe(0);
    expect(stdout).toContain("is finished");
    expect(stdout).toContain("Better than the base.");
    expect(stdout).toMatch(/95 % interval \+\d/);
    const { report } = await shown(slug);
    for (const { expected } of report?.answers ?? []) {
      expect(stdout.replaceAll(/\s+/g, " ")).toContain(expected.split(" ")[0]);
    }
    const runs = await tunesmith(["runs"]);
    expect(runs.stdout).toContain(`${slug}/1`);
    expect(runs.stdout).toContain("better");
  });

  it("prints the log again as it was", async () => {
    const { stdout } = await tunesmith(["logs", slug, "--json"]);
    expect(jsonLines(stdout)).toEqual(lines.filter((line) => "seq" in line));
    const plain = await tunesmith(["logs", slug]);
    expect(plain.stdout).toMatch(/Train: step \d+\/\d+ · loss/);
  });

  it("answers a taught fact in a chat, and remembers the conversation's start", async () => {
    const { report } = await shown(slug);
    const rows = (report?.answers ?? []).filter(({ expected, gguf }) => expected === gguf);
    const [one, two] = rows;
    if (!one || !two) throw new Error("no right answers to ask for");
    const asked = await tunesmith(["chat", slug, "--set", "temperature=0", "-p", one.prompt]);
    expect([asked.code, asked.stdout.trim()]).toEqual([0, one.expected]);

    const piped = await tunesmith(["chat", slug, "--set", "temperature=0", "--json"], {
      input: `${two.prompt}\n/new\n${one.prompt}\n`,
    });
    const answers = jsonLines(piped.stdout).filter(({ type }) => type === "done");
    expect(answers.map(({ answer }) => String(answer).trim())).toEqual([
      two.expected,
      one.expected,
    ]);
    const tokens = jsonLines(piped.stdout).filter(({ type }) => type === "token");
    expect(tokens.map(({ text }) => text).join("")).toBe(
      answers.map(({ answer }) => answer).join(""),
    );
  });

  it("copies what Ollama needs, byte for byte", async () => {
    const { files } = await shown(slug);
    const target = join(folder, "out");
    const { code, stdout } = await tunesmith(["export", slug, target, "--json"]);
    expect(code).toBe(0);
    const [copied] = jsonLines(stdout) as unknown as [{ files: string[] }];
    const names = copied.files.map((file) => basename(file)).sort();
    expect(names).toEqual([basename(files.gguf ?? ""), "Modelfile"].sort());
    for (const file of copied.files) {
      const source = basename(file) === "Modelfile" ? files.modelfile : files.gguf;
      expect((await readFile(file)).equals(await readFile(source ?? ""))).toBe(true);
    }
    const all = await tunesmith(["export", slug, join(folder, "all"), "--all"]);
    expect(all.code).toBe(0);
    expect((await stat(join(folder, "all", "adapter"))).isDirectory()).toBe(true);
  });
});

describe("a run that is kept", () => {
  const elsewhere = () => ({ TUNESMITH_HOME: join(folder, "elsewhere") });

  it("is equal to its passport, and no longer when a file of it changes", async () => {
    const { run, files } = await shown("latest");
    const equal = await tunesmith(["verify", run.slug]);
    expect([equal.code, equal.stdout]).toEqual([
      0,
      expect.stringContaining("is equal to its passport"),
    ]);
    const before = await readFile(files.modelfile ?? "");
    await writeFile(files.modelfile ?? "", Buffer.concat([before, Buffer.from("# mine\n")]));
    const other = await tunesmith(["verify", run.slug]);
    expect([other.code, other.stdout]).toEqual([4, expect.stringContaining("Modelfile")]);
    await writeFile(files.modelfile ?? "", before);
  });

  it("goes to another workspace in one file, and answers there", async () => {
    const { run, report } = await shown("latest");
    const file = join(folder, "run.tar");
    expect((await tunesmith(["export-run", run.slug, file])).code).toBe(0);
    const twice = await tunesmith(["export-run", run.slug, file]);
    expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining("exists already")]);
    const imported = await tunesmith(["import-run", file, "--json"], { env: elsewhere() });
    expect(jsonLines(imported.stdout)[0]).toMatchObject({ run: run.id, base_found: true });
    const again = await tunesmith(["import-run", file], { env: elsewhere() });
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("already")]);
    expect((await tunesmith(["verify", run.slug], { env: elsewhere() })).code).toBe(0);
    const row = report?.answers.find(({ expected, gguf }) => expected === gguf);
    const question = ["--set", "temperature=0", "-p", row?.prompt ?? ""];
    const asked = await tunesmith(["chat", run.slug, ...question], { env: elsewhere() });
    expect([asked.code, asked.stdout.trim()]).toEqual([0, row?.expected]);
  });

  it("lets the base answer beside the tuned model", async () => {
    const { run, report } = await shown("latest");
    const row = report?.answers.find(
      ({ expected, gguf, base }) => expected === gguf && base !== gguf,
    );
    const question = ["--set", "temperature=0", "-p", row?.prompt ?? "", "--json"];
    const { code, stdout } = await tunesmith(["chat", run.slug, "--both", ...question]);
    expect(code).toBe(0);
    const answers = jsonLines(stdout).filter(({ type }) => type === "done");
    expect(answers.map(({ model }) => model)).toEqual(["base", "tuned"]);
    const [base, tuned] = answers.map(({ answer }) => String(answer).trim());
    expect([tuned, base === tuned]).toEqual([row?.expected, false]);
  });
});

describe("into Ollama and out again", () => {
  let ollama: TestOllama;
  beforeAll(async () => {
    ollama = await startOllama();
  });
  afterAll(() => ollama.stop());
  const beside = (args: string[]) =>
    tunesmith(args, { env: { OLLAMA_HOST: new URL(ollama.address).host } });

  it("deploys a finished run, proven, and talks to it there", async () => {
    const { run, report } = await shown("latest");
    const deployed = await beside(["deploy", run.slug]);
    expect([deployed.code, deployed.stderr]).toEqual([0, ""]);
    expect(deployed.stdout).toContain("Proven in Ollama");
    const row = report?.answers.find(({ expected, gguf }) => expected === gguf);
    const question = ["-p", row?.prompt ?? "", "--set", "temperature=0"];
    const asked = await beside(["chat", run.slug, "--ollama", ...question]);
    expect([asked.code, asked.stdout.trim()]).toEqual([0, row?.expected]);
  });

  it("lists it with its run, and removes it only when told so", async () => {
    const { run } = await shown("latest");
    const models = async () =>
      (jsonLines((await beside(["deployed", "--json"])).stdout)[0] as { models: ManagedModel[] })
        .models;
    const [model] = await models();
    expect(model).toMatchObject({ project: run.slug, run: run.id, state: "present" });
    const unasked = await beside(["remove", model?.name ?? ""]);
    expect([unasked.code, await models()]).toEqual([2, [model]]);
    const removed = await beside(["remove", model?.name ?? "", "--yes"]);
    expect([removed.code, await models()]).toEqual([0, []]);
  });

  it("says so where no Ollama answers", async () => {
    const { code, stderr } = await tunesmith(["deploy", "latest"]);
    expect(code).toBe(8);
    expect(stderr).toContain("127.0.0.1:9");
  });
});

describe("a run that goes on without its terminal", () => {
  // Long enough to be caught in its middle on any machine, short enough to be waited for.
  const settings = [
    "num_train_epochs=60",
    "early_stopping_patience=0",
    "logging_steps=1",
    "save_strategy=no",
  ].flatMap((setting) => ["--set", setting]);
  let run: string;
  /** The run as it was when it was cancelled. */
  let unfinished: string;

  it("leaves it going on at Ctrl-C, and says how to come back", async () => {
    const slug = (await shown("latest")).run.slug;
    const child = startCli(["train", slug, ...settings, "--seconds", "0"], {
      cwd: folder,
      env: { ...alone, TUNESMITH_HOME: join(folder, "home") },
    });
    let text = "";
    let pressed = false;
    child.stdout?.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      if (!pressed && /^Train: step [5-9]\//m.test(text)) pressed = child.kill("SIGINT");
    });
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect(code).toBe(130);
    run = /The run (\S+) goes on/.exec(text)?.[1] ?? "";
    expect(run).toBe(`${slug}/2`);
    for (const command of ["logs -f", "show", "cancel"])
      expect(text).toContain(`${command} ${run}`);
    expect((await shown(run)).status).toBe("running");
  });

  it("is drawn on a terminal, redrawn in place, and left there with Ctrl-C, too", async () => {
    const helper = join(import.meta.dirname, "cli_terminal.py");
    const { python } = enginePaths(tunesmithHome());
    const command = [process.execPath, mainFile, "logs", "-f", run];
    const child = spawnSync(python, [helper, "72", "step \\d+/", ...command], {
      env: { ...process.env, ...alone, TUNESMITH_HOME: join(folder, "home"), TERM: "xterm" },
      encoding: "utf8",
      timeout: 120_000,
    });
    expect(child.status).toBe(130);
    expect(child.stdout).toContain("━");
    expect(child.stdout).toMatch(/step \d+\/\d+ · loss \d/);
    // The cursor is hidden while lines are redrawn, and must be back at the end.
    expect(child.stdout.lastIndexOf("\u001B[?25h")).toBeGreaterThan(
      child.stdout.lastIndexOf("\u001B[?25l"),
    );
    for (const line of stripVTControlCharacters(child.stdout).split(/\r?\n/)) {
      expect(stringWidth(line)).toBeLessThanOrEqual(72);
    }
    expect((await shown(run)).status).toBe("running");
  });

  it("refuses to change the project meanwhile", async () => {
    const refused = await tunesmith(["train", practiceSpec, "--set", "r=8", "--detach"]);
    // The spec changes nothing, so this run may wait for the device; it is not wanted here.
    if (refused.code === 0) await tunesmith(["cancel", "latest"]);
    const resumed = await tunesmith(["resume", run]);
    expect(resumed.code).toBe(6);
  });

  it("cancels at a step boundary with a checkpoint, and resumes to the same end", async () => {
    const cancelled = await tunesmith(["cancel", run]);
    expect(cancelled.code).toBe(0);
    expect(cancelled.stdout).toContain("is cancelled");
    const { state } = await shown(run);
    expect(state.status).toBe("cancelled");
    expect(state.lastCheckpoint).toBeGreaterThanOrEqual(5);
    expect(state.lastCheckpoint).toBeLessThan(state.totalSteps);
    const again = await tunesmith(["cancel", run]);
    expect(again.code).toBe(2);

    unfinished = join(folder, "unfinished.tar");
    expect((await tunesmith(["export-run", run, unfinished])).code).toBe(0);
    const resumed = await tunesmith(["resume", run, "--json"]);
    expect(resumed.code).toBe(0);
    const lines = jsonLines(resumed.stdout) as unknown as Line[];
    const continued = lines.find(({ type }) => type === "train.resumed");
    expect(continued).toMatchObject({ step: state.lastCheckpoint });
    const end = await shown(run);
    expect(end.status).toBe("finished");
    expect(end.state.step).toBe(end.state.totalSteps);
    expect(end.curve.map(({ step }) => step)).toEqual(
      Array.from({ length: end.state.totalSteps }, (_, index) => index + 1),
    );
  });

  it("goes on in another workspace, where it was moved unfinished, to the same weights", async () => {
    const env = { TUNESMITH_HOME: join(folder, "elsewhere") };
    const imported = await tunesmith(["import-run", unfinished, "--json"], { env });
    const [{ project, number }] = jsonLines(imported.stdout) as [
      { project: string; number: number },
    ];
    const there = `${project}/${number}`;
    expect((await tunesmith(["resume", there], { env })).code).toBe(0);
    const moved = await tunesmith(["show", there, "--json"], { env });
    const [{ files }] = jsonLines(moved.stdout) as unknown as [Shown];
    const weights = async (adapter: string | undefined) =>
      readFile(join(adapter ?? "", "adapter_model.safetensors"));
    const here = await weights((await shown(run)).files.adapter);
    expect((await weights(files.adapter)).equals(here)).toBe(true);
    expect((await tunesmith(["verify", there], { env })).code).toBe(0);
  });

  it("is compared with the run before it", async () => {
    const { run: last } = await shown(run);
    const { code, stdout } = await tunesmith(["compare", `${last.slug}/1`, run]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/num_train_epochs +10 +60/);
    expect(stdout).toMatch(/Steps +\d+ +\d+/);
  });
});
