import { copyFile, link, rm } from "node:fs/promises";
import { errorCode } from "./error-code.ts";

/** Gives a file a second name, which replaces what had it; a copy where the file system has no links. */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  await rm(to, { force: true });
  try {
    await link(from, to);
  } catch (error) {
    if (!["EPERM", "ENOTSUP", "ENOSYS", "EMLINK"].includes(errorCode(error) ?? "")) throw error;
    await copyFile(from, to);
  }
}
