/** A held-out loss at a share (0 to 1) of a trial's steps. */
export interface Measurement {
  share: number;
  loss: number;
}

/** Fewer finished trials than this say nothing of what is usual. */
const leastOthers = 3;
/** Before this share of its steps a trial has not warmed up. */
const leastShare = 1 / 3;

/**
 * Whether a trial should be stopped: its best loss so far is worse than the median of what the
 * finished trials had reached at the same share of their steps. The median stopping rule of Golovin
 * et al., Google Vizier (KDD 2017), with the best value in place of the running mean.
 */
export function isHopeless(
  own: readonly Measurement[],
  others: readonly (readonly Measurement[])[],
): boolean {
  const share = own.at(-1)?.share ?? 0;
  if (share < leastShare || share >= 1) return false;
  const reached = others.map((other) => bestUntil(other, share)).filter(Number.isFinite);
  if (reached.length < leastOthers) return false;
  return bestUntil(own, share) > median(reached);
}

function bestUntil(measured: readonly Measurement[], share: number): number {
  // Step counts differ between trials: half a percent is the same place.
  return Math.min(...measured.filter((one) => one.share <= share + 0.005).map(({ loss }) => loss));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
