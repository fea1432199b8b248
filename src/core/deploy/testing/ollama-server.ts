import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findOllamaBinary } from "./ollama-binary.ts";
import { freePort } from "./free-port.ts";

export interface TestOllama {
  readonly address: string;
  readonly binary: string;
  /** The folder that holds its models, its home and its log. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Ends the process at once, as a crash would. */
  kill(): Promise<void>;
  /** Ends the process and removes its folder. */
  stop(): Promise<void>;
}

/** A real Ollama on a free port with models of its own. Throws where no binary is provided. */
export async function startOllama(): Promise<TestOllama> {
  const binary = await findOllamaBinary();
  if (binary === undefined) {
    throw new Error("There is no Ollama to test with. Run: node scripts/provide-ollama.mjs");
  }
  const folder = await mkdtemp(join(tmpdir(), "tunesmith-ollama-"));
  const home = join(folder, "home");
  await mkdir(home);
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    HOME: home,
    USERPROFILE: home,
    OLLAMA_HOST: `127.0.0.1:${port}`,
    OLLAMA_MODELS: join(folder, "models"),
    OLLAMA_NO_CLOUD: "1",
    OLLAMA_KEEP_ALIVE: "60s",
    // Its threads wait by spinning, which on cores that others use too takes ten times as long.
    LLAMA_ARG_THREADS: "1",
  };
  const log = join(folder, "ollama.log");
  const child = spawn(binary, ["serve"], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  const file = createWriteStream(log);
  child.stdout.pipe(file, { end: false });
  child.stderr.pipe(file, { end: false });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await ended;
    file.end();
  };
  const stop = async (): Promise<void> => {
    await end("SIGTERM");
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };

  for (let wait = 0; wait < 200; wait += 1) {
    if (child.exitCode !== null) break;
    const reply = await fetch(`${address}/api/version`).catch(() => undefined);
    if (reply?.ok)
      return { address, binary, folder, environment, kill: () => end("SIGKILL"), stop };
    await sleep(100);
  }
  const text = await readFile(log, "utf8").catch(() => "");
  await stop();
  throw new Error(`Ollama did not start: ${text.slice(-2000)}`);
}
