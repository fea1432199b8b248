import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder, explainFullDisk } from "../files/atomic.ts";
import { placeRows } from "./place-rows.ts";
import type { DataSource } from "./data-source.ts";
import type { Placement, PlacementOptions } from "./placement.ts";

export interface FrozenRows extends Placement {
  trainSha256: string;
  checkSha256: string;
}

/**
 * Writes data/train.jsonl, data/check.jsonl and data/ledger.jsonl of a run folder. What stood there
 * is replaced. Errors: disk_full.
 */
export async function freezeRows(
  folder: string,
  sources: readonly DataSource[],
  options: PlacementOptions,
): Promise<FrozenRows> {
  const data = join(folder, "data");
  await makeFolder(data);
  const files = {
    train: await openLines(join(data, "train.jsonl")),
    check: await openLines(join(data, "check.jsonl")),
    ledger: await openLines(join(data, "ledger.jsonl")),
  };
  try {
    const placement = await placeRows(sources, options, {
      row: (side, row) => files[side].write(row),
      entry: (entry) => files.ledger.write(entry),
    });
    const [trainSha256, checkSha256] = [await files.train.finish(), await files.check.finish()];
    await files.ledger.finish();
    return { ...placement, trainSha256, checkSha256 };
  } catch (error) {
    throw await explainFullDisk(error, data);
  } finally {
    for (const file of Object.values(files)) await file.close();
  }
}

/** A file of JSON lines, written in large pieces, with the hash of its bytes. */
async function openLines(path: string): Promise<{
  write: (value: unknown) => Promise<void>;
  finish: () => Promise<string>;
  close: () => Promise<void>;
}> {
  const file = await open(path, "w");
  const hash = createHash("sha256");
  const piece = 1 << 20;
  let text = "";
  const flush = async (): Promise<void> => {
    hash.update(text);
    await file.writeFile(text);
    text = "";
  };
  return {
    write: async (value) => {
      text += `${JSON.stringify(value)}\n`;
      if (text.length > piece) await flush();
    },
    finish: async () => {
      await flush();
      await file.sync();
      return hash.digest("hex");
    },
    close: () => file.close(),
  };
}
