import { useEffect, useState } from "react";

/** So long an answer that differs from the wish may be one to an earlier wish. */
const patienceMs = 3000;

/**
 * Shows a change at once, and what is stored as soon as the server has answered it. Of quick changes
 * in a row the last one stays: an answer to an earlier one must not take it back.
 */
export function useOptimistic<T>(value: T, error?: string): [T, (wish: T) => void] {
  const [wish, setWish] = useState<T | null>(null);
  const known = JSON.stringify(value);
  const wished = wish === null ? null : JSON.stringify(wish);
  useEffect(() => setWish(null), [error]);
  useEffect(() => {
    if (wished === null) return;
    const timer = setTimeout(() => setWish(null), wished === known ? 0 : patienceMs);
    return () => clearTimeout(timer);
  }, [known, wished]);
  return [wish ?? value, setWish];
}
