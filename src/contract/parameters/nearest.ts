/**
 * The candidate that `word` abbreviates by its initials (lr, learning_rate), else the one with the
 * smallest edit distance; undefined where none is near.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const meant = candidates.filter((candidate) => word.length > 1 && initials(candidate) === word);
  if (meant.length === 1) return meant[0];
  const limit = Math.max(2, Math.floor(word.length / 3));
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}

const initials = (name: string): string => name.replaceAll(/([a-z\d])[a-z\d]*_?/g, "$1");

/** Levenshtein distance: insertions, deletions and substitutions, by one row of the table at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
