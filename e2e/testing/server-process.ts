import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { nodeFlags } from "../../scripts/lib/bootstrap.mjs";

const main = resolve(import.meta.dirname, "..", "..", "src", "cli", "main.mjs");

export interface ServerProcess {
  readonly url: string;
  readonly home: string;
  readonly pid: number;
  stop(): Promise<void>;
  /** Ends it at once, as a crash does; its workspace stays. */
  kill(): Promise<void>;
}

/** The server as people start it, in a process of its own; where no home is given, with its own. */
export async function startServerProcess(
  home?: string,
  { port = 0 }: { port?: number } = {},
): Promise<ServerProcess> {
  const folder = home ?? (await mkdtemp(join(tmpdir(), "tunesmith-server-")));
  const args = [main, "start", "--no-practice", "--no-open", "--port", String(port), "--json"];
  const child = spawn(process.execPath, [...nodeFlags, ...args], {
    env: { ...process.env, TUNESMITH_HOME: folder, OLLAMA_HOST: "127.0.0.1:9" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(child, "close");
  const url = await new Promise<string>((found, failed) => {
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      const match = /"url":"([^"]+)"/.exec(text);
      if (match?.[1]) found(match[1]);
    });
    void closed.then(() => failed(new Error(`the server ended: ${text}`)));
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("the server has no process");
  return {
    url,
    home: folder,
    pid,
    async kill() {
      child.kill("SIGKILL");
      await closed;
    },
    async stop() {
      child.kill("SIGTERM");
      await closed;
      if (home === undefined) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
