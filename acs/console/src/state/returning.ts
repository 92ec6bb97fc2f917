// What a change of the Wi-Fi sends away comes back by itself, or does not: the device is asked again and again for a while, and
// each that was there before is awaited by its MAC address.
import { effect } from "@preact/signals";
import type { Action } from "../api";
import type { Home } from "./home";

const SENDS_AWAY = new Set(["wifi.set_password", "wifi.set_ssid", "wifi.set_channel"]);
const ASKED_AFTER_S = [4, 8, 13, 20, 30, 45, 60, 80]; // none leaves in the same moment, and the slow ones take a minute
const ANSWERED_S = 10;

export interface Returning {
  action: string;
  since: number; // when this page knew that it was done, by its own clock
  awaited: Map<string, string>; // MAC address → name
  isOver: boolean;
}

const onWifi = (home: Home) => home.rows("wifi.clients").filter((row) => row.mac !== undefined && row.active !== false);

/** Those that are on the bands which will be changed, as far as is known now. */
export function thoseSentAway(home: Home, type: string, params: Record<string, unknown> = {}): Map<string, string> {
  if (!SENDS_AWAY.has(type)) return new Map();
  const bands = (params.bands ?? (params.band ? [params.band] : null)) as string[] | null;
  const touched = bands && new Set(bands.map((band) => band[0] + "g")); // "2.4" is "2g"
  const rows = onWifi(home).filter((row) => !touched || row.band === undefined || touched.has(String(row.band)));
  return new Map(rows.map((row) => [String(row.mac), String(row.name ?? row.mac)]));
}

/** Of those that are awaited: who has been seen again, in what was read after the change. */
export function whoIsBack(home: Home, returning: Returning): Set<string> {
  const read = (n: string) => (home.loadedAt.value ?? 0) - (home.age(`wifi.clients.${n}.mac`) ?? Infinity) * 1000;
  const rows = onWifi(home).filter((row) => returning.awaited.has(String(row.mac)) && read(row.n) > returning.since + 1000); // ages are whole seconds
  return new Set(rows.map((row) => String(row.mac)));
}

function askAgain(home: Home, returning: Returning): void {
  const isNow = () => home.returning.value?.action === returning.action && !home.returning.value.isOver;
  const end = () => isNow() && (home.returning.value = { ...returning, isOver: true });
  const ask = () => {
    if (!isNow()) return;
    if (whoIsBack(home, returning).size === returning.awaited.size) end();
    else if (!home.open.value.some((action) => action.type === "refresh")) void home.run("refresh", { set: "light" }).catch(() => undefined);
  };
  for (const seconds of ASKED_AFTER_S) setTimeout(ask, seconds * 1000);
  setTimeout(end, (ASKED_AFTER_S.at(-1)! + ANSWERED_S) * 1000);
}

/** From the moment in which the device has proved the change. */
export function awaitThem(home: Home, action: Action, awaited: Map<string, string>): void {
  if (awaited.size === 0) return;
  const stop = effect(() => {
    const now = home.actions.value.find((one) => one.id === action.id);
    if (!now?.ended_at) return;
    queueMicrotask(() => stop());
    if (now.state !== "succeeded") return;
    home.returning.value = { action: action.id, since: Date.now(), awaited, isOver: false };
    askAgain(home, home.returning.value);
  });
}
