import { useTranslation } from "react-i18next";

const units = ["B", "kB", "MB", "GB", "TB"] as const;

/** Number, byte, time and date formats of the page's language. */
export function useFormat() {
  const { i18n } = useTranslation();
  return formats(i18n.language);
}

export function formats(language: string) {
  const number = (value: number, digits = 0) =>
    new Intl.NumberFormat(language, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(value);
  return {
    number,
    /** Up to `digits` significant digits; very small values in powers of ten. */
    significant: (value: number, digits = 3) =>
      new Intl.NumberFormat(language, {
        maximumSignificantDigits: digits,
        notation: value !== 0 && Math.abs(value) < 1e-3 ? "scientific" : "standard",
      }).format(value),
    /** With its sign, as differences are shown. */
    signed: (value: number) =>
      new Intl.NumberFormat(language, { signDisplay: "exceptZero" }).format(value),
    percent: (share: number, digits = 0) =>
      new Intl.NumberFormat(language, {
        style: "percent",
        maximumFractionDigits: digits,
      }).format(share),
    bytes: (bytes: number) => {
      const power = bytes < 1 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3));
      const value = bytes / 1000 ** power;
      return `${number(value, power === 0 || value >= 100 ? 0 : 1)} ${units[power] ?? "B"}`;
    },
    /** Seconds as the two largest units that matter. */
    duration: (seconds: number) => {
      const whole = Math.max(0, Math.round(seconds));
      const unit = (value: number, name: "second" | "minute" | "hour") =>
        new Intl.NumberFormat(language, {
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
    },
    time: (iso: string) =>
      new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" }).format(
        new Date(iso),
      ),
    clock: (iso: string) =>
      new Intl.DateTimeFormat(language, { timeStyle: "medium" }).format(new Date(iso)),
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
