import { useNavigate, useSearch } from "@tanstack/react-router";

/**
 * One of a few words, kept in the address: reload and back show the same picture. The first word is
 * the default and is left out.
 */
export function useSearchWord<W extends string>(
  name: string,
  words: readonly [W, ...W[]],
): [W, (word: W) => void] {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const value = words.find((word) => word === search[name]) ?? words[0];
  const set = (word: W) =>
    void navigate({
      to: ".",
      search: { ...search, [name]: word === words[0] ? undefined : word },
      replace: true,
      resetScroll: false,
    });
  return [value, set];
}
