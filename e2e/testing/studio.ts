import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Project } from "#contract/project.ts";
import { startServer, type RunningServer } from "#server/start.ts";

const root = resolve(import.meta.dirname, "..", "..");
export const exampleFiles = ["train.jsonl", "check.jsonl"].map((name) =>
  join(root, "examples", "lighthouses", name),
);

export interface Studio {
  readonly url: string;
  readonly home: string;
  /** The folder of the built page. */
  readonly webRoot: string;
  /** Ends the server as Ctrl-C does; runs go on. */
  stopServer(): Promise<void>;
  /** Starts it again at the same address. */
  startServer(): Promise<void>;
  project(slug: string): Promise<Project>;
  close(): Promise<void>;
}

/** The built page, served from a workspace of its own. Ollama is looked for where none is. */
export async function openStudio(): Promise<Studio> {
  process.env["OLLAMA_HOST"] = "127.0.0.1:9";
  const webRoot = await builtPage();
  const home = await mkdtemp(join(tmpdir(), "tunesmith-page-"));
  let server: RunningServer | undefined = await startServer({ home, port: 0, webRoot });
  const { port, url } = server;
  return {
    url,
    home,
    webRoot,
    async stopServer() {
      await server?.close();
      server = undefined;
    },
    async startServer() {
      server = await startServer({ home, port, webRoot });
    },
    project: async (slug) =>
      JSON.parse(await readFile(join(home, "projects", slug, "project.json"), "utf8")) as Project,
    async close() {
      await server?.close();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Built outside of Vitest, whose NODE_ENV would make it a development build. */
async function builtPage(): Promise<string> {
  const { NODE_ENV: _, NODE_OPTIONS: __, ...env } = process.env;
  const script =
    'import { provideBuiltPage } from "./src/server/built-page.ts";' +
    "console.log(await provideBuiltPage(() => {}));";
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", script],
    { cwd: root, env },
  );
  return stdout.trim().split("\n").at(-1) ?? "";
}
