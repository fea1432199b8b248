// @ts-check
import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { access, cp, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import {
  builtOllamaVersion,
  executableName,
  findOllamaBinary,
  ollamaCacheFolder,
} from "../src/core/deploy/testing/ollama-binary.ts";

/**
 * Prints the path of an Ollama for the tests: $TUNESMITH_OLLAMA, else one on PATH, beside the clone
 * or in the cache, else it is built into the cache, which takes Go, CMake, a C++ compiler, the
 * engine's llama.cpp source ($TUNESMITH_LLAMA) and some ten minutes. `--build` builds it anyway.
 */
try {
  const found = process.argv.includes("--build") ? undefined : await findOllamaBinary();
  process.stdout.write(`${found ?? (await build())}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

/** @returns {Promise<string>} */
async function build() {
  if (process.env["TUNESMITH_OLLAMA"]) {
    throw new Error(
      `There is no program at $TUNESMITH_OLLAMA (${process.env["TUNESMITH_OLLAMA"]}).`,
    );
  }
  const source = await llamaSource();
  const work = await mkdtemp(join(tmpdir(), "tunesmith-build-"));
  try {
    const made = join(work, "made");
    await mkdir(join(made, "lib", "ollama"), { recursive: true });
    await buildOllama(join(made, "bin"));
    await buildLlama(source, join(work, "llama"), join(made, "lib", "ollama"));
    const cache = ollamaCacheFolder();
    await rm(cache, { recursive: true, force: true });
    await mkdir(join(cache, ".."), { recursive: true });
    await moveFolder(made, cache);
    return join(cache, "bin", executableName);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The full tree of llama.cpp, from which Ollama's runner is built. */
async function llamaSource() {
  const engine = process.env["TUNESMITH_LLAMA"];
  if (!engine) throw new Error("Set TUNESMITH_LLAMA to the llama folder of an installed engine.");
  const source = join(engine, "source");
  await access(join(source, "tools", "server", "CMakeLists.txt"), constants.R_OK).catch(() => {
    throw new Error(`${source} is not the full source of llama.cpp: tools/server is missing.`);
  });
  return source;
}

/** @param {string} folder */
async function buildOllama(folder) {
  const version = `-X=github.com/ollama/ollama/version.Version=${builtOllamaVersion}`;
  await run(
    "go",
    ["install", "-ldflags", version, `github.com/ollama/ollama@v${builtOllamaVersion}`],
    {
      GOBIN: folder,
    },
  );
}

/**
 * llama-server runs the models, llama-quantize belongs to it. Built for any x86-64 of the last ten
 * years rather than for this one, since caches travel.
 * @param {string} source
 * @param {string} folder
 * @param {string} target
 */
async function buildLlama(source, folder, target) {
  const simd = process.arch === "x64" ? ["AVX2", "FMA", "F16C"] : [];
  await run("cmake", [
    `-S${source}`,
    `-B${folder}`,
    "-DCMAKE_BUILD_TYPE=Release",
    "-DBUILD_SHARED_LIBS=OFF",
    "-DGGML_NATIVE=OFF",
    "-DLLAMA_BUILD_TESTS=OFF",
    "-DLLAMA_BUILD_UI=OFF",
    "-DLLAMA_USE_PREBUILT_UI=OFF",
    "-DLLAMA_OPENSSL=OFF",
    ...simd.map((name) => `-DGGML_${name}=ON`),
  ]);
  const programs = ["llama-server", "llama-quantize"];
  const jobs = String(availableParallelism());
  await run("cmake", [
    "--build",
    folder,
    "--config",
    "Release",
    "-j",
    jobs,
    "--target",
    ...programs,
  ]);
  const suffix = process.platform === "win32" ? ".exe" : "";
  for (const program of programs) {
    const file = `${program}${suffix}`;
    const places = [join(folder, "bin", file), join(folder, "bin", "Release", file)];
    await Promise.any(places.map((place) => cp(place, join(target, file))));
  }
}

/** A rename cannot leave a file system; a copy can. @param {string} from @param {string} to */
async function moveFolder(from, to) {
  await rename(from, to).catch(() => cp(from, to, { recursive: true }));
}

/**
 * What the tools say goes to stderr, so that stdout holds the path alone.
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} [environment]
 * @returns {Promise<void>}
 */
function run(command, args, environment = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ["ignore", process.stderr.fd, process.stderr.fd],
      env: { ...process.env, ...environment },
    });
    child.on("error", () => reject(new Error(`${command} is needed to build Ollama; install it.`)));
    child.on("exit", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ${args[0]} ended with ${code}`));
    });
  });
}
