// How long a campaign takes by its plan: its waves are gone through minute by minute, as the engine would with nothing going wrong.
import type { Day, Plan, Window } from "./model";

const DAYS: Day[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const DAY_MIN = 1440;
const WEEK_MIN = 7 * DAY_MIN;
const MOST_MIN = 400 * DAY_MIN;
const USUAL_FLIGHT = 200;
const CHANGE_S = 600; // to fetch, write, restart and be back

/** What one device is in flight for. */
export const flightMinutes = (plan: Plan) => (plan.health.settle_s! + CHANGE_S) / 60;

export function flightCap(plan: Plan, total: number): number {
  return plan.caps.in_flight || Math.max(1, Math.min(USUAL_FLIGHT, Math.floor(total / 100)));
}

/** As campaign_rate() of the engine. */
export function rateOf(plan: Plan, healthy: number, size: number): number {
  const { per_minute, factor, every, most_per_minute } = plan.ramp as Record<string, number>;
  const bytes = plan.caps.bytes_per_s! * 60;
  const most = bytes > 0 && size > 0 ? Math.min(most_per_minute!, Math.max(1, Math.floor(bytes / size))) : most_per_minute!;
  return Math.min(per_minute! * factor! ** Math.floor(healthy / every!), most);
}

export function waveSizes(plan: Plan, total: number): number[] {
  let left = total;
  return plan.waves.map((wave) => {
    const size = Math.min(left, wave.rest ? left : (wave.devices ?? Math.ceil((total * wave.percent!) / 100)));
    left -= size;
    return size;
  });
}

const minutesOf = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));

/** Which minutes of a week are in a window whose last minutes, in which none is begun, are cut off. */
function openMinutes(windows: Window[], lateMin: number): boolean[] | null {
  if (windows.length === 0) return null;
  const open = new Array<boolean>(WEEK_MIN).fill(false);
  for (const window of windows)
    for (const day of window.days) {
      const from = DAYS.indexOf(day) * DAY_MIN + minutesOf(window.from);
      const length = (minutesOf(window.to) - minutesOf(window.from) + DAY_MIN) % DAY_MIN || DAY_MIN;
      for (let i = 0; i < Math.max(0, length - lateMin); i++) open[(from + i) % WEEK_MIN] = true;
    }
  return open;
}

/** The minute of the week by the clock of a zone; of one that the browser does not know, by its own. */
function minuteOfWeek(zone: string, at: number): number {
  const format = (timeZone?: string) => new Intl.DateTimeFormat("en-GB", { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });
  let parts;
  try {
    parts = format(zone).formatToParts(at);
  } catch {
    parts = format().formatToParts(at);
  }
  const part = (type: string) => parts.find((one) => one.type === type)!.value;
  return DAYS.indexOf(part("weekday").toLowerCase() as Day) * DAY_MIN + Number(part("hour")) * 60 + Number(part("minute"));
}

export interface Estimate {
  minutes: number; // from now to the end; Infinity: no end in sight
  windows: number; // in how many of them something is sent; 0: there are none
  atNight: boolean;
}

const NIGHT_FROM = 18;
const NIGHT_TO = 6;

export function estimate(plan: Plan, total: number, size: number, at: number): Estimate {
  const open = openMinutes(plan.windows, plan.health.return_s! / 60);
  const flight = flightMinutes(plan);
  const throughFlight = flightCap(plan, total) / flight;
  const atNight = plan.windows.every((window) => minutesOf(window.from) >= NIGHT_FROM * 60 || minutesOf(window.from) < NIGHT_TO * 60);
  let clock = minuteOfWeek(plan.zone, at);
  let minutes = 0;
  let healthy = 0;
  let windows = 0;
  let wasOpen = false;
  const tick = (sends: boolean) => {
    const isOpen = open === null || open[clock % WEEK_MIN]!;
    if (isOpen && sends && !wasOpen && open !== null) windows++;
    wasOpen = isOpen && (sends || wasOpen);
    clock++;
    minutes++;
    return isOpen;
  };
  for (const [i, wave] of waveSizes(plan, total).entries()) {
    for (let left = wave; left > 0; ) {
      if (minutes > MOST_MIN) return { minutes: Infinity, windows, atNight };
      if (!tick(true)) continue;
      const sent = Math.min(left, Math.min(throughFlight, rateOf(plan, healthy, size)));
      left -= sent;
      healthy += sent;
    }
    for (let rest = wave > 0 ? flight + plan.waves[i]!.soak_s / 60 : 0; rest >= 1; rest--) tick(false);
  }
  return { minutes, windows, atNight };
}
