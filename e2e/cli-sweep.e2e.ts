import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import type { RankedTrial, Sweep } from "#contract/sweep.ts";
import { inFolder, jsonLines, runCli } from "#cli/testing/run-cli.ts";

const example = resolve(import.meta.dirname, "../examples/lighthouses");
const rates = [2e-3, 1e-3, 5e-4, 1e-6];

it("a sweep ranks its trials, stops the one that lags behind, and a model is made of the best", async () => {
  await inFolder(async (folder) => {
    const home = join(folder, "home");
    // Ollama is looked for where none is: what is tried here needs none.
    const env = { TUNESMITH_HOME: home, OLLAMA_HOST: "127.0.0.1:9" };
    const tunesmith = async (...args: string[]) => {
      const { code, stdout, stderr } = await runCli([...args, "--json"], { cwd: folder, env });
      expect([code, stderr]).toEqual([0, ""]);
      return jsonLines(stdout) as unknown[];
    };
    const ranking = async () => {
      const [all] = (await tunesmith("sweeps", "towers")) as [{ ranking: RankedTrial[] }[]];
      return all[0]?.ranking ?? [];
    };
    const data = ["--data", join(example, "train.jsonl"), "--check", join(example, "check.jsonl")];
    await tunesmith("new", "Towers", ...data, "--set", "num_train_epochs=3");
    const [sweep] = (await tunesmith(
      "sweep",
      "towers",
      "--over",
      `learning_rate=${rates.join(",")}`,
    )) as [Sweep];
    expect(sweep.trials).toHaveLength(4);

    await expect
      .poll(async () => (await ranking()).map(({ status }) => status).sort(), {
        timeout: 500_000,
        interval: 2000,
      })
      .toEqual(["cancelled", "finished", "finished", "finished"]);
    const trials = await ranking();
    expect(trials.map(({ rank }) => rank)).toEqual([1, 2, 3, 4]);
    expect(trials.map(({ settings }) => settings["training_config"]?.["learning_rate"])).toEqual(
      rates,
    );
    expect(trials.map(({ hopeless }) => hopeless)).toEqual([false, false, false, true]);
    const runOf = (trial: RankedTrial | undefined) =>
      join(home, "projects", "towers", "runs", trial?.run ?? "");
    expect(existsSync(join(runOf(trials[0]), "adapter", "adapter_model.safetensors"))).toBe(true);
    expect(existsSync(join(runOf(trials[0]), "merged"))).toBe(false);

    const lines = (await tunesmith("resume", `towers/${trials[0]?.number}`)) as {
      type: string;
      status?: string;
      files?: { gguf?: string };
    }[];
    const last = lines.at(-1);
    expect(last?.status).toBe("finished");
    expect(last?.files?.gguf && existsSync(last.files.gguf)).toBe(true);
    // What was trained is not trained again.
    expect(lines.filter(({ type }) => type === "train.step")).toEqual([]);
    expect((await ranking())[0]).toMatchObject({ rank: 1, exported: true, status: "finished" });
  });
});
