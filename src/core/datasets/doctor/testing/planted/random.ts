/** A seeded source of chance: the same seed gives the same rows on every machine. */
export interface Random {
  /** From 0 up to 1. */
  next: () => number;
  /** A whole number, both ends included. */
  int: (low: number, high: number) => number;
  pick: <T>(list: readonly T[]) => T;
  /** `count` different entries of a list. */
  sample: <T>(list: readonly T[], count: number) => T[];
  chance: (probability: number) => boolean;
}

/** Mulberry32 by Tommy Ettinger (public domain): 32 bits of state, good enough for test data. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const pick = <T>(list: readonly T[]): T => {
    if (list.length === 0) throw new Error("Nothing to pick from");
    return list[int(0, list.length - 1)] as T;
  };
  const sample = <T>(list: readonly T[], count: number): T[] => {
    const rest = [...list];
    return Array.from({ length: Math.min(count, rest.length) }, () => {
      const [taken] = rest.splice(int(0, rest.length - 1), 1);
      return taken as T;
    });
  };
  return { next, int, pick, sample, chance: (probability) => next() < probability };
}
