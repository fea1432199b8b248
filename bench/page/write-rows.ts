import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";

/** A JSONL file of invented rows, of a number or of a size. Returns its path. */
export async function writeRows(
  folder: string,
  { rows = Infinity, bytes = Infinity }: { rows?: number; bytes?: number },
): Promise<string> {
  const path = join(folder, `rows-${rows}-${bytes}.jsonl`);
  const out = createWriteStream(path);
  for (let row = 0, size = 0; row < rows && size < bytes;) {
    let piece = "";
    for (; row < rows && piece.length < 1 << 20; row++) {
      const prompt = `What does the keeper of lighthouse number ${row} do at dusk?`;
      const completion = `The keeper of number ${row} winds the clockwork. `.repeat((row % 9) + 1);
      piece += `${JSON.stringify({ prompt, completion: completion.trim() })}\n`;
    }
    size += Buffer.byteLength(piece);
    if (!out.write(piece)) await once(out, "drain");
  }
  out.end();
  await once(out, "close");
  return path;
}
