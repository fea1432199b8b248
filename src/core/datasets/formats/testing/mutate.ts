import { Buffer } from "node:buffer";

/** Numbers below `below` that a seed decides: mulberry32 (public domain). */
export function startRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** What breaks readers: marks of every format, broken characters, numbers without end. */
const poison: readonly Buffer[] = [
  ...'"|""|\'|,|;|\t|\n|\r|\r\n|\n\n|[|]|{|}|:|\\|\\"|\\u|\\ud800|null|NaN|-|1e999'.split("|"),
  ...'| --- | --- |\n@|@```\n@ @\u0000@\uFEFF@\uFFFD@😀@<br>@{"role":null}@]]]]@=1+1@PAR1@PK'.split(
    "@",
  ),
  "[".repeat(2000),
]
  .map((text) => Buffer.from(text))
  .concat([
    Buffer.from([0xff]),
    Buffer.from([0xc3]),
    Buffer.from([0xed, 0xa0, 0x80]),
    Buffer.from([0xff, 0xfe]),
    Buffer.from([0x1f, 0x8b, 0x08]),
    Buffer.alloc(40),
  ]);

/** A damaged copy: bytes turned, taken out, put in, doubled, cut off, or spliced with another file. */
export function mutate(bytes: Buffer, other: Buffer, random: (below: number) => number): Buffer {
  let result = bytes;
  for (let times = 1 + random(4); times > 0; times -= 1) {
    const at = random(result.length + 1);
    const to = Math.min(result.length, at + 1 + random(random(4) === 0 ? 400 : 8));
    const before = result.subarray(0, at);
    const kinds: (() => Buffer[])[] = [
      () => [before, poison[random(poison.length)] ?? Buffer.alloc(1), result.subarray(at)],
      () => [before, poison[random(poison.length)] ?? Buffer.alloc(1), result.subarray(to)],
      () => [before, result.subarray(to)],
      () => [result.subarray(0, to), result.subarray(at)],
      () => [before, Buffer.from([random(256)]), result.subarray(Math.min(result.length, at + 1))],
      () => [before],
      () => [before, other.subarray(random(other.length + 1))],
    ];
    // Cutting and splicing leave little to look at, so they come seldom.
    const kind = random(10) === 0 ? 5 + random(2) : random(5);
    result = Buffer.concat(kinds[kind]?.() ?? [result]);
  }
  return result;
}
