import { useTranslation } from "react-i18next";

const units = ["B", "kB", "MB", "GB", "TB"] as const;

/** Number, byte, time and date formats of the page's language. */
export function useFormat() {
  const { i18n } = useTranslation();
  return formats(i18n.language);
}
export type Formats = ReturnType<typeof makeFormats>;

const made = new Map<string, Formats>();

export function formats(language: string): Formats {
  const known = made.get(language) ?? makeFormats(language);
  made.set(language, known);
  return known;
}

function makeFormats(language: string) {
  // Making a formatter takes a hundred times as long as using it.
  const kept = new Map<string, Intl.NumberFormat>();
  const numberFormat = (options: Intl.NumberFormatOptions): Intl.NumberFormat => {
    const key = JSON.stringify(options);
    const format = kept.get(key) ?? new Intl.NumberFormat(language, options);
    kept.set(key, format);
    return format;
  };
  const hourAndMinute = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
  // A log's lines stand one below the other: two digits each, and no half of the day.
  const withSeconds = new Intl.DateTimeFormat(language, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  const number = (value: number, digits = 0) =>
    numberFormat({
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(value);
  const duration = (seconds: number) => {
    const whole = Math.max(0, Math.round(seconds));
    const unit = (value: number, name: "second" | "minute" | "hour") =>
      numberFormat({
        style: "unit",
        unit: name,
        unitDisplay: "short",
      }).format(value);
    if (whole < 60) return unit(whole, "second");
    if (whole < 3600) {
      const rest = whole % 60;
      const minutes = unit(Math.floor(whole / 60), "minute");
      return whole < 600 && rest > 0 ? `${minutes} ${unit(rest, "second")}` : minutes;
    }
    const minutes = Math.floor((whole % 3600) / 60);
    const hours = unit(Math.floor(whole / 3600), "hour");
    return minutes > 0 ? `${hours} ${unit(minutes, "minute")}` : hours;
  };
  return {
    number,
    /** Up to `digits` significant digits; very small values in powers of ten. */
    significant: (value: number, digits = 3) =>
      value === 0 || Math.abs(value) >= 1e-4
        ? numberFormat({ maximumSignificantDigits: digits }).format(value)
        : powerOfTen(value, numberFormat({ maximumSignificantDigits: digits })),
    /** Large counts in words: “3.3 million”. */
    compact: (value: number) =>
      numberFormat({
        notation: "compact",
        compactDisplay: "long",
        maximumSignificantDigits: 3,
      }).format(value),
    /** With its sign, as differences are shown. */
    signed: (value: number) => numberFormat({ signDisplay: "exceptZero" }).format(value),
    percent: (share: number, digits = 0) =>
      numberFormat({
        style: "percent",
        maximumFractionDigits: digits,
      }).format(share),
    bytes: (bytes: number) => {
      const power = bytes < 1 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3));
      const value = bytes / 1000 ** power;
      return `${number(value, power === 0 || value >= 100 ? 0 : 1)} ${units[power] ?? "B"}`;
    },
    /** A measured time: with tenths while they matter. */
    seconds: (seconds: number) =>
      seconds < 10
        ? numberFormat({
            style: "unit",
            unit: "second",
            unitDisplay: "short",
            minimumFractionDigits: 1,
            maximumFractionDigits: 1,
          }).format(seconds)
        : duration(seconds),
    /** Seconds as the two largest units that matter. */
    duration,
    time: (iso: string) => hourAndMinute.format(new Date(iso)),
    clock: (iso: string) => withSeconds.format(new Date(iso)),
    date: (iso: string) =>
      new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(
        new Date(iso),
      ),
    /** “12 minutes ago”, “yesterday”; from a week on the date. */
    ago: (iso: string, now = Date.now()) => {
      const seconds = (new Date(iso).getTime() - now) / 1000;
      const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
      const size = Math.abs(seconds);
      if (size < 60) return relative.format(0, "second");
      if (size < 3600) return relative.format(Math.round(seconds / 60), "minute");
      if (size < 86_400) return relative.format(Math.round(seconds / 3600), "hour");
      if (size < 7 * 86_400) return relative.format(Math.round(seconds / 86_400), "day");
      return new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(new Date(iso));
    },
  };
}

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** “2.28 × 10⁻⁸” */
function powerOfTen(value: number, format: Intl.NumberFormat): string {
  const power = Math.floor(Math.log10(Math.abs(value)));
  const raised = String(Math.abs(power)).replaceAll(/\d/g, (digit) =>
    superscripts.charAt(Number(digit)),
  );
  return `${format.format(value / 10 ** power)} × 10${power < 0 ? "⁻" : ""}${raised}`;
}
