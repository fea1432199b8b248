import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { wishSchema } from "#contract/events.ts";
import type { Wish } from "#contract/events.ts";
import { writeJsonAtomic } from "../files/atomic.ts";
import { isMissing } from "../files/error-code.ts";

export type { Wish };
const known: readonly Wish[] = wishSchema.options;

const fileOf = (folder: string, wish: Wish): string => join(folder, `${wish}.json`);

/** Leaves a wish for the run's runner, which polls for it. */
export async function leaveWish(folder: string, wish: Wish): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeJsonAtomic(fileOf(folder, wish), { type: wish, time: new Date().toISOString() });
}

/** The wish that lies in the folder: cancel before pause, pause before restart. */
export async function readWish(folder: string): Promise<Wish | undefined> {
  try {
    const names = await readdir(folder);
    return known.find((wish) => names.includes(`${wish}.json`));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Removes wishes that were answered, or that came too late for an earlier attempt. */
export async function clearWishes(folder: string, wishes = known): Promise<void> {
  await Promise.all(wishes.map((wish) => rm(fileOf(folder, wish), { force: true })));
}
