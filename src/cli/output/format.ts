const whole = new Intl.NumberFormat("en");

/** 1234.6 → "1,235" */
export const count = (value: number): string => whole.format(Math.round(value));

/** A word with its number: plural(1, "row") → "1 row", plural(40, "row") → "40 rows" */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** A share as per cent: 0.975 → "97.5 %"; null → "–" */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined) return "–";
  const value = share * 100;
  return `${Number.isInteger(value) ? value : value.toFixed(1).replace(/\.0$/, "")} %`;
}

/** A difference of shares in percentage points, signed: 0.9 → "+90 points" */
export function points(difference: number | null): string {
  if (difference === null) return "–";
  const value = (difference * 100).toFixed(1).replace(/\.0$/, "");
  return `${difference > 0 ? "+" : ""}${value === "-0" ? "0" : value}`;
}

/** Loss and the like with three to four useful digits; null → "–" */
export function decimal(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined) return "–";
  return value !== 0 && Math.abs(value) < 0.001 ? value.toExponential(1) : value.toFixed(digits);
}

/** Seconds as "4 s", "1:05" or "2:03:00" */
export function duration(seconds: number): string {
  const all = Math.max(0, Math.round(seconds));
  if (all < 60) return `${all} s`;
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(all / 3600);
  const minutes = Math.floor((all % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(all % 60)}` : `${minutes}:${two(all % 60)}`;
}

/** Bytes in decimal units: 3_600_000 → "3.6 MB" */
export function bytes(value: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let rest = value;
  let unit = 0;
  while (rest >= 999.5 && unit < units.length - 1) {
    rest /= 1000;
    unit++;
  }
  return `${unit === 0 || rest >= 99.5 ? Math.round(rest) : rest.toFixed(1)} ${units[unit]}`;
}

/** An ISO time in the local zone: "2026-11-22 15:54" */
export function localTime(iso: string | null): string {
  if (iso === null) return "–";
  const date = new Date(iso);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
