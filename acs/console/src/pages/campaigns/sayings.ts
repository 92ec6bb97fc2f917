// A plan in words: its waves, its windows, its pace, what halts it, and how long it takes.
import { duration, number } from "../../format";
import { campaigns } from "../../i18n/campaigns";
import { flightCap, type Estimate } from "./estimate";
import type { Plan } from "./model";

export function timeInWords({ minutes, windows, atNight }: Estimate): string {
  const words = campaigns();
  if (minutes === Infinity) return words.never;
  if (windows > 0) return atNight ? words.inNights(windows) : words.inWindows(windows);
  return words.inTime(duration(minutes * 60));
}

const waveText = ({ devices, percent, rest }: Plan["waves"][number]) => (rest ? campaigns().waveKinds.rest : devices ? number(devices, 0) : number(percent!, 1) + "\u00a0%");

/** "50 → 1 % → 10 % → o resto" */
export const wavesText = (plan: Plan) => plan.waves.map(waveText).join(" → ");

export function windowsText(plan: Plan): string {
  const words = campaigns();
  if (plan.windows.length === 0) return words.anyTime;
  const days = (window: Plan["windows"][number]) => (window.days.length === 7 ? "" : window.days.map((day) => words.weekdays[day]).join(", ") + " ");
  return plan.windows.map((window) => `${days(window)}${window.from}–${window.to}`).join("; ") + ` (${plan.zone})`;
}

export function stopsText(plan: Plan): string {
  const say = campaigns().stopSays;
  return (Object.keys(say) as Array<keyof typeof say>)
    .filter((name) => plan.stop[name]! > 0)
    .map((name) => say[name](number(plan.stop[name]!, 1)))
    .join("; ");
}

/** All of it in one sentence; of how many devices they are, as far as that is known. */
export function planSentence(plan: Plan, total: number | null): string {
  const words = campaigns().planSays;
  const soaks = [...new Set(plan.waves.slice(0, -1).map((wave) => wave.soak_s))].sort((one, other) => one - other);
  const most = plan.caps.in_flight || (total === null ? 0 : flightCap(plan, total));
  const stops = stopsText(plan);
  const [first, last] = [number(plan.ramp.per_minute!, 0), number(plan.ramp.most_per_minute!, 0)];
  return [
    words.waves(wavesText(plan)),
    soaks.length > 0 && words.soak([soaks[0]!, soaks.at(-1)!].filter((soak, i, all) => i === 0 || soak !== all[0]).map((soak) => duration(soak)).join("–")),
    plan.windows.length > 0 ? words.window(windowsText(plan)) : words.anyTime,
    most > 0 ? words.pace(first, last, number(most, 0)) : words.rate(first, last),
    stops !== "" ? words.stops(stops) : words.noStops,
  ]
    .filter(Boolean)
    .join("; ");
}
