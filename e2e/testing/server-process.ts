import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { nodeFlags } from "../../scripts/lib/bootstrap.mjs";

const main = resolve(import.meta.dirname, "..", "..", "src", "cli", "main.mjs");

export interface ServerProcess {
  readonly url: string;
  readonly home: string;
  readonly pid: number;
  /** Resident bytes and processor seconds up to now. */
  use(): Promise<{ bytes: number; seconds: number }>;
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
    use: () => useOf(pid),
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

/** As `ps` tells it, on Linux and macOS alike. */
async function useOf(pid: number): Promise<{ bytes: number; seconds: number }> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=,time=", "-p", String(pid)]);
  const [kibibytes = "0", time = "0"] = stdout.trim().split(/\s+/);
  const seconds = time
    .split(/[-:]/)
    .reduce((sum, part, index, all) => sum + Number(part) * unit(all.length - index), 0);
  return { bytes: Number(kibibytes) * 1024, seconds };
}

const unit = (place: number): number => [1, 60, 3600, 86_400][place - 1] ?? 0;

/** The largest resident size while `work` goes on. */
export async function peakWhile(server: ServerProcess, work: () => Promise<void>): Promise<number> {
  let peak = 0;
  const look = async () => {
    peak = Math.max(peak, (await server.use()).bytes);
  };
  const timer = setInterval(() => void look(), 100);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return peak;
}
