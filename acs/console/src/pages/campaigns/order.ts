// What is being written of a campaign: texts as they are typed, and what the API takes of them.
import { signal, type Signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Campaign, FirmwareList } from "../../api";
import { campaigns } from "../../i18n/campaigns";
import { language } from "../../state/language";
import { LIMIT_KEYS, LIMITS, type Limit, type LimitKey } from "./limits";
import { planOf, type Day, type Plan, type Wave, type Window } from "./model";

export interface WaveText {
  kind: "devices" | "percent" | "rest";
  amount: string;
  soak: string; // minutes
  promote: Wave["promote"];
}

export const DAYS: Day[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
export const KINDS = ["firmware.install", "reboot", "refresh"] as const;

const USUAL_SOAK = "120";
const USUAL_ZONE = "America/Sao_Paulo";
const usualWaves: WaveText[] = (
  [
    ["devices", "50"],
    ["percent", "1"],
    ["percent", "10"],
    ["percent", "50"],
    ["rest", ""],
  ] as const
).map(([kind, amount]) => ({ kind, amount, soak: USUAL_SOAK, promote: "rule" }));

const DECIMALS = 1000;

/** With the comma of the language, and no points between thousands: it is typed over. */
const written = (value: number) => String(Math.round(value * DECIMALS) / DECIMALS).replace(".", language.value === "en" ? "." : ",");
/** NaN: it is no number. */
const read = (text: string) => (/^\s*-?\d+([.,]\d+)?\s*$/.test(text) ? Number(text.replace(",", ".")) : NaN);

const limitText = (limit: Limit, value: number) => written(value / (limit.per ?? 1));

function limitsOf(plan: Plan | null): Record<LimitKey, string> {
  const valueOf = (key: LimitKey) => {
    const [group, name] = key.split(".") as [keyof Plan, string];
    return plan === null ? LIMITS[key].otherwise : (plan[group] as Record<string, number>)[name]!;
  };
  return Object.fromEntries(LIMIT_KEYS.map((key) => [key, limitText(LIMITS[key], valueOf(key))])) as Record<LimitKey, string>;
}

const waveText = (wave: Wave): WaveText => ({
  kind: wave.rest ? "rest" : wave.devices ? "devices" : "percent",
  amount: wave.rest ? "" : written(wave.devices ?? wave.percent!),
  soak: written(wave.soak_s / 60),
  promote: wave.promote,
});

/** A campaign as it is changed, or the one that is proposed after another. */
export type Before = Pick<Campaign, "name" | "type" | "params" | "filter" | "excludes" | "plan"> & { reason?: string | null; after?: string | null; after_states?: string[] };

export interface Order {
  after: { campaign: string; states: string[] } | null; // only devices of that one
  name: Signal<string>;
  kind: Signal<string>;
  file: Signal<string>;
  reason: Signal<string>;
  filter: Signal<string>;
  openCase: Signal<boolean>;
  weak: Signal<string>;
  tag: Signal<string>;
  days: Signal<string>;
  waves: Signal<WaveText[]>;
  windows: Signal<Window[]>;
  zone: Signal<string>;
  limits: Signal<Record<LimitKey, string>>;
}

function orderOf(campaign: Before | null): Order {
  const plan = campaign && planOf(campaign);
  const excludes = (campaign?.excludes ?? { open_case: true }) as { open_case?: boolean; weak_signal_dbm?: number; tag?: string; touched_days?: number };
  const numberText = (value: number | undefined) => (value === undefined ? "" : written(value));
  return {
    after: campaign?.after ? { campaign: campaign.after, states: campaign.after_states ?? [] } : null,
    name: signal(campaign?.name ?? ""),
    kind: signal(campaign?.type ?? "firmware.install"),
    file: signal(String(campaign?.params.file ?? "")),
    reason: signal(campaign?.reason ?? ""),
    filter: signal(campaign?.filter ?? ""),
    openCase: signal(excludes.open_case ?? false),
    weak: signal(numberText(excludes.weak_signal_dbm)),
    tag: signal(excludes.tag ?? ""),
    days: signal(numberText(excludes.touched_days)),
    waves: signal(plan ? plan.waves.map(waveText) : usualWaves),
    windows: signal(plan ? plan.windows : []),
    zone: signal(plan?.zone ?? USUAL_ZONE),
    limits: signal(limitsOf(plan)),
  };
}

export const useOrder = (campaign: Before | null) => useMemo(() => orderOf(campaign), []);

// ---- what the API takes

function planSaid(order: Order): object {
  const plan: Record<string, unknown> = { zone: order.zone.value.trim(), windows: order.windows.value };
  plan.waves = order.waves.value.map(({ kind, amount, soak, promote }) => ({
    [kind]: kind === "rest" ? true : read(amount),
    soak_s: Math.round(read(soak) * 60),
    promote,
  }));
  for (const key of LIMIT_KEYS) {
    const { per = 1, exact } = LIMITS[key];
    const [group, name] = key.split(".") as [string, string];
    const value = read(order.limits.value[key]) * per;
    plan[group] = { ...(plan[group] as object), [name]: exact ? value : Math.round(value) };
  }
  return plan;
}

function excludesSaid({ openCase, weak, tag, days }: Order): object {
  return {
    open_case: openCase.value,
    ...(weak.value.trim() && { weak_signal_dbm: read(weak.value) }),
    ...(tag.value.trim() && { tag: tag.value.trim() }),
    ...(days.value.trim() && { touched_days: read(days.value) }),
  };
}

/** What of it can be counted before the simulation, each with the filter that finds it, as the engine would leave it out. */
export function excludedBy(order: Order, firmware: FirmwareList["data"][number] | null): Array<{ cause: string; q: string }> {
  const quoted = (value: string) => '"' + value.replaceAll('"', '""') + '"';
  const weak = read(order.weak.value);
  const tag = order.tag.value.trim();
  const models = firmware ? [...new Set(firmware.rules.map((rule) => quoted(rule.product_class)))].join(",") : "";
  const rows: Array<[string, string | false]> = [
    ["not_bound", "-enrolment:bound"],
    ["model", models !== "" && `-model:${models}`],
    ["already", firmware !== null && `fw:${quoted(firmware.version)}`],
    ["open_case", order.openCase.value && "case:yes"],
    ["weak_signal", !isNaN(weak) && `rx<${weak}`],
    ["tag", tag !== "" && `tag:${quoted(tag)}`],
  ];
  return rows.filter(([, q]) => q).map(([cause, q]) => ({ cause, q: q as string }));
}

export function said(order: Order): object {
  const { name, kind, file, reason, filter } = order;
  const isKnown = KINDS.some((one) => one === kind.value);
  return {
    name: name.value.trim(),
    ...(isKnown && { type: kind.value, params: kind.value === "firmware.install" ? { file: file.value } : {} }),
    filter: filter.value.trim(),
    excludes: excludesSaid(order),
    plan: planSaid(order),
    ...(order.after && { after: order.after.campaign, after_states: order.after.states }),
    ...(reason.value.trim() && { reason: reason.value.trim() }),
  };
}

/** What of how it goes is no number; null: nothing. */
function wrongInPlan(order: Order): string | null {
  const words = campaigns();
  for (const [i, wave] of order.waves.value.entries()) {
    if (wave.kind !== "rest" && isNaN(read(wave.amount))) return words.notNumber(words.waveAmount(i + 1));
    if (isNaN(read(wave.soak))) return words.notNumber(words.soak(i + 1));
  }
  const wrong = LIMIT_KEYS.find((key) => isNaN(read(order.limits.value[key])));
  return wrong ? words.notNumber(words.limits[wrong][0]!) : null;
}

/** As it is written; null: it is not all numbers yet. */
export const planWritten = (order: Order) => (wrongInPlan(order) ? null : (planSaid(order) as Plan));

/** What is missing, or no number, before it can be sent; null: nothing. */
export function missing(order: Order): string | null {
  const words = campaigns();
  if (!order.name.value.trim()) return words.needs(words.name);
  if (order.kind.value === "firmware.install" && !order.file.value) return words.needs(words.firmware);
  const optional = (text: string) => text.trim() === "" || !isNaN(read(text));
  if (!optional(order.weak.value)) return words.notNumber(words.weakSignal);
  if (!optional(order.days.value)) return words.notNumber(words.touched);
  return wrongInPlan(order);
}
