import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import type http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ensureBlob, fileDigest, hasBlob, uploadBlob } from "./blobs.ts";
import { createBody, createModel, type Parameters } from "./create.ts";
import { writeModelfile } from "./modelfile.ts";
import { compareSettings, showModel } from "./readback.ts";
import { startOllama, type TestOllama } from "./testing/ollama-server.ts";
import { startProxy, type Intercept } from "./testing/proxy.ts";
import { makeTinyModel, type TinyModel } from "./testing/tiny-model.ts";

const run = promisify(execFile);

// On cores that others use too, a model takes many times longer to load and to answer.
vi.setConfig({ testTimeout: 120_000 });

let ollama: TestOllama;
let tiny: TinyModel;
let digest: string;
let folder: string;

beforeAll(async () => {
  [ollama, tiny] = await Promise.all([startOllama(), makeTinyModel()]);
  folder = await mkdtemp(join(tmpdir(), "tunesmith-create-"));
  digest = await fileDigest(tiny.gguf);
  await ensureBlob(ollama.address, tiny.gguf, digest);
});
afterAll(async () => {
  await ollama?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function throughProxy<T>(
  intercept: Intercept,
  use: (address: string, seen: string[]) => Promise<T>,
): Promise<T> {
  const proxy = await startProxy(ollama.address, intercept);
  try {
    return await use(proxy.address, proxy.seen);
  } finally {
    await proxy.stop();
  }
}

async function bigFile(name: string, bytes: number): Promise<string> {
  const path = join(folder, name);
  const file = await open(path, "w");
  await file.write(`GGUF ${name}`);
  await file.truncate(bytes);
  await file.close();
  return path;
}

const everyParameter: Parameters = {
  temperature: 1,
  top_p: 0.85,
  top_k: 17,
  repeat_penalty: 1.25,
  repeat_last_n: 0,
  num_ctx: 4096,
  min_p: 0.05,
  num_predict: -1,
  seed: 1_234_567_890,
  mirostat: 2,
  mirostat_tau: 5.5,
  mirostat_eta: 0.1,
  stop: [
    "### Question:",
    "<|im_end|>",
    'quote " and \\',
    "日本",
    "\u200d\u3000\u{1fae9}",
    "a\nb\t",
  ],
};

const systems: [string, string][] = [
  ["quotes", "Say \"hello\" and 'bye' and `code`."],
  ["triple quotes", 'Use """ around\n"""\nblocks"""'],
  ["Chinese", "你是一个有用的助手。请用中文回答！全角　空格"],
  ["emoji with joiners", "I am 👨‍👩‍👧 and 🏳️‍🌈 and ❤️."],
  ["line breaks", "\nfirst\r\n\r\nsecond\n"],
  ["blanks at both ends", "  \tS  "],
  ["backslashes and templates", "\\n {{ .System }} {% if %} <|im_end|>"],
  ["nothing", ""],
];

describe("parameters on the real server", () => {
  test.each(systems)("come back with the same value: %s", async (_, system) => {
    const name = "settings";
    const parameters = everyParameter;
    await createModel(ollama.address, { name, files: { "m.gguf": digest }, parameters, system });
    const shown = await showModel(ollama.address, name);
    expect(shown.parameters).toEqual(parameters);
    expect(shown.system).toBe(system);
    expect(compareSettings({ parameters, system }, shown)).toEqual([]);
    expect(shown.hasAttachedTemplate).toBe(false);
    expect(shown.template).toContain("This template is the one that training used.");
  });

  test("leave with the right JSON type", async () => {
    const bodies: Record<string, unknown>[] = [];
    const record: Intercept = async (request, response) => {
      const text = await body(request);
      bodies.push(JSON.parse(text) as Record<string, unknown>);
      response.end('{"status":"success"}\n');
      return true;
    };
    const request = {
      name: "typed",
      files: { "m.gguf": digest },
      parameters: everyParameter,
      system: "S",
    };
    await throughProxy(record, (address) => createModel(address, request));
    expect(bodies).toEqual([
      {
        model: "typed",
        files: { "m.gguf": digest },
        parameters: everyParameter,
        system: "S",
        stream: true,
      },
    ]);
    expect(Object.keys(bodies[0] ?? {})).not.toContain("template");
    expect(createBody({ ...request, system: "" })).not.toHaveProperty("system");
  });
});

describe("a Modelfile on the real `ollama create -f`", () => {
  test.each(systems)(
    "gives the same values, or names those it cannot carry: %s",
    async (_, system) => {
      const stop = ["### Question:", `${system}!`, " x "];
      const parameters = { temperature: 0.7, top_k: 17, num_predict: -1, min_p: 0.123456789, stop };
      const modelfile = writeModelfile(tiny.gguf, { parameters, system });
      const path = join(folder, "Modelfile");
      await writeFile(path, modelfile.text);
      await run(ollama.binary, ["create", "from-file", "-f", path], { env: ollama.environment });
      const shown = await showModel(ollama.address, "from-file");
      const lost = new Map(modelfile.losses.map((loss) => [loss.value, loss.becomes]));
      const kept = (value: string): string | null =>
        lost.has(value) ? (lost.get(value) ?? null) : value;
      expect(shown.system).toBe(kept(system) ?? "");
      expect(shown.parameters).toEqual({
        temperature: 0.7,
        top_k: 17,
        num_predict: -1,
        min_p: Number(lost.get("0.123456789")),
        stop: stop.map(kept).filter((value) => value !== null),
      });
    },
  );
});

describe("upload", () => {
  test("what is there is not sent again", async () => {
    await throughProxy(
      () => false,
      async (address, seen) => {
        expect(await ensureBlob(address, tiny.gguf, digest)).toBe("present");
        expect(seen).toEqual([`HEAD /api/blobs/${digest}`]);
      },
    );
  });

  test("progress counts every byte once", async () => {
    const path = await bigFile("progress", 5_000_001);
    const steps: number[] = [];
    const own = await fileDigest(path, { onProgress: (done) => steps.push(done) });
    expect(steps.at(-1)).toBe(5_000_001);
    steps.length = 0;
    const onProgress = (done: number, total: number): void => {
      expect(total).toBe(5_000_001);
      steps.push(done);
    };
    expect(await ensureBlob(ollama.address, path, own, { onProgress })).toBe("uploaded");
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(steps.at(-1)).toBe(5_000_001);
    expect(await hasBlob(ollama.address, own)).toBe(true);
  });

  test("it can be stopped on the way", async () => {
    const path = await bigFile("stopped", 64 << 20);
    const own = await fileDigest(path);
    const abort = new AbortController();
    const reason = new Error("cancelled");
    const onProgress = (done: number): void => {
      if (done > 8 << 20) abort.abort(reason);
    };
    const upload = uploadBlob(ollama.address, path, own, { signal: abort.signal, onProgress });
    await expect(upload).rejects.toBe(reason);
    expect(await hasBlob(ollama.address, own)).toBe(false);
  });

  test("a file that changed since it was hashed is refused by Ollama", async () => {
    const path = await bigFile("changed", 1000);
    const own = await fileDigest(path);
    await writeFile(path, "something else");
    await expect(uploadBlob(ollama.address, path, own)).rejects.toMatchObject({
      code: "ollama_upload_changed",
    });
  });

  test("Ollama's disk is full: it answers early and closes", async () => {
    const path = await bigFile("full", 64 << 20);
    const own = await fileDigest(path);
    // What gin sends when NewLayer's copy fails; half a second later Go closes the unread connection.
    const full: Intercept = (request, response) => {
      if (request.method !== "POST") return false;
      let seen = 0;
      request.on("data", (chunk: Buffer) => {
        seen += chunk.length;
        if (seen < 4 << 20 || response.writableEnded) return;
        request.pause();
        response.writeHead(500, { "Content-Type": "application/json", Connection: "close" });
        const error = "write /m/blobs/sha256-123: no space left on device";
        response.end(JSON.stringify({ error }), () => setTimeout(() => request.destroy(), 500));
      });
      return true;
    };
    await throughProxy(full, async (address) => {
      await expect(ensureBlob(address, path, own)).rejects.toMatchObject({
        code: "ollama_disk_full",
        params: { detail: expect.stringContaining("no space left") as string },
      });
    });
  });

  test("the answer is read even if this process was held up until the connection was gone", async () => {
    const path = await bigFile("held-up", 64 << 20);
    const server = fork(new URL("testing/refusing-server.mjs", import.meta.url));
    try {
      const [port] = (await once(server, "message")) as [number];
      let heldUp = false;
      const onProgress = (done: number): void => {
        if (heldUp || done < 2 << 20) return;
        heldUp = true;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
      };
      const upload = uploadBlob(`http://127.0.0.1:${port}`, path, digest, { onProgress });
      await expect(upload).rejects.toMatchObject({ code: "ollama_disk_full" });
    } finally {
      server.kill();
    }
  });

  test("the connection breaks off", async () => {
    const path = await bigFile("broken", 64 << 20);
    const own = await fileDigest(path);
    const breaks: Intercept = (request) => {
      if (request.method !== "POST") return false;
      setTimeout(() => request.destroy(), 30);
      return true;
    };
    await throughProxy(breaks, async (address) => {
      await expect(ensureBlob(address, path, own)).rejects.toMatchObject({
        code: "ollama_upload_broken",
        params: { file: path, total: 64 << 20 },
      });
    });
  });

  test("a real Ollama that is killed while it receives", async () => {
    const path = await bigFile("killed", 512 << 20);
    const own = await fileDigest(path);
    const victim = await startOllama();
    try {
      let ended: Promise<void> | undefined;
      const onProgress = (done: number): void => {
        if (done > 32 << 20) ended ??= victim.kill();
      };
      const upload = ensureBlob(victim.address, path, own, { onProgress });
      await expect(upload).rejects.toMatchObject({ code: "ollama_upload_broken" });
      await ended;
      await expect(hasBlob(victim.address, own)).rejects.toMatchObject({
        code: "ollama_not_running",
      });
    } finally {
      await victim.stop();
    }
  });
});

describe("creation that fails", () => {
  const request = (name: string) => ({
    name,
    files: { "m.gguf": digest },
    parameters: {},
    system: "",
  });
  const answer =
    (text: string, status = 200): Intercept =>
    (asked, response) => {
      if (asked.url !== "/api/create") return false;
      response.writeHead(status).end(text);
      return true;
    };

  test.each([
    ['{"status":"parsing GGUF"}\n{"error":"out of luck"}\n', 200, "ollama_create_failed"],
    ['{"error":"write x: no space left on device"}\n', 200, "ollama_disk_full"],
    ['{"error":"no space left on device"}', 500, "ollama_disk_full"],
    ['{"error":"unknown type"}', 400, "ollama_create_failed"],
    ['{"status":"parsing GGUF"}\n{"status":"writing manifest"}\n', 200, "ollama_create_unfinished"],
    ['{"status":"success"}\n{"error":"pruning failed"}\n', 200, "ollama_create_failed"],
    ['{"status":"success"}\n{"status":"writing manifest"}\n', 200, "ollama_create_unfinished"],
    ["", 200, "ollama_create_unfinished"],
  ])("%j with status %i is %s", async (text, status, code) => {
    await throughProxy(answer(text, status), async (address) => {
      await expect(createModel(address, request("x"))).rejects.toMatchObject({ code });
    });
  });

  test("it never ends: silent, or talking for ever", async () => {
    const silent: Intercept = (_, response) => {
      response.write('{"status":"parsing GGUF"}\n');
      return true;
    };
    await throughProxy(silent, async (address) => {
      await expect(createModel(address, request("x"), { idleMs: 80 })).rejects.toMatchObject({
        code: "ollama_create_timeout",
        params: { name: "x" },
      });
    });
    const endless: Intercept = (_, response) => {
      const timer = setInterval(() => response.write('{"status":"working"}\n'), 10);
      response.on("close", () => clearInterval(timer));
      return true;
    };
    await throughProxy(endless, async (address) => {
      await expect(createModel(address, request("x"), { totalMs: 150 })).rejects.toMatchObject({
        code: "ollama_create_timeout",
      });
    });
  });

  test("it breaks off half-way", async () => {
    const breaks: Intercept = (_, response) => {
      response.write('{"status":"parsing GGUF"}\n', () => response.destroy());
      return true;
    };
    await throughProxy(breaks, async (address) => {
      await expect(createModel(address, request("x"))).rejects.toMatchObject({
        code: "ollama_connection_lost",
      });
    });
  });

  test("what is no GGUF is refused by the real Ollama", async () => {
    const path = await bigFile("no-gguf", 1000);
    const own = await fileDigest(path);
    await ensureBlob(ollama.address, path, own);
    const created = createModel(ollama.address, { ...request("x"), files: { "m.gguf": own } });
    await expect(created).rejects.toMatchObject({ code: "ollama_create_failed" });
    await expect(showModel(ollama.address, "x")).rejects.toMatchObject({
      code: "ollama_model_missing",
    });
  });
});

async function body(request: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
