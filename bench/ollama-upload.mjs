// @ts-check
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, open, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fileDigest, ensureBlob, uploadBlob } from "../src/core/deploy/blobs.ts";
import { startOllama } from "../src/core/deploy/testing/ollama-server.ts";

/**
 * Upload of a large GGUF to a real Ollama against `curl -T` to the same server, alternating.
 * Prints JSON: seconds of each, the speed relative to curl (medians), and our peak memory.
 * Usage: node bench/ollama-upload.mjs [megabytes] [rounds]
 */
const [first = "1024", second = "3", ...rest] = process.argv.slice(2);

if (first === "--upload") await uploadOnly(second, rest[0] ?? "", rest[1] ?? "");
else if (first === "--deploy") await hashAndUpload(second, rest[0] ?? "");
else
  process.stdout.write(
    `${JSON.stringify(await compare(Number(first), Number(second)), null, 2)}\n`,
  );

/** @param {number} megabytes @param {number} rounds */
async function compare(megabytes, rounds) {
  const ollama = await startOllama();
  const folder = await mkdtemp(join(tmpdir(), "tunesmith-bench-"));
  /** @type {{ curl: number, upload: number, hashAndUpload: number, rss: number }[]} */
  const results = [];
  try {
    const file = join(folder, "large.gguf");
    for (let round = 0; round <= rounds; round += 1) {
      await writeRandom(file, megabytes);
      const digest = await fileDigest(file);
      const url = `${ollama.address}/api/blobs/${digest}`;
      const a = await timed("curl", ["-sSf", "-X", "POST", "-T", file, url]);
      await removeBlobs(ollama.folder);
      const b = await measure(["--upload", ollama.address, file, digest]);
      await removeBlobs(ollama.folder);
      const c = await measure(["--deploy", ollama.address, file]);
      await removeBlobs(ollama.folder);
      // The first round warms the caches of both.
      if (round > 0) {
        results.push({
          curl: a.seconds,
          upload: b.seconds,
          hashAndUpload: c.seconds,
          rss: Math.max(b.rss, c.rss),
        });
      }
    }
  } finally {
    await ollama.stop();
    await rm(folder, { recursive: true, force: true });
  }
  const curl = median(results.map((result) => result.curl));
  return {
    megabytes,
    rounds: results,
    curlSeconds: curl,
    uploadSpeedOfCurl: curl / median(results.map((result) => result.upload)),
    hashAndUploadSpeedOfCurl: curl / median(results.map((result) => result.hashAndUpload)),
    peakMegabytes: Math.max(...results.map((result) => result.rss)),
  };
}

/** @param {string} address @param {string} file @param {string} digest */
async function uploadOnly(address, file, digest) {
  await report(() => uploadBlob(address, file, digest));
}

/** @param {string} address @param {string} file */
async function hashAndUpload(address, file) {
  await report(async () => ensureBlob(address, file, await fileDigest(file)));
}

/** @param {() => Promise<unknown>} work */
async function report(work) {
  const begin = performance.now();
  await work();
  const seconds = (performance.now() - begin) / 1000;
  const rss = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(JSON.stringify({ seconds, rss }));
}

/** Runs this file in a process of its own, whose memory is the upload's alone. @param {string[]} args */
async function measure(args) {
  const { output } = await timed(process.execPath, [fileURLToPath(import.meta.url), ...args]);
  return /** @type {{ seconds: number, rss: number }} */ (JSON.parse(output));
}

/** @param {string} command @param {string[]} args */
async function timed(command, args) {
  const begin = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
  return { seconds: (performance.now() - begin) / 1000, output };
}

/** Other bytes each time: a blob that Ollama has is not sent. @param {string} path @param {number} megabytes */
async function writeRandom(path, megabytes) {
  const piece = randomBytes(1 << 20);
  const file = await open(path, "w");
  for (let index = 0; index < megabytes; index += 1) {
    piece.writeUInt32LE(index);
    await file.write(piece);
  }
  await file.close();
}

/** @param {string} folder */
async function removeBlobs(folder) {
  const blobs = join(folder, "models", "blobs");
  for (const name of await readdir(blobs)) await rm(join(blobs, name));
}

/** @param {number[]} values */
function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
