/** Over how long the speed of a download is taken: long enough to be calm, short enough to be true. */
const windowMs = 8000;

/** Tells bytes per second over the last seconds, from the counts it is given. */
export function createSpeed(now: () => number = () => performance.now()): {
  /** Bytes per second; undefined until there is something to measure. */
  measure(done: number): number | undefined;
} {
  const points: { at: number; done: number }[] = [];
  return {
    measure(done) {
      const at = now();
      const last = points.at(-1);
      // A quarter of a second per point keeps the list short, however small the chunks are.
      if (!last || at - last.at >= 250) points.push({ at, done });
      while (points.length > 2 && at - (points[1]?.at ?? at) > windowMs) points.shift();
      const first = points[0];
      if (!first || at - first.at < 500) return undefined;
      return (Math.max(0, done - first.done) / (at - first.at)) * 1000;
    },
  };
}
