import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  findNpmCli,
  installLocked,
  isNetworkFailure,
  type Npm,
  npmEnvironment,
  npmFailure,
} from "./npm.mjs";
import { type LocalRegistry, startRegistry } from "./testing/local-registry.ts";

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "tunesmith-npm-")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const npmCli = findNpmCli() ?? "";

describe("finding npm", () => {
  test("what is found is npm", () => {
    const version = execFileSync(process.execPath, [npmCli, "--version"], { encoding: "utf8" });
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
  });

  const layout = (name: string, script: string): string => {
    const file = path.join(folder, name, script);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, "");
    return file;
  };
  const nowhere = path.join(folder, "nowhere", "node");

  test("by the link that installers on Unix leave", () => {
    const script = layout("unix", "share/npm/bin/npm-cli.js");
    mkdirSync(path.join(folder, "unix", "bin"));
    symlinkSync(script, path.join(folder, "unix", "bin", "npm"));
    expect(findNpmCli({ PATH: path.join(folder, "unix", "bin") }, nowhere)).toBe(script);
  });

  test("beside npm.cmd, as on Windows", () => {
    const script = layout("windows", "node_modules/npm/bin/npm-cli.js");
    expect(findNpmCli({ Path: path.join(folder, "windows") }, nowhere)).toBe(script);
  });

  test("past a version manager's shim, beside the running Node", () => {
    layout("shims", "npm");
    const script = layout("real", "lib/node_modules/npm/bin/npm-cli.js");
    const node = path.join(folder, "real", "bin", "node");
    mkdirSync(path.dirname(node));
    expect(findNpmCli({ PATH: path.join(folder, "shims") }, node)).toBe(script);
  });

  test("not at all where there is none", () => {
    expect(findNpmCli({ PATH: folder }, nowhere)).toBeUndefined();
  });
});

test("npm is told of the Node it runs under, and nothing of an outer npm's project", () => {
  const env = npmEnvironment("/some/bin/node", {
    PATH: "/usr/bin",
    npm_lifecycle_event: "start",
    npm_package_json: "/x/package.json",
    npm_config_local_prefix: "/x",
    npm_config_registry: "kept",
  });
  expect(env).toEqual({
    PATH: ["/some/bin", "/usr/bin"].join(path.delimiter),
    npm_config_registry: "kept",
  });
});

test("a failure is npm's own code, or else its last line", () => {
  const out = 'noise\n{"error": {"code": "E404", "summary": "Not there", "detail": ""}}';
  expect(npmFailure(out, "", 1)).toEqual({ code: "E404", summary: "Not there" });
  expect(npmFailure("", "a\nlast words\n", 1)).toEqual({ code: "unknown", summary: "last words" });
  expect(npmFailure("", "", null).summary).toContain("null");
});

describe("installing from a lock", () => {
  let registry: LocalRegistry;
  beforeAll(async () => {
    registry = await startRegistry(path.join(folder, "registry"), "tiny-thing", npmCli);
  });
  afterAll(() => registry.close());

  const install = (name: string, integrity: string, env: NodeJS.ProcessEnv) => {
    const lockFile = path.join(folder, `${name}.json`);
    const entry = { version: "1.0.0", integrity };
    writeFileSync(
      lockFile,
      JSON.stringify({
        packages: { "node_modules/tiny-thing": entry, "node_modules/another": entry },
      }),
    );
    const npm: Npm = { node: process.execPath, npmCli, env };
    return installLocked(npm, lockFile, ["tiny-thing"], path.join(folder, name));
  };

  test("brings that package alone, and runs none of its scripts", async () => {
    expect(await install("good", registry.integrity, registry.env)).toBeUndefined();
    const modules = path.join(folder, "good", "node_modules");
    expect(readdirSync(modules).filter((name) => !name.startsWith("."))).toEqual(["tiny-thing"]);
    expect(existsSync(path.join(modules, "tiny-thing", "ran"))).toBe(false);
  });

  test("refuses a package that is not the locked one", async () => {
    const other = `sha512-${"A".repeat(86)}==`;
    const failure = await install("bad", other, registry.env);
    expect(failure?.code).toBe("EINTEGRITY");
  });

  test("tells an unreachable registry from other faults", async () => {
    const unreachable = { ...registry.env, npm_config_registry: "http://127.0.0.1:9" };
    const env = { ...unreachable, npm_config_cache: path.join(folder, "empty-cache") };
    const failure = await install("unreachable", registry.integrity, env);
    expect(isNetworkFailure(failure?.code ?? "")).toBe(true);
    expect(isNetworkFailure("EINTEGRITY")).toBe(false);
    expect(isNetworkFailure("E404")).toBe(false);
  });

  test("a name that the lock lacks is the caller's fault", () => {
    const lockFile = path.join(folder, "good.json");
    const npm: Npm = { node: process.execPath, npmCli };
    expect(() => installLocked(npm, lockFile, ["unknown"], folder)).toThrow("unknown");
  });
});
