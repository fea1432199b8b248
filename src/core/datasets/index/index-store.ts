import { readFile } from "node:fs/promises";
import { writeAtomic } from "../../files/atomic.ts";
import { isMissing } from "../../files/error-code.ts";
import { arrayNames } from "./columns.ts";
import type { RowIndex } from "./index-file.ts";

/*
 * An index in a file: one line of JSON, blanks up to a multiple of eight bytes, and then the arrays
 * as memory has them. It is a cache of this machine; one that does not fit is made anew.
 */

type Header = Omit<RowIndex, (typeof arrayNames)[number]> & { lengths: number[] };

/** The widest numbers first, so that all stand where such numbers may. */
const order = arrayNames.toSorted((a, b) => widthOf(b) - widthOf(a));

/** Errors: those of the disk. */
export async function storeIndex(path: string, index: RowIndex): Promise<void> {
  const { rows, codes, first, plan } = index;
  const lengths = order.map((name) => index[name].length);
  const text = `${JSON.stringify({ rows, codes, first, plan, lengths } satisfies Header)}\n`;
  const head = Buffer.from(text);
  const blanks = Buffer.alloc(-head.length & 7, " ");
  await writeAtomic(path, async (file) => {
    await file.writeFile(Buffer.concat([blanks, head]));
    for (const name of order) {
      const { buffer, byteOffset, byteLength } = index[name];
      await file.writeFile(new Uint8Array(buffer, byteOffset, byteLength));
    }
  });
}

/** Undefined where there is none that can be read. */
export async function loadIndex(path: string): Promise<RowIndex | undefined> {
  try {
    const file = await readFile(path);
    const bytes = file.byteOffset % 8 === 0 ? file : Buffer.from(new Uint8Array(file).buffer);
    const end = bytes.indexOf("\n") + 1;
    const { lengths, ...header } = JSON.parse(bytes.toString("utf8", 0, end)) as Header;
    let at = bytes.byteOffset + end;
    const arrays = order.map((name, number) => {
      const length = lengths[number] ?? 0;
      const make =
        name === "anchors" ? Float64Array : widthOf(name) === 4 ? Uint32Array : Uint8Array;
      const array = new make(bytes.buffer, at, length);
      at += array.byteLength;
      return [name, array] as const;
    });
    return { ...header, ...(Object.fromEntries(arrays) as unknown as RowIndex), ...header };
  } catch (error) {
    if (isMissing(error) || error instanceof RangeError || error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

/** Bytes of a number of this array. */
function widthOf(name: (typeof arrayNames)[number]): number {
  if (name === "anchors") return 8;
  return name === "reasons" || name === "sides" ? 1 : 4;
}
