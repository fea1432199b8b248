import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { errorSentence } from "#contract/errors.ts";
import type { Project } from "#contract/project.ts";
import { inFolder, jsonLines, runCli, type CliOptions } from "./testing/run-cli.ts";

const rows = (count: number, from = 0): string =>
  Array.from(
    { length: count },
    (_, index) =>
      `${JSON.stringify({ prompt: `What is ${index + from}?`, completion: `Number ${index + from}.` })}\n`,
  ).join("");

/** A command on a workspace of its own, from a folder with data. */
function inHome(
  work: (
    run: (args: string[], options?: CliOptions) => ReturnType<typeof runCli>,
    folder: string,
  ) => Promise<void>,
): Promise<void> {
  return inFolder(async (folder) => {
    const home = join(folder, "home");
    await writeFile(join(folder, "rows.jsonl"), rows(40));
    await writeFile(join(folder, "check.jsonl"), rows(10, 100));
    const engine = join(folder, "no-engine");
    const env = { TUNESMITH_HOME: home, TUNESMITH_ENGINE: engine, TUNESMITH_PYTHON: "" };
    const run = (args: string[], { env: more, ...options }: CliOptions = {}) =>
      runCli(args, { cwd: folder, env: { ...env, ...more }, ...options });
    await work(run, folder);
  });
}

const errorOf = (stderr: string) =>
  (JSON.parse(stderr) as { error: { code: string; message: string; params: object } }).error;

describe("tunesmith", () => {
  it("says its version, quickly", async () => {
    await inHome(async (run) => {
      await run(["--version"]); // fills the compile cache
      const times: number[] = [];
      for (let time = 0; time < 3; time++) {
        const begin = performance.now();
        const { code, stdout } = await run(["--version"]);
        times.push(performance.now() - begin);
        expect([code, stdout]).toEqual([0, "0.1.0\n"]);
      }
      // Alone it takes 80 ms; other tests may share the machine.
      expect(Math.min(...times)).toBeLessThan(1000);
    });
  });

  it("lists commands and exit codes", async () => {
    const { code, stdout } = await runCli(["--help"]);
    expect(code).toBe(0);
    for (const command of ["start", "doctor", "new", "train", "check", "runs", "show", "logs"]) {
      expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, "m"));
    }
    expect(stdout).toContain("130  left with Ctrl-C; the run goes on");
  });

  it("refuses what it does not know, with the nearest name", async () => {
    const command = await runCli(["trian"]);
    expect(command.code).toBe(2);
    expect(command.stderr).toContain("train");
    const option = await runCli(["train", "x", "--detatch"]);
    expect(option.code).toBe(2);
    expect(option.stderr).toContain("--detach");
    const json = await runCli(["trian", "--json"]);
    expect(errorOf(json.stderr).code).toBe("bad_request");
    expect(json.stdout).toBe("");
  });

  it("tells errors in the system's language", async () => {
    await inHome(async (run) => {
      for (const [locale, language] of [
        ["de_DE.UTF-8", "de"],
        ["en_GB.UTF-8", "en"],
      ] as const) {
        const { code, stderr } = await run(["show", "x"], { env: { LC_ALL: locale } });
        const sentence = errorSentence("not_found", { what: "run", name: "x" }, language);
        expect([code, stderr]).toEqual([2, `${sentence}\n`]);
      }
    });
  });
});

describe("tunesmith parameters", () => {
  it("gives programs the whole registry", async () => {
    const { stdout, code } = await runCli(["parameters", "--json"]);
    expect(code).toBe(0);
    const [list] = jsonLines(stdout) as unknown as [{ name: string; help: string }[]];
    expect(list.length).toBeGreaterThan(40);
    expect(list.every(({ help }) => help.length > 10)).toBe(true);
  });

  it("shows one section or one parameter, and refuses others", async () => {
    const section = await runCli(["parameters", "lora_config"]);
    expect(section.stdout).toContain("use_rslora");
    expect(section.stdout).not.toContain("num_ctx");
    const both = await runCli(["parameters", "seed"]);
    expect(both.stdout).toContain("modelfile_config");
    expect(both.stdout).toContain("training_config");
    const wrong = await runCli(["parameters", "lerning_rate"]);
    expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
    expect(wrong.stderr).toContain("training_config.learning_rate");
  });
});

describe("tunesmith new", () => {
  it("creates a project with data, preset and settings", async () => {
    await inHome(async (run) => {
      const files = ["--data", "rows.jsonl", "--check", "check.jsonl"];
      const settings = ["--preset", "high_quality", "--set", "r=128", "--set", "temperature=0.2"];
      const made = await run(["new", "Blauer Himmel", ...files, ...settings]);
      expect([made.code, made.stderr]).toEqual([0, ""]);
      expect(made.stdout).toContain("50 rows: 40 to learn from, 10 to check with, 0 left out");
      const listed = await run(["projects", "--json"]);
      const [{ projects = [] } = {}] = jsonLines(listed.stdout) as { projects?: Project[] }[];
      expect(projects).toHaveLength(1);
      expect(projects[0]).toMatchObject({
        name: "Blauer Himmel",
        slug: "blauer-himmel",
        preset: "high_quality",
        trainingConfig: { num_train_epochs: 5 },
        loraConfig: { r: 128, use_rslora: true },
        modelfileConfig: { temperature: 0.2 },
        data: [
          { name: "rows.jsonl", role: "train" },
          { name: "check.jsonl", role: "check" },
        ],
      });
    });
  });

  it("takes any name, and gives each project a place of its own", async () => {
    await inHome(async (run) => {
      expect((await run(["new", "東京の灯台"])).code).toBe(0);
      expect((await run(["new", "Sky!"])).code).toBe(0);
      expect((await run(["new", "Sky?"])).code).toBe(0);
      const { stdout } = await run(["projects"]);
      expect(stdout).toContain("東京の灯台");
      const listed = jsonLines((await run(["projects", "--json"])).stdout);
      const { projects } = listed[0] as { projects: Project[] };
      expect(new Set(projects.map(({ slug }) => slug)).size).toBe(3);
    });
  });

  it("makes nothing of what is wrong in any part", async () => {
    await inHome(async (run) => {
      const wrong: [string[], string][] = [
        [["new", ""], "project_name_required"],
        [["new", "Sky", "--data", "missing.jsonl"], "data_file_missing"],
        [["new", "Sky", "--set", "lora_alpa=3"], "parameter_unknown"],
        [["new", "Sky", "--set", "r=1"], "parameter_range"],
        [["new", "Sky", "--preset", "best"], "preset_unknown"],
        [["new", "Sky", "--set", "fp16=true", "--set", "bf16=true"], "precision_conflict"],
      ];
      for (const [args, error] of wrong) {
        const { code, stderr } = await run([...args, "--json"]);
        expect([args, code, errorOf(stderr).code]).toEqual([args, 2, error]);
      }
      const listed = jsonLines((await run(["projects", "--json"])).stdout);
      expect(listed).toEqual([{ projects: [], problems: [] }]);
    });
  });
});

describe("tunesmith settings", () => {
  it("changes only what is named, and shows what takes effect", async () => {
    await inHome(async (run) => {
      await run(["new", "Sky", "--set", "r=64", "--set", "temperature=0.1"]);
      const changed = await run(["settings", "Sky", "--set", "num_train_epochs=9", "--json"]);
      const [{ project, effective } = {}] = jsonLines(changed.stdout) as {
        project?: Project;
        effective?: Record<string, Record<string, unknown>>;
      }[];
      expect(project).toMatchObject({
        trainingConfig: { num_train_epochs: 9 },
        loraConfig: { r: 64 },
        modelfileConfig: { temperature: 0.1 },
      });
      expect(effective?.["lora_config"]).toMatchObject({ r: 64, lora_alpha: 64 });
      const reset = await run(["settings", "sky", "--reset", "lora_config", "--json"]);
      expect(jsonLines(reset.stdout)[0]).toMatchObject({
        project: { loraConfig: {}, trainingConfig: { num_train_epochs: 9 } },
        effective: { lora_config: { r: 32 } },
      });
      const shown = await run(["settings", "sky"]);
      expect(shown.stdout).toMatch(/num_train_epochs +9 +this project/);
      expect(shown.stdout).toMatch(/\br +32 +default/);
      const wrong = await run(["settings", "sky", "--reset", "lora"]);
      expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
    });
  });
});

describe("tunesmith check", () => {
  it("accounts for every row, with line and reason", async () => {
    await inHome(async (run, folder) => {
      const bad = [
        '{"prompt": "a", "completion": "b"}',
        '{"prompt": "a", ',
        '{"prompt": "a"}',
        "[]",
        '{"topic": "a", "note": "b"}',
        "",
        '{"instruction": "a", "output": "b"}',
      ];
      await writeFile(join(folder, "bad.jsonl"), `\uFEFF${bad.join("\r\n")}\n`);
      const { code, stdout } = await run(["check", "bad.jsonl"]);
      expect(code).toBe(0);
      expect(stdout).toContain("6 rows: 2 to learn from, 0 to check with, 4 left out");
      for (const line of [2, 3, 4, 5]) expect(stdout).toContain(`bad.jsonl:${line}  `);
      const json = jsonLines((await run(["check", "bad.jsonl", "--json", "--all"])).stdout);
      expect(json[0]).toMatchObject({ ledger: { rows: 6, leftOut: 4 } });
      expect(json[0]?.["leftOut"]).toHaveLength(4);
    });
  });

  it("lists all left out rows on demand, the first twenty by itself", async () => {
    await inHome(async (run, folder) => {
      await writeFile(join(folder, "half.jsonl"), rows(5) + "{\n".repeat(100));
      const some = await run(["check", "half.jsonl"]);
      expect(some.stdout).toContain("… and 80 more. Left out in all: row_json 100");
      const all = await run(["check", "half.jsonl", "--all"]);
      expect(all.stdout.match(/^half\.jsonl:/gm)).toHaveLength(100);
    });
  });

  it.each([
    ["empty.jsonl", "", "data_empty_file"],
    ["none.jsonl", "{\n{\n", "data_no_usable_rows"],
  ])("refuses %s", async (name, text, code) => {
    await inHome(async (run, folder) => {
      await writeFile(join(folder, name), text);
      const result = await run(["check", name, "--json"]);
      expect(result.code).toBe(2);
      expect(errorOf(result.stderr).code).toBe(code);
      expect(errorOf(result.stderr).message).not.toMatch(/\.\.$/);
    });
  });

  it("checks a spec file and the rows it names, relative to it, saving nothing", async () => {
    await inHome(async (run, folder) => {
      await mkdir(join(folder, "sub"));
      const spec = "name: Sky\ndata: [../rows.jsonl]\ncheck: ../check.jsonl\n";
      await writeFile(join(folder, "sub", "sky.yaml"), spec);
      const good = await run(["check", join("sub", "sky.yaml")]);
      expect(good.stdout).toContain("50 rows: 40 to learn from, 10 to check with, 0 left out");
      await writeFile(join(folder, "bad.yaml"), `${spec}lora_config:\n  rank: 8\n`);
      const bad = await run(["check", "bad.yaml"]);
      expect(bad.code).toBe(2);
      expect(bad.stderr).toMatch(/^bad\.yaml:5:3: There is no parameter “lora_config.rank”/);
      expect(jsonLines((await run(["projects", "--json"])).stdout)).toEqual([
        { projects: [], problems: [] },
      ]);
    });
  });

  it("reads a project's rows without an engine, and says what was not counted", async () => {
    await inHome(async (run) => {
      await run(["new", "Sky", "--data", "rows.jsonl"]);
      const { code, stdout } = await run(["check", "sky"]);
      expect(code).toBe(0);
      expect(stdout).toContain("40 rows");
      expect(stdout).toContain("Tokens were not counted");
    });
  });
});

describe("tunesmith train, before anything is trained", () => {
  it("needs an engine, and keeps the project that the spec file made", async () => {
    await inHome(async (run, folder) => {
      await writeFile(join(folder, "sky.yaml"), "name: Sky\ndata: rows.jsonl\n");
      const result = await run(["train", "sky.yaml", "--json"]);
      expect(result.code).toBe(5);
      expect(errorOf(result.stderr).code).toBe("engine_missing");
      expect((await run(["projects"])).stdout).toContain("Sky");
    });
  });

  it("updates the project of a spec file instead of making another", async () => {
    await inHome(async (run, folder) => {
      const spec = join(folder, "sky.yaml");
      const text = "name: Sky\ndata: rows.jsonl\nmodelfile_config: { temperature: 0.1 }\n";
      await writeFile(spec, `${text}lora_config: { r: 8, lora_alpha: 16 }\n`);
      await run(["train", spec]);
      const project = join(folder, "home", "projects", "sky", "project.json");
      const first = JSON.parse(await readFile(project, "utf8")) as Project;
      expect(first).toMatchObject({ loraConfig: { r: 8, lora_alpha: 16 } });

      await run(["train", spec]);
      expect(JSON.parse(await readFile(project, "utf8"))).toEqual(first);

      await writeFile(spec, "name: Sky\ncheck: check.jsonl\nlora_config: { r: 64 }\n");
      await run(["train", spec]);
      const second = JSON.parse(await readFile(project, "utf8")) as Project;
      expect(second).toMatchObject({
        loraConfig: { r: 64 },
        modelfileConfig: { temperature: 0.1 },
        data: [{ name: "rows.jsonl" }, { name: "check.jsonl" }],
      });
      expect(second.loraConfig).toEqual({ r: 64 });
      const { stdout } = await run(["projects", "--json"]);
      expect((jsonLines(stdout)[0] as { projects: Project[] }).projects).toHaveLength(1);
    });
  });

  it("drops data that a spec file no longer names only when told to", async () => {
    await inHome(async (run, folder) => {
      const spec = join(folder, "sky.yaml");
      await writeFile(spec, "name: Sky\ndata: rows.jsonl\n");
      await run(["train", spec]);
      await writeFile(join(folder, "other.jsonl"), rows(30));
      await writeFile(spec, "name: Sky\ndata: other.jsonl\n");
      const refused = await run(["train", spec]);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain("rows.jsonl");
      expect(refused.stderr).toContain("--replace-data");
      await run(["train", spec, "--replace-data"]);
      const listed = jsonLines((await run(["projects", "--json"])).stdout);
      const { projects } = listed[0] as { projects: Project[] };
      expect(projects[0]?.data.map(({ name }) => name)).toEqual(["other.jsonl"]);
    });
  });

  it("refuses what there is not, by its code and without a stack", async () => {
    await inHome(async (run) => {
      await run(["new", "Sky", "--data", "rows.jsonl"]);
      const wrong: [string[], string][] = [
        [["train", "nothing"], "not_found"],
        [["train", "nothing.yaml"], "data_file_missing"],
        [["train", "sky", "--set", "r=0"], "parameter_range"],
        [["check", "./"], "bad_request"],
        [["show", "sky/7"], "run_none"],
        [["show", "Sky"], "run_none"],
        [["cancel"], "run_none_at_all"],
        [["export", "latest", "--what", "ggfu"], "bad_request"],
        [["chat", "--set", "r=8"], "bad_request"],
      ];
      for (const [args, error] of wrong) {
        const { code, stderr } = await run([...args, "--json"]);
        expect([args, code, errorOf(stderr).code]).toEqual([args, 2, error]);
        expect(stderr).not.toContain("    at ");
      }
    });
  });

  it("shows a stack only for debugging", async () => {
    await inHome(async (run) => {
      const quiet = await run(["show"]);
      const loud = await run(["show"], { env: { TUNESMITH_DEBUG: "1" } });
      expect(quiet.stderr).not.toContain("    at ");
      expect(loud.stderr).toContain("    at ");
    });
  });
});
