// Numbers, times and ages in the language of the page.
import { language } from "./state/language";
import { now } from "./state/clock";
import { t } from "./i18n";

const cache = new Map<string, Intl.NumberFormat>();

/** With a true minus sign: "−27,6". */
export function number(value: number, digits = 1, least = 0): string {
  const key = language.value + digits + least;
  const format = cache.get(key) ?? new Intl.NumberFormat(language.value, { maximumFractionDigits: digits, minimumFractionDigits: least });
  cache.set(key, format);
  return format.format(value).replace("-", "\u2212");
}

/** Power in dBm has its tenth even when that is 0: −20,0 beside −22,8. */
export const withUnit = (value: number, unit: string, digits = 1) => number(value, digits, unit === "dBm" ? Math.min(digits, 1) : 0) + (unit ? "\u00a0" + unit : "");

/** "12 s", "4 min", "3 h", "2 d": as coarse as it may be. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s}\u00a0s`;
  if (s < 3600) return `${Math.floor(s / 60)}\u00a0min`;
  if (s < 48 * 3600) return `${Math.floor(s / 3600)}\u00a0h`;
  return `${Math.floor(s / 86400)}\u00a0d`;
}

/** "1 min 48 s": what was measured to the second. */
export function exactly(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s}\u00a0s`;
  if (s < 3600) return `${Math.floor(s / 60)}\u00a0min` + (s % 60 ? ` ${s % 60}\u00a0s` : "");
  return `${Math.floor(s / 3600)}\u00a0h` + (s % 3600 >= 60 ? ` ${Math.floor((s % 3600) / 60)}\u00a0min` : "");
}

export const secondsSince = (at: string) => (now.value - Date.parse(at)) / 1000;

export const ago = (at: string) => t().time.ago(duration(secondsSince(at)));

export const clock = (at: string | number) =>
  new Date(at).toLocaleTimeString(language.value, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** Today the time alone, before that the day, too. */
export function when(at: string | number): string {
  const date = new Date(at);
  const today = date.toDateString() === new Date(now.value).toDateString();
  if (today) return clock(at);
  return date.toLocaleDateString(language.value, { day: "2-digit", month: "2-digit" }) + " " + clock(at);
}

export function bytes(value: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  return withUnit(value / 1000 ** power, units[power]!, power > 1 ? 1 : 0);
}
