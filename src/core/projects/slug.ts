import slugify from "@sindresorhus/slugify";

const longest = 48;
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)$/;

/**
 * The folder name for a project's name: transliterated, lower-case, ASCII. Names of which nothing
 * can be transliterated (Japanese, say) become `project`. `taken` tells which are in use; a number
 * is then added.
 */
export function slugFor(name: string, taken: (slug: string) => boolean): string {
  const words = slugify(name).slice(0, longest).replace(/-+$/, "");
  const nothing = words === "" || reserved.test(words);
  const base = nothing ? "project" : words;
  if (!nothing && !taken(base)) return base;
  for (let number = nothing ? 1 : 2; ; number++) {
    const slug = `${base}-${number}`;
    if (!taken(slug)) return slug;
  }
}
