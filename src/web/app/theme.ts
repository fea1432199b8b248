export type Theme = "system" | "light" | "dark";

const storageKey = "tunesmith.theme";

/** Kept in the browser too, so that the first paint already has it. */
export function applyTheme(theme: Theme): void {
  localStorage.setItem(storageKey, theme);
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

export function storedTheme(): Theme {
  const stored = localStorage.getItem(storageKey);
  return stored === "light" || stored === "dark" ? stored : "system";
}
