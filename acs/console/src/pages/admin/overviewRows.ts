// What the figures of the fleet are as rows, columns and lines: where each leads, and in which steps it is drawn.
import { query, type FleetFigures, type FleetHour, type FleetOverview } from "../../api";
import { number } from "../../format";
import { t, wordFor } from "../../i18n";
import { overview } from "../../i18n/overview";
import type { Column, Stack } from "../../parts/Columns";
import type { Series } from "../../parts/Chart";
import type { Count } from "../../parts/CountBars";

export const fleetOf = (q: string) => "/frota" + query({ q });

/** A value of the filter language that stands for itself, whatever a device has put into it. */
const exactly = (value: string) => '"' + value.replaceAll('"', '""') + '"';

export const share = (part: number, all: number) => (all === 0 ? "—" : number((part / all) * 100, 1) + "\u00a0%");

export const verdictRows = (figures: FleetFigures): Count[] =>
  figures.verdicts.map(({ code, count }) => ({ key: code, label: wordFor(overview().verdict, code), count, href: fleetOf("verdict:" + code) }));

export const actionRows = (figures: FleetFigures): Count[] =>
  figures.open_actions.map(({ code, count }) => ({ key: code, label: wordFor(t().stage, code), count, href: fleetOf("actions>0") }));

export const firmwareRows = (figures: FleetFigures): Count[] =>
  figures.firmware.map(({ model, version, count }) => ({
    key: JSON.stringify([model, version]),
    label: overview().firmwareOf(model, version ?? overview().unknownVersion),
    count,
    href: fleetOf(`model:${exactly(model)}` + (version ? ` fw:${exactly(version)}` : "")),
  }));

export const reasonRows = (cases: NonNullable<FleetFigures["cases"]>, names: Record<string, string>): Count[] =>
  cases.reasons.map(({ code, count }) => ({ key: code, label: names[code] ?? code, count, href: "/administracao/numeros" }));

const LIGHT_FIRST = -41;
const LIGHT_LAST = 1;

function lightColumn(from: number, count: number): Column {
  const words = overview();
  const [low, high] = [number(from, 0), number(from + 1, 0)];
  const what = from === LIGHT_FIRST ? words.lightBelow(high) : from === LIGHT_LAST ? words.lightAbove(low) : words.lightFrom(low, high);
  const bounds = [from === LIGHT_FIRST ? "" : `rx>=${from}`, from === LIGHT_LAST ? "" : `rx<${from + 1}`].filter(Boolean);
  return { key: String(from), name: from % 5 === 0 ? low : "", label: `${what}: ${number(count, 0)}`, count, href: fleetOf(bounds.join(" ")) };
}

/** From the least light to the most without a gap: where there is none the column is empty. */
export function lightColumns(figures: FleetFigures): Column[] {
  const counts = new Map(figures.light.map((one) => [one.from_dbm, one.count]));
  const from = Math.min(...counts.keys());
  return Array.from({ length: Math.max(...counts.keys()) - from + 1 }, (_, i) => lightColumn(from + i, counts.get(from + i) ?? 0));
}

export const STATES = ["succeeded", "failed", "expired", "cancelled"] as const;
const HOURS_OF_A_COLUMN = { "24h": 1, "7d": 6 };

/** The hours of the period in columns that are wide enough to be seen. */
export function stacksOf(hours: FleetHour[], range: keyof typeof HOURS_OF_A_COLUMN): Stack[] {
  const size = HOURS_OF_A_COLUMN[range];
  return Array.from({ length: Math.ceil(hours.length / size) }, (_, i) => {
    const mine = hours.slice(i * size, (i + 1) * size);
    return { at: mine[0]!.at, parts: STATES.map((state) => mine.reduce((sum, hour) => sum + hour[state], 0)) };
  });
}

export const totalOf = (hours: FleetHour[], state: (typeof STATES)[number]) => hours.reduce((sum, hour) => sum + hour[state], 0);

/** Half of the actions at the line, 95 % at the upper end of the band. */
export function waitedOf({ from, until, actions }: FleetOverview): Series {
  const data = actions!
    .filter((hour) => hour.p50_s !== null)
    .map((hour) => ({ at: hour.at, least: hour.p50_s!, mean: hour.p50_s!, most: hour.p95_s!, count: 1 }));
  return { from, until, step_s: 3600, data };
}

export const contactsOf = ({ from, until, contacts }: FleetOverview): Series => ({
  from,
  until,
  step_s: contacts!.step_s,
  data: contacts!.data.map((point) => ({ ...point, count: 1 })),
});
