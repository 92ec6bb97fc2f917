// What happened in a home, in one line of time: what it said, what was asked of it, by whom, and what came of it.
import { useSignal } from "@preact/signals";
import type { Action, DeviceEventList } from "../api";
import { when } from "../format";
import { t, wordFor } from "../i18n";
import type { Home } from "../state/home";
import { Card, Empty, type Tone } from "./basic";
import { Segments } from "./fields";
import { nameOf, sentenceOf, toneOf } from "./Stages";
import { useLoad } from "./useLoad";

export interface Happening {
  at: string;
  kind: "actions" | "events";
  tone: Tone;
  what: string;
  detail: string;
}

// Contacts without news, and those that actions tell better.
const DULL = new Set(["2 PERIODIC", "4 VALUE CHANGE", "6 CONNECTION REQUEST", "7 TRANSFER COMPLETE", "8 DIAGNOSTICS COMPLETE"]);

const ofAction = (action: Action): Happening => ({
  at: action.ended_at ?? action.created_at,
  kind: "actions",
  tone: toneOf(action),
  what: nameOf(action),
  detail: [sentenceOf(action), action.reason, action.created_by && t().timeline.by(action.created_by)].filter(Boolean).join(" · "),
});

const ofEvent = (event: DeviceEventList["data"][number]): Happening => ({
  at: event.at,
  kind: "events",
  tone: event.code === "1 BOOT" ? "warn" : "info",
  what: wordFor(t().timeline.events, event.code),
  detail: event.code,
});

export function happenings(actions: Action[], events: DeviceEventList["data"]): Happening[] {
  return [...actions.map(ofAction), ...events.filter((event) => !DULL.has(event.code)).map(ofEvent)].sort((a, b) => b.at.localeCompare(a.at));
}

export function HappeningRow({ row }: { row: Happening }) {
  return (
    <li>
      <time dateTime={row.at}>{when(row.at)}</time>
      <span class={"spot tone-" + row.tone} aria-hidden="true" />
      <div>
        <p>{row.what}</p>
        <p class="small muted">{row.detail}</p>
      </div>
    </li>
  );
}

export function Timeline({ home, limit }: { home: Home; limit: number }) {
  const kind = useSignal("all");
  const { data } = useLoad<DeviceEventList>(`/devices/${home.id}/events?limit=50`, 20000);
  const words = t().timeline;
  const { all, actions, events } = words.filters;
  const rows = happenings(home.actions.value, data?.data ?? []).filter((row) => kind.value === "all" || row.kind === kind.value);
  return (
    <Card title={words.title} kind="timeline" tools={<Segments label={words.title} value={kind} choices={{ all, actions, events }} />}>
      {rows.length === 0 ? (
        <Empty text={words.empty} />
      ) : (
        <ol class="happenings">
          {rows.slice(0, limit).map((row) => (
            <HappeningRow key={row.at + row.what} row={row} />
          ))}
        </ol>
      )}
    </Card>
  );
}
