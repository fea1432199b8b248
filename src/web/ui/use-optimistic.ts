import { useEffect, useState } from "react";

/** Shows a change at once, and what is stored again as soon as the server has spoken. */
export function useOptimistic<T>(value: T, error?: string): [T, (wish: T) => void] {
  const [wish, setWish] = useState<T | null>(null);
  const known = JSON.stringify(value);
  useEffect(() => setWish(null), [known, error]);
  return [wish ?? value, setWish];
}
