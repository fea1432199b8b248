/**
 * Looks again and again, `pauseMs` apart, until a look finds something, and calls `onFound` once with
 * it. A look that fails has found nothing: what cannot be read for a moment must not end a run.
 * Returns what stops the looking.
 */
export function pollFor<T>(
  look: () => Promise<T | undefined>,
  pauseMs: number,
  onFound: (found: T) => void,
): () => void {
  let stopped = false;
  const lookOnce = async () => {
    const found = await look().catch(() => undefined);
    if (stopped) return;
    if (found === undefined) {
      timer = setTimeout(() => void lookOnce(), pauseMs);
      return;
    }
    stopped = true;
    onFound(found);
  };
  let timer = setTimeout(() => void lookOnce(), 0);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
