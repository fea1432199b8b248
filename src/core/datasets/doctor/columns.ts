type Numbers = Uint8Array | Uint32Array | Float64Array;

/** A list of numbers that grows, in a typed array: a million rows cost megabytes, not objects. */
export interface Column<T extends Numbers> {
  push: (value: number) => void;
  /** What was pushed so far; valid until the next push. */
  values: () => T;
}

export function growingColumn<T extends Numbers>(make: (length: number) => T): Column<T> {
  let array = make(1024);
  let length = 0;
  return {
    push: (value) => {
      if (length === array.length) {
        const larger = make(length * 2);
        larger.set(array);
        array = larger;
      }
      array[length++] = value;
    },
    values: () => array.subarray(0, length) as T,
  };
}

/**
 * The positions of equal keys, in groups of two and more; positions ascend in a group, and groups by
 * their first position. A key that is NaN belongs to none.
 */
export function groupEqual(keys: Float64Array | Uint32Array): number[][] {
  const order = new Uint32Array(keys.length)
    .map((_, index) => index)
    .filter((index) => !Number.isNaN(keys[index]));
  order.sort((a, b) => (keys[a] as number) - (keys[b] as number) || a - b);
  const groups: number[][] = [];
  let start = 0;
  while (start < order.length) {
    const key = keys[order[start] as number];
    let end = start + 1;
    while (end < order.length && keys[order[end] as number] === key) end += 1;
    if (end - start > 1) groups.push([...order.subarray(start, end)]);
    start = end;
  }
  return groups.sort((a, b) => (a[0] as number) - (b[0] as number));
}

/** 53 bits of a text (cyrb53 by bryc, public domain), so that a number can stand for it. */
export function hashText(text: string, seed = 0): number {
  let first = 0xdeadbeef ^ seed;
  let second = 0x41c6ce57 ^ seed;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    first = Math.imul(first ^ code, 0x9e3779b1);
    second = Math.imul(second ^ code, 0x5f356495);
  }
  first =
    Math.imul(first ^ (first >>> 16), 0x85ebca6b) ^ Math.imul(second ^ (second >>> 13), 0xc2b2ae35);
  second =
    Math.imul(second ^ (second >>> 16), 0x85ebca6b) ^ Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return (second >>> 11) * 2 ** 32 + (first >>> 0);
}
