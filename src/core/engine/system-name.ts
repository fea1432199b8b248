import { readFile } from "node:fs/promises";
import os from "node:os";

/** The system as people call it: `Debian GNU/Linux 12 (bookworm)`, `Windows 11 Home`, `Darwin 24.1.0`. */
export async function systemName(release = "/etc/os-release"): Promise<string> {
  if (process.platform === "win32") return os.version();
  const text = await readFile(release, "utf8").catch(() => "");
  return /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(text)?.[1] ?? `${os.type()} ${os.release()}`;
}
