import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { temporaryFolder } from "#core/testing/temporary-workspace.ts";
import { countKill, killCounts, watchMemory } from "./memory-kill.ts";

test("a death while memory is short, or by the control group's limit, is for memory", async () => {
  let free = 10;
  let kills = 3;
  const reading = {
    free: vi.fn(() => Promise.resolve({ free, total: 100 })),
    kills: () => Promise.resolve(kills),
  };
  const roomy = await watchMemory(reading);
  expect(await roomy.ranOut()).toBe(false);
  kills = 4;
  expect(await roomy.ranOut()).toBe(true);
  roomy.stop();
  free = 2;
  const short = await watchMemory(reading);
  await vi.waitFor(async () => expect(await short.ranOut()).toBe(true), 10_000);
  short.stop();
});

test("kills are counted for the trainer's next attempt", async () => {
  const folder = await temporaryFolder();
  await countKill(folder);
  await countKill(folder);
  expect(JSON.parse(await readFile(join(folder, "memory-killed.json"), "utf8"))).toEqual({
    count: 2,
  });
});

test("the system's count of such deaths is looked for in the process's own group", () => {
  const desktop = "0::/user.slice/user-1000.slice/app.slice/tunesmith.scope\n";
  expect(killCounts(desktop)[0]).toBe(
    "/sys/fs/cgroup/user.slice/user-1000.slice/app.slice/tunesmith.scope/memory.events",
  );
  expect(killCounts("0::/\n")[0]).toBe("/sys/fs/cgroup/memory.events");
  expect(killCounts("9:cpu,memory:/docker/1\n1:pids:/docker/1\n")).toEqual([
    "/sys/fs/cgroup/memory/docker/1/memory.oom_control",
    "/sys/fs/cgroup/memory/memory.oom_control",
  ]);
  expect(killCounts("")).toEqual([]);
});
