import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { inFolder, jsonLines, runCli, startCli } from "#cli/testing/run-cli.ts";

const environment = (folder: string): NodeJS.ProcessEnv => ({
  TUNESMITH_HOME: join(folder, "home"),
  OLLAMA_HOST: "127.0.0.1:9",
  BROWSER: join(folder, "browser"),
});

/** A browser that writes down what it is asked to open. */
async function standInBrowser(folder: string): Promise<string> {
  const opened = join(folder, "opened");
  const script = `#!${process.execPath}\nrequire("fs").appendFileSync(${JSON.stringify(opened)}, process.argv[2] + "\\n");\n`;
  await writeFile(join(folder, "browser"), script, { mode: 0o755 });
  return opened;
}

/** Starts the server as people do; `until` waits for words on its output. */
function startServer(folder: string, args: string[] = []) {
  const child = startCli(["start", "--port", "0", ...args], { env: environment(folder) });
  let text = "";
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      for (const look of waiting) look();
    });
  }
  const closed = once(child, "close");
  const until = (words: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = () => {
        const match = words.exec(text);
        if (!match) return;
        waiting.delete(look);
        resolve(match);
      };
      waiting.add(look);
      void closed.then(() => reject(new Error(`it ended before ${words}:\n${text}`)));
      look();
    });
  const stop = async (): Promise<number | null> => {
    child.kill("SIGINT");
    const [code] = (await closed) as [number | null];
    return code;
  };
  return { until, stop, text: () => text };
}

it("serves and practises on an empty workspace, and serves at once ever after", async () => {
  await inFolder(async (folder) => {
    const opened = await standInBrowser(folder);
    const first = startServer(folder, ["--open"]);
    const [, url = ""] = await first.until(/open at (\S+)/);
    const [, page = ""] = await first.until(/Watch it at (\S+)/);
    expect(page).toMatch(/\/projects\/lighthouses\/runs\/[^/]+$/);
    await expect.poll(() => readFile(opened, "utf8").catch(() => "")).toBe(`${page}\n`);
    await first.until(/Train: step/);
    const projects = await fetch(new URL("/api/projects", url));
    expect(projects.status).toBe(200);
    expect(JSON.stringify(await projects.json())).toContain("ighthouse");
    await first.until(/stays open/);
    const told = first.text();
    expect(told).toMatch(/Question +Expected +Base +Tuned/);
    expect(told).toContain("Better than the base.");
    expect(told).toMatch(/GGUF: +\S+\.gguf/);
    expect(told).toMatch(/Modelfile: +\S+Modelfile/);
    expect(await first.stop()).toBe(0);

    // The quickest of three: what else the machine does must not decide.
    const times: number[] = [];
    for (let time = 0; time < 3; time++) {
      const begin = performance.now();
      const again = startServer(folder);
      await again.until(/open at (\S+)/);
      times.push(performance.now() - begin);
      const refused = await runCli(["start", "--port", "0"], { env: environment(folder) });
      expect(refused.code).toBe(6);
      expect(await again.stop()).toBe(0);
      expect(again.text()).not.toContain("Practice");
    }
    expect(Math.min(...times)).toBeLessThan(3000);
    const runs = await runCli(["runs", "--json"], { env: environment(folder) });
    expect(jsonLines(runs.stdout)[0]).toHaveLength(1);
  });
});

it("does not practise when told not to", async () => {
  await inFolder(async (folder) => {
    await mkdir(join(folder, "home"));
    const server = startServer(folder, ["--no-practice"]);
    await server.until(/open at (\S+)/);
    expect(await server.stop()).toBe(0);
    const projects = await runCli(["projects", "--json"], { env: environment(folder) });
    expect(jsonLines(projects.stdout)[0]).toEqual({ projects: [], problems: [] });
  });
});
