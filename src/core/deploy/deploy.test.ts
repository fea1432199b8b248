import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { answer } from "./chat.ts";
import { createModel } from "./create.ts";
import { deploy, proofFile, type Deployment, type DeployOptions } from "./deploy.ts";
import { managedModels, removeManaged } from "./manage.ts";
import { deleteModel, listModels } from "./models.ts";
import { proofError } from "./proof-error.ts";
import { proofSchema } from "#contract/ollama-proof.ts";
import { showModel } from "./readback.ts";
import { readRegistry, registryFile } from "./registry.ts";
import { freePort } from "./testing/free-port.ts";
import { startOllama, type TestOllama } from "./testing/ollama-server.ts";
import { startProxy, type Intercept } from "./testing/proxy.ts";
import { makeTinyModel, tokeniseTiny, type TinyModel } from "./testing/tiny-model.ts";
import { makeTinyRun, tinyModelfile } from "./testing/tiny-run.ts";

// On cores that others use too, a model takes many times longer to load and to answer.
vi.setConfig({ testTimeout: 120_000 });

let server: TestOllama;
let tiny: TinyModel;
let wrong: TinyModel;
let home: string;
let run: string;

beforeAll(async () => {
  [server, tiny, wrong] = await Promise.all([
    startOllama(),
    makeTinyModel(),
    makeTinyModel({ embed: "extra-newline" }),
  ]);
});
afterAll(() => server?.stop());
beforeEach(async () => {
  for (const { name } of await listModels(server.address)) await deleteModel(server.address, name);
  home = await mkdtemp(join(tmpdir(), "tunesmith-home-"));
  run = await makeTinyRun(home, tiny);
  return () => rm(home, { recursive: true, force: true });
});

async function deployTiny(
  folder: string,
  options: Partial<DeployOptions> = {},
): Promise<Deployment> {
  return await deploy(folder, {
    home,
    ollamaAddress: server.address,
    stopTokens: ["<|im_end|>"],
    tokenise: (texts) => tokeniseTiny(tiny, texts),
    ...options,
  });
}

async function names(): Promise<string[]> {
  return (await listModels(server.address)).map(({ name }) => name).sort();
}

async function withProxy<T>(
  intercept: Intercept,
  use: (address: string) => Promise<T>,
): Promise<T> {
  const proxy = await startProxy(server.address, intercept);
  try {
    return await use(proxy.address);
  } finally {
    await proxy.stop();
  }
}

describe("a run that is proven", () => {
  test("ends in Ollama under its name, answers there, and is remembered", async () => {
    const steps = new Map<string, [number, number]>();
    const { deployed, name, proof } = await deployTiny(run, {
      onProgress: ({ step, done, total }) => steps.set(step, [done, total]),
    });
    expect({ deployed, name }).toEqual({ deployed: true, name: "sky:latest" });
    expect(proof).toMatchObject({
      proven: true,
      ollamaVersion: "0.34.1",
      name: "sky:latest",
      prompts: { equal: 24, total: 24 },
      tokenCounts: { equal: 24, total: 24 },
      answers: { equal: 3, total: 3 },
      settings: { equal: 8, total: 8 },
      stops: { stopped: 3, total: 3, cause: null },
    });
    expect(proofSchema.parse(JSON.parse(await readFile(proofFile(run), "utf8")))).toEqual(proof);
    const size = (await readFile(tiny.gguf)).length;
    expect([...steps.keys()]).toEqual(["hash", "upload", "create", "prove", "stops"]);
    expect(steps.get("hash")).toEqual([size, size]);
    expect(steps.get("prove")).toEqual([27, 27]);

    expect(await names()).toEqual(["sky:latest"]);
    const { system, ...parameters } = tinyModelfile;
    expect(await showModel(server.address, "sky")).toMatchObject({
      system,
      parameters: { ...parameters, stop: ["### Question:", "<|im_end|>"] },
    });
    const messages = [{ role: "user", content: "Sky?" }];
    const given = await answer(server.address, { model: "sky", messages });
    expect(given).toMatchObject({ text: "The sky glows deep blue.", end: { reason: "stop" } });
    expect(await readRegistry(home)).toEqual([
      {
        name: "sky:latest",
        address: server.address,
        digest: proof.digest,
        project: "sky",
        run: "20261122-153726-k3f9",
        runFolder: run,
        format: "f16",
        ollamaVersion: "0.34.1",
        deployedAt: proof.time,
      },
    ]);
    expect((await listModels(server.address))[0]?.digest).toBe(proof.digest);
  });

  test("can be deployed again, and uploads nothing twice", async () => {
    const first = await deployTiny(run);
    const steps: string[] = [];
    // The same Ollama under another address: the model there is this run's all the same.
    const again = await withProxy(
      () => false,
      (ollamaAddress) =>
        deployTiny(run, { ollamaAddress, onProgress: ({ step }) => steps.push(step) }),
    );
    expect(again.deployed).toBe(true);
    expect(again.proof.digest).toBe(first.proof.digest);
    expect(steps).not.toContain("upload");
    expect(await readRegistry(home)).toHaveLength(1);
    expect(await names()).toEqual(["sky:latest"]);
  });
});

describe("a run that is not proven", () => {
  test("is taken out again, with the first difference", async () => {
    const folder = await makeTinyRun(home, wrong, { id: "wrong" });
    const { deployed, proof } = await deployTiny(folder, {
      tokenise: (texts) => tokeniseTiny(wrong, texts),
    });
    expect(deployed).toBe(false);
    expect(proof).toMatchObject({
      proven: false,
      firstDifference: { kind: "prompt", expected: { text: "\n" }, got: { text: "\n\n" } },
      stops: null,
    });
    expect(proofError(proof, proof.name, proof.ollamaVersion)).toMatchObject({
      code: "ollama_prompt_differs",
      params: { expected: '"\\n"', got: '"\\n\\n"', conversation: "golden-1" },
    });
    expect(proofSchema.parse(JSON.parse(await readFile(proofFile(folder), "utf8")))).toEqual(proof);
    expect(await names()).toEqual([]);
    expect(await readRegistry(home)).toEqual([]);
  });

  test("leaves the proven model that had its name", async () => {
    const { proof } = await deployTiny(run);
    const folder = await makeTinyRun(home, wrong, { id: "wrong" });
    expect((await deployTiny(folder, { replace: true })).deployed).toBe(false);
    expect(await listModels(server.address)).toMatchObject([
      { name: "sky:latest", digest: proof.digest },
    ]);
    expect(await readRegistry(home)).toMatchObject([{ run: "20261122-153726-k3f9" }]);
  });
});

describe("a name that is taken", () => {
  async function takeSky(): Promise<string> {
    const { proof } = await deployTiny(run, { name: "other" });
    const files = { "m.gguf": `sha256:${proof.ggufSha256}` };
    await createModel(server.address, { name: "Sky", files, parameters: {}, system: "mine" });
    const listed = await listModels(server.address);
    return listed.find(({ name }) => name === "Sky:latest")?.digest ?? "";
  }

  test("is never replaced unasked; a free tag is offered and works", async () => {
    const digest = await takeSky();
    const refused = deployTiny(run);
    await expect(refused).rejects.toMatchObject({
      code: "ollama_name_taken",
      params: { name: "sky:latest", proposal: "sky:v2" },
    });
    expect((await deployTiny(run, { name: "sky:v2" })).name).toBe("sky:v2");
    const after = await listModels(server.address);
    expect(after.find(({ name }) => name === "Sky:latest")?.digest).toBe(digest);
  });

  test("is replaced when asked", async () => {
    await takeSky();
    expect((await deployTiny(run, { replace: true })).deployed).toBe(true);
    expect(await showModel(server.address, "sky")).toMatchObject({ system: tinyModelfile.system });
  });

  test("by one that came while the proof was made", async () => {
    const files = {
      "m.gguf": `sha256:${(await deployTiny(run, { name: "other" })).proof.ggufSha256}`,
    };
    let created: Promise<void> | undefined;
    const onProgress: DeployOptions["onProgress"] = ({ step }) => {
      if (step !== "prove") return;
      created ??= createModel(server.address, {
        name: "sky",
        files,
        parameters: {},
        system: "mine",
      });
    };
    await expect(deployTiny(run, { onProgress })).rejects.toMatchObject({
      code: "ollama_name_taken",
    });
    await created;
    expect(await showModel(server.address, "sky")).toMatchObject({ system: "mine" });
    expect(await names()).toEqual(["other:latest", "sky:latest"]);
  });
});

describe("what goes wrong leaves the run deployable and Ollama as it was", () => {
  async function failsWith(code: string, options: Partial<DeployOptions>): Promise<void> {
    await expect(deployTiny(run, options)).rejects.toMatchObject({ code });
    expect(await names()).toEqual([]);
    expect(await readRegistry(home)).toEqual([]);
    expect(existsSync(join(run, "gguf", "model-f16.gguf"))).toBe(true);
  }

  test.each([
    ["My Sky", "ollama_name_character"],
    ["Sky", "ollama_name_capital"],
    ["s".repeat(81), "ollama_name_long"],
  ])("the name %s", async (name, code) => {
    await failsWith(code, { name });
  });

  test("Ollama is not running", async () => {
    await failsWith("ollama_not_running", { ollamaAddress: `127.0.0.1:${await freePort()}` });
  });

  test("Ollama is too old", async () => {
    const old: Intercept = (request, response) => {
      if (request.url !== "/api/version") return false;
      response.end('{"version":"0.30.10"}');
      return true;
    };
    await withProxy(old, (ollamaAddress) => failsWith("ollama_too_old", { ollamaAddress }));
  });

  test("the creation ends in an error line within a 200 answer", async () => {
    const fails: Intercept = (request, response) => {
      if (request.url !== "/api/create") return false;
      response.end('{"status":"parsing GGUF"}\n{"error":"something else"}\n');
      return true;
    };
    await withProxy(fails, (ollamaAddress) => failsWith("ollama_create_failed", { ollamaAddress }));
  });

  test("Ollama dies during the proof", async () => {
    let chats = 0;
    const dies: Intercept = (request, response) => {
      if (request.url !== "/api/chat" || (chats += 1) < 5 || chats > 6) return false;
      response.destroy();
      return true;
    };
    await withProxy(dies, (ollamaAddress) =>
      failsWith("ollama_connection_lost", { ollamaAddress }),
    );
  });

  test("the name cannot be given at the end", async () => {
    let creations = 0;
    const fails: Intercept = (request, response) => {
      if (request.url !== "/api/create" || (creations += 1) < 2) return false;
      response.end('{"error":"write manifest: no space left on device"}\n');
      return true;
    };
    await withProxy(fails, (ollamaAddress) => failsWith("ollama_disk_full", { ollamaAddress }));
  });

  test("it is cancelled", async () => {
    const abort = new AbortController();
    const reason = new Error("cancelled");
    const onProgress: DeployOptions["onProgress"] = ({ step, done }) => {
      if (step === "prove" && done === 2) abort.abort(reason);
    };
    const cancelled = deployTiny(run, { signal: abort.signal, onProgress });
    await expect(cancelled).rejects.toBe(reason);
    expect(await names()).toEqual([]);
    expect((await deployTiny(run)).deployed).toBe(true);
  });

  test("there is no GGUF", async () => {
    await rm(join(run, "gguf"), { recursive: true });
    await expect(deployTiny(run)).rejects.toMatchObject({ code: "deploy_no_gguf" });
  });

  test("the golden conversations are damaged", async () => {
    const file = join(run, "golden.jsonl");
    const lines = (await readFile(file, "utf8")).split("\n");
    await writeFile(file, '{"id":"a"}\n');
    await expect(deployTiny(run)).rejects.toMatchObject({
      code: "file_invalid",
      params: { file: expect.stringContaining("golden.jsonl, line 1") as string },
    });
    await writeFile(file, lines.slice(0, 15).join("\n"));
    await expect(deployTiny(run)).rejects.toMatchObject({
      code: "file_invalid",
      params: { file, detail: expect.stringContaining("15") as string },
    });
    expect(await names()).toEqual([]);
  });
});

describe("our models in Ollama", () => {
  test("are listed with their run, and whether they are still ours", async () => {
    const ollama = { address: server.address };
    const { proof } = await deployTiny(run);
    const other = await makeTinyRun(home, tiny, { id: "second" });
    await deployTiny(other, { name: "sky:v2" });
    await deployTiny(other, { name: "gone" });
    await deleteModel(server.address, "gone");
    const files = { "m.gguf": `sha256:${proof.ggufSha256}` };
    await createModel(server.address, { name: "sky:v2", files, parameters: {}, system: "changed" });
    const found = await managedModels(home, ollama);
    expect(found.map(({ name, run: from, state }) => [name, from, state])).toEqual([
      ["gone:latest", "second", "gone"],
      ["sky:v2", "second", "replaced"],
      ["sky:latest", "20261122-153726-k3f9", "present"],
    ]);
    expect(found[2]?.size).toBeGreaterThan(400_000);

    expect(await removeManaged(home, ollama, "gone")).toBe("forgotten");
    expect(await removeManaged(home, ollama, "SKY:v2")).toBe("forgotten");
    expect(await names()).toEqual(["sky:latest", "sky:v2"]);
    expect(await removeManaged(home, ollama, "sky")).toBe("removed");
    expect(await names()).toEqual(["sky:v2"]);
    expect(await readRegistry(home)).toEqual([]);
    await expect(removeManaged(home, ollama, "sky:v2")).rejects.toMatchObject({
      code: "ollama_model_foreign",
    });
  });

  test("a damaged list is set aside, never overwritten", async () => {
    await writeFile(registryFile(home), "not JSON");
    await expect(deployTiny(run)).rejects.toMatchObject({ code: "file_unreadable" });
    await expect(deployTiny(run)).rejects.toMatchObject({ code: "file_unreadable" });
  });
});
