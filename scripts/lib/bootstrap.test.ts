import { spawn, spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { isNodeNewEnough, provideNode } from "./node-runtime.mjs";
import { npmSetupError } from "./npm-setup-error.mjs";
import { arePackagesReady, refuseLinkedPackages, stampPackages } from "./packages.mjs";

const root = path.join(import.meta.dirname, "..", "..");
const folders: string[] = [];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tunesmith-setup-"));
  folders.push(folder);
});
afterAll(() => {
  for (const each of folders) rmSync(each, { recursive: true, force: true });
});
const write = (name: string, text: string): string => {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};

describe("Node", () => {
  test.each([
    ["18.20.8", false],
    ["24.11.1", false],
    ["24.12.0", true],
    ["26.0.0", true],
  ])("%s is new enough: %s", (version, enough) => {
    expect(isNodeNewEnough(version)).toBe(enough);
  });

  test("a new one is taken as it is", async () => {
    const node = { binary: process.execPath, version: process.versions.node };
    expect(await provideNode(folder, { npmCli: undefined })).toEqual(node);
  });

  test("an old one is said to be too old where none can be fetched", async () => {
    mkdirSync(path.join(folder, "engine", "node"), { recursive: true });
    const lock = path.join("engine", "node", "package-lock.json");
    copyFileSync(path.join(root, lock), path.join(folder, lock));
    const version = "20.1.0";
    await expect(
      provideNode(folder, { version, platform: "sunos-x64", npmCli: undefined }),
    ).rejects.toThrow(/needs Node 24\.12 or newer; this is Node 20\.1\.0.*sunos-x64/);
    await expect(
      provideNode(folder, { version, platform: "linux-x64", npmCli: undefined }),
    ).rejects.toThrow(/install npm/);
  });

  test("what is fetched is pinned by hash on every platform", () => {
    const text = readFileSync(path.join(root, "engine", "node", "package-lock.json"), "utf8");
    const { packages } = JSON.parse(text) as { packages: Record<string, Record<string, string>> };
    const { "": _, ...binaries } = packages;
    for (const binary of Object.values(binaries)) {
      expect(binary["integrity"]).toMatch(/^sha512-/);
      expect(isNodeNewEnough(binary["version"] ?? "")).toBe(true);
    }
  });
});

test("packages are ready for the very lock and Node that they were installed with", () => {
  const lock = write("package-lock.json", "{}");
  mkdirSync(path.join(folder, "node_modules"));
  expect(arePackagesReady(folder, "24.21.0")).toBe(false);
  stampPackages(folder, "24.21.0");
  expect(arePackagesReady(folder, "24.21.0")).toBe(true);
  expect(arePackagesReady(folder, "26.0.0")).toBe(false);
  writeFileSync(lock, "{ }");
  expect(arePackagesReady(folder, "24.21.0")).toBe(false);
});

test("nothing is installed through a link, whether it leads anywhere or not", () => {
  expect(() => refuseLinkedPackages(folder)).not.toThrow();
  mkdirSync(path.join(folder, "node_modules"));
  expect(() => refuseLinkedPackages(folder)).not.toThrow();

  for (const target of ["node_modules", "gone"]) {
    const clone = mkdtempSync(path.join(folder, "clone-"));
    // A junction needs no rights on Windows; elsewhere the word is ignored.
    symlinkSync(path.join(folder, target), path.join(clone, "node_modules"), "junction");
    expect(() => refuseLinkedPackages(clone)).toThrow(/is a link.*remove the link/);
  }
});

test.each([
  ["ENOTFOUND", /connect this machine to the internet/],
  ["ENOSPC", /disk is full/],
  ["EACCES", /cannot be written/],
  ["EINTEGRITY", /npm cache clean/],
  ["E404", /failed: words \(E404\)/],
])("npm's %s becomes a sentence", (code, sentence) => {
  expect(npmSetupError("Node", { code, summary: "words" }, "/f").message).toMatch(sentence);
});

describe("running a program", () => {
  const runner = (program: string): string[] => {
    const module = path.join(import.meta.dirname, "run.mjs");
    const script = `
      import { run } from ${JSON.stringify(module)};
      process.exitCode = await run(process.execPath, ["-e", ${JSON.stringify(program)}]);`;
    return ["--input-type=module", "-e", script];
  };

  test("its exit code is handed on", () => {
    expect(spawnSync(process.execPath, runner("process.exit(7)")).status).toBe(7);
  });

  test("SIGTERM reaches it, and it may take its time", async () => {
    const program = `
      process.on("SIGTERM", () => setTimeout(() => process.exit(9), 200));
      process.stdout.write("ready");
      setTimeout(() => {}, 30_000);`;
    const child = spawn(process.execPath, runner(program), { stdio: ["ignore", "pipe", "ignore"] });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    child.kill("SIGTERM");
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(9);
  });
});

describe.runIf(process.platform !== "win32")("./tunesmith", () => {
  const launch = (command: string, env: NodeJS.ProcessEnv = process.env): string =>
    spawnSync(command, ["a b", "", "--x"], { env, encoding: "utf8" }).stdout.trim();

  beforeEach(() => {
    copyFileSync(path.join(root, "tunesmith"), path.join(folder, "tunesmith"));
    write("src/cli/main.mjs", 'console.log("main", JSON.stringify(process.argv.slice(2)));');
    write("scripts/cli.mjs", 'console.log("setup", JSON.stringify(process.argv.slice(2)));');
    write("package-lock.json", "{}");
  });
  const layReady = (): void => {
    write("node_modules/.tunesmith.json", "{}");
    write(".tools/ready", `${process.execPath}\n`);
  };

  test("sets a fresh clone up first, and hands every argument on", () => {
    expect(launch(path.join(folder, "tunesmith"))).toBe('setup ["a b","","--x"]');
  });

  test("goes straight to the program where all is set up, through links too", () => {
    layReady();
    expect(launch(path.join(folder, "tunesmith"))).toBe('main ["a b","","--x"]');
    mkdirSync(path.join(folder, "bin"));
    symlinkSync("../tunesmith", path.join(folder, "bin", "linked"));
    expect(launch(path.join(folder, "bin", "linked"))).toBe('main ["a b","","--x"]');
  });

  test("sets up again where the lock has changed since", () => {
    layReady();
    const later = new Date(Date.now() + 10_000);
    utimesSync(path.join(folder, "package-lock.json"), later, later);
    expect(launch(path.join(folder, "tunesmith"))).toMatch(/^setup/);
  });

  test("without Node says so", () => {
    // What the script itself calls is found here; node is not.
    const bin = path.join(folder, "few");
    mkdirSync(bin);
    for (const program of ["dirname", "readlink"])
      symlinkSync(path.join("/usr/bin", program), path.join(bin, program));
    const result = spawnSync("/bin/sh", [path.join(folder, "tunesmith")], {
      env: { PATH: bin },
      encoding: "utf8",
    });
    expect(result).toMatchObject({ status: 1, stderr: expect.stringContaining("needs Node") });
  });
});
