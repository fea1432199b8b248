import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { doctorNotes } from "./doctor-notes.ts";
import { type DoctorReport, examineMachine } from "./doctor.ts";

const home = mkdtempSync(join(tmpdir(), "tunesmith-doctor-"));
const noOllama = { OLLAMA_HOST: "127.0.0.1:9" };
let report: DoctorReport;
beforeAll(async () => {
  for (const name of ["TUNESMITH_ENGINE", "TUNESMITH_PYTHON", "TUNESMITH_LLAMA"])
    vi.stubEnv(name, "");
  report = await examineMachine(home, { env: { ...process.env, ...noOllama } });
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

const codes = ({ problems }: DoctorReport): string[] => problems.map(({ code }) => code);

test("a machine without an engine is told what it has, and an estimate of what it trains", () => {
  expect(report).toMatchObject({
    node: { version: process.versions.node },
    engine: { state: "missing" },
    device: { guessed: true },
  });
  expect(report.memory.totalBytes).toBeGreaterThan(report.memory.freeBytes);
  expect(report.python?.version).toMatch(/^3\.1[1-4]\./);
  expect(report.trains.lora).toBeGreaterThan(3.3e6);
  expect(report.notes.map(({ code }) => code)).toContain("guessed");
  expect(codes(report)).toEqual(expect.arrayContaining(["engine_missing", "ollama_not_running"]));
  expect(codes(report)).not.toContain("engine_no_git");
});

test("what is missing for an installation is listed all at once", async () => {
  const bare = await examineMachine(home, { env: { PATH: home, ...noOllama } });
  expect(codes(bare)).toEqual(
    expect.arrayContaining(["engine_missing", "engine_no_python", "engine_no_git"]),
  );
  expect(bare).not.toHaveProperty("git");
  expect(bare).not.toHaveProperty("python");
});

test("known gaps are said where they are", () => {
  const { device, trains } = report;
  const notes = (platform: string) =>
    doctorNotes(device, trains, { guessed: false, platform }).map(({ code }) => code);
  expect(notes("darwin-arm64")).toEqual(
    expect.arrayContaining(["mac_no_4bit", "platform_untested"]),
  );
  expect(notes("win32-x64")).toEqual(
    expect.arrayContaining(["windows_no_cuda", "platform_untested"]),
  );
  expect(notes("linux-x64")).not.toContain("platform_untested");
});

test("no sentence has a gap left in it", () => {
  for (const { message } of [...report.notes, ...report.problems])
    expect(message).not.toMatch(/\{\w+\}/);
});

test("a model smaller than the smallest is not promised", () => {
  const trains = { lora: 1e6, qlora: 1e6, weightBytes: 4, limitedBy: "disk" as const };
  const [first] = doctorNotes(report.device, trains, { guessed: false, platform: "linux-x64" });
  expect(first).toMatchObject({ code: "trains_nothing", params: { limit: "free disk" } });
});
