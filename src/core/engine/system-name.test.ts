import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { systemName } from "./system-name.ts";

test.skipIf(process.platform === "win32")(
  "the system's own name, else kernel and release",
  async () => {
    const folder = await mkdtemp(join(os.tmpdir(), "system-"));
    const file = join(folder, "os-release");
    await writeFile(
      file,
      'NAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n',
    );
    expect(await systemName(file)).toBe("Debian GNU/Linux 12 (bookworm)");
    await writeFile(file, "PRETTY_NAME=Alpine\n");
    expect(await systemName(file)).toBe("Alpine");
    await rm(folder, { recursive: true });
    expect(await systemName(file)).toBe(`${os.type()} ${os.release()}`);
  },
);
