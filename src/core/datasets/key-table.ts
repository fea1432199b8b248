/** 64-bit keys, each held once, in flat memory: about 12 bytes per slot, no object per key. */
export interface KeyTable {
  /** Puts a key in if it is not there; returns its slot, and counts it. */
  add: (low: number, high: number) => number;
  /** The slot of a key, or -1. */
  find: (low: number, high: number) => number;
  /** How often the key in a slot was put in; 0 for an empty slot. */
  count: (slot: number) => number;
  /** The two halves of the key in a slot. */
  key: (slot: number) => readonly [low: number, high: number];
  readonly slots: number;
  /** Keys, and how often any was put in. */
  readonly size: number;
  readonly total: number;
}

/** An open hash table for at most `capacity` keys. */
export function makeKeyTable(capacity: number): KeyTable {
  const slots = 2 ** Math.ceil(Math.log2(Math.max(16, capacity * 1.5)));
  const mask = slots - 1;
  const lows = new Uint32Array(slots);
  const highs = new Uint32Array(slots);
  const counts = new Uint32Array(slots);
  let size = 0;
  let total = 0;
  const seek = (low: number, high: number): number => {
    let slot = (low ^ Math.imul(high, 0x9e3779b1)) & mask;
    while (counts[slot] !== 0 && (lows[slot] !== low || highs[slot] !== high)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  };
  return {
    slots,
    get size() {
      return size;
    },
    get total() {
      return total;
    },
    add(low, high) {
      const slot = seek(low, high);
      if (counts[slot] === 0) {
        if (size >= capacity) throw new RangeError(`more than ${capacity} keys`);
        size += 1;
        lows[slot] = low;
        highs[slot] = high;
      }
      counts[slot] = (counts[slot] ?? 0) + 1;
      total += 1;
      return slot;
    },
    find(low, high) {
      const slot = seek(low, high);
      return counts[slot] === 0 ? -1 : slot;
    },
    count: (slot) => counts[slot] ?? 0,
    key: (slot) => [lows[slot] ?? 0, highs[slot] ?? 0],
  };
}
