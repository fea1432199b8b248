import { AppError } from "#contract/errors.ts";
import { freeBytes } from "../engine/disk.ts";
import type { Repo } from "./repo.ts";
import { showBytes } from "./show-bytes.ts";

/** Left free beside a download, so that it never fills a disk to its last byte. */
const spareBytes = 200e6;

/** Whether the missing bytes have room, before any is fetched. Errors: hub_no_disk. */
export async function requireRoom(folder: string, repo: Repo, missing: number): Promise<void> {
  const free = await freeBytes(folder);
  const needed = missing + spareBytes;
  if (missing === 0 || free >= needed) return;
  throw new AppError("hub_no_disk", {
    id: repo.id,
    folder,
    needed: showBytes(needed),
    free: showBytes(free),
  });
}
