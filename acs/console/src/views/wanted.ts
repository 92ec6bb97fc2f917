// What was asked of a home and was done, against what it has now: of each fact the newest change counts, unless it was undone.
import type { Action } from "../api";
import { BAND_WORDS } from "../dialogs/WifiPassword";
import type { Home, Value } from "../state/home";

type Params = Record<string, unknown>;
type Told = [fact: string, value: Value];

export interface Wanted {
  fact: string;
  value: Value;
  action: Action;
}

const BANDS = Object.entries(BAND_WORDS);
const bandsOf = (params: Params, home: Home): string[] =>
  Array.isArray(params.bands) ? BANDS.filter(([, word]) => (params.bands as unknown[]).includes(word)).map(([band]) => band) : home.bands.value;
const bandOf = (params: Params) => BANDS.find(([, word]) => word === params.band)?.[0] ?? "2g";
const present = (told: Array<[string, unknown]>) => told.filter((one): one is Told => ["string", "number", "boolean"].includes(typeof one[1]));

/** A kind of change -> what the device has after it, in facts. */
const FACTS: Record<string, (params: Params, home: Home) => Array<[string, unknown]>> = {
  "wifi.set_ssid": (params, home) => bandsOf(params, home).map((band) => [`wifi.${band}.ssid`, params.ssid]),
  "wifi.set_channel": (params) => (params.channel === "auto" ? [[`wifi.${bandOf(params)}.auto_channel`, true]] : [[`wifi.${bandOf(params)}.channel`, params.channel]]),
  "wifi.enable": (params, home) => bandsOf(params, home).map((band) => [`wifi.${band}.enabled`, params.enabled]),
  "wan.set_pppoe": (params) => [["wan.ppp.username", params.username]],
  "lan.set_dns": (params) => [["lan.dns_servers", Array.isArray(params.servers) ? params.servers.join(",") : undefined]],
  "lan.set_dhcp": (params) => ["enabled", "from", "to", "lease_s"].map((name) => [`lan.dhcp.${name}`, params[name]]),
  "remote_access.set": (params) => [["remote_access.enabled", params.enabled]],
};

/** Actions come newest first. */
export function wantedOf(home: Home, actions: Action[]): Wanted[] {
  const found = new Map<string, Wanted>();
  for (const action of actions) {
    if (action.state !== "succeeded" || action.undone_by) continue;
    for (const [fact, value] of present(FACTS[action.type]?.(action.params as Params, home) ?? [])) if (!found.has(fact)) found.set(fact, { fact, value, action });
  }
  return [...found.values()];
}

export type Standing = "ok" | "differs" | "unknown";

export function standingOf(home: Home, { fact, value }: Wanted): Standing {
  const has = home.value(fact);
  if (has === undefined) return "unknown";
  return String(has) === String(value) ? "ok" : "differs";
}
