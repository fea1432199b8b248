import { open, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Shapes by name. */
export type TensorShapes = ReadonlyMap<string, readonly number[]>;

/** The safetensors format allows no longer header. */
const headerLimit = 100 * 2 ** 20;

/**
 * Names and shapes of all tensors of a model folder, from the headers of its safetensors files
 * (github.com/huggingface/safetensors: eight bytes of length, then JSON). Throws where one cannot be
 * read: what is wrong with a model is for `inspect` to say.
 */
export async function readTensorShapes(folder: string): Promise<TensorShapes> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".safetensors"));
  const shapes = new Map<string, readonly number[]>();
  for (const name of names.sort()) {
    for (const [tensor, { shape }] of Object.entries(await readHeader(join(folder, name)))) {
      if (tensor !== "__metadata__") shapes.set(tensor, shape);
    }
  }
  return shapes;
}

async function readHeader(path: string): Promise<Record<string, { shape: number[] }>> {
  const file = await open(path);
  try {
    const size = Buffer.alloc(8);
    await file.read(size, 0, 8, 0);
    const length = Number(size.readBigUInt64LE());
    if (length > headerLimit) throw new RangeError(`the header of ${path} is too long`);
    const header = Buffer.alloc(length);
    await file.read(header, 0, length, 8);
    return JSON.parse(header.toString("utf8")) as Record<string, { shape: number[] }>;
  } finally {
    await file.close();
  }
}
