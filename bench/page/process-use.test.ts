import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { bytesOf, secondsOf } from "./process-use.ts";

const busy = "const end = process.cpuUsage().user + 4e5; while (process.cpuUsage().user < end);";

// Windows has no `ps`; nobody takes these figures there.
test.runIf(process.platform !== "win32")(
  "what a process and its children have used is counted",
  async () => {
    const child = `require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(`${busy} console.log(1); setInterval(() => {}, 1e6)`)}], { stdio: "inherit" });`;
    const parent = spawn(process.execPath, ["-e", child], {
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    try {
      await once(parent.stdout, "data");
      const seconds = await secondsOf(parent.pid ?? 0);
      expect(await bytesOf(parent.pid ?? 0)).toBeGreaterThan(10e6);
      expect(seconds).toBeGreaterThanOrEqual(0.4);
      expect(seconds).toBeLessThan(60);
    } finally {
      if (parent.pid !== undefined) process.kill(-parent.pid, "SIGKILL");
    }
  },
);
