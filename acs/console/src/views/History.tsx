// All that happened in a home, as far back as it is kept.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get, Problem, query, type ActionList, type Action, type DeviceEventList, type SessionList } from "../api";
import { t, wordFor } from "../i18n";
import type { Home } from "../state/home";
import { Button, Card, Empty, ProblemNote, type Tone } from "../parts/basic";
import { Segments } from "../parts/fields";
import { saveCsv } from "../parts/csv";
import { happenings, HappeningRow, type Happening } from "../parts/Timeline";

const PAGE = 100;

type Row = Omit<Happening, "kind"> & { kind: string };

const ofSession = (session: SessionList["data"][number]): Row => ({
  at: session.started_at,
  kind: "sessions",
  tone: (session.result === "completed" ? "ok" : "warn") as Tone,
  what: t().timeline.session(t().timeline.results[session.result], session.requests),
  detail: [session.events.map((code) => wordFor(t().timeline.events, code)).join(", "), session.detail].filter(Boolean).join(" · "),
});

interface Pages {
  actions: Action[];
  events: DeviceEventList["data"];
  sessions: SessionList["data"];
  next: { actions: string | null; events: string | null; sessions: string | null } | null;
}

/** Three lists, each with its own cursor; one press takes a further page of those that have one. */
function usePages(home: Home) {
  const pages = useSignal<Pages>({ actions: [], events: [], sessions: [], next: null });
  const problem = useSignal<Problem | null>(null);
  const more = async () => {
    const { actions, events, sessions, next } = pages.value;
    const load = <T extends { data: unknown[]; next: string | null }>(name: "actions" | "events" | "sessions") =>
      next && next[name] === null ? Promise.resolve({ data: [], next: null } as unknown as T) : get<T>(`/devices/${home.id}/${name}` + query({ limit: PAGE, after: next?.[name] }));
    try {
      const [a, e, s] = await Promise.all([load<ActionList>("actions"), load<DeviceEventList>("events"), load<SessionList>("sessions")]);
      pages.value = {
        actions: [...actions, ...a.data],
        events: [...events, ...e.data],
        sessions: [...sessions, ...s.data],
        next: { actions: a.next, events: e.next, sessions: s.next },
      };
      problem.value = null;
    } catch (error) {
      problem.value = error as Problem;
    }
  };
  useEffect(() => void more(), []);
  const { next } = pages.value;
  return { pages: pages.value, problem: problem.value, more, isEnd: !!next && !next.actions && !next.events && !next.sessions };
}

export function History({ home }: { home: Home }) {
  const kind = useSignal("all");
  const { pages, problem, more, isEnd } = usePages(home);
  const words = t().timeline;
  const all: Row[] = [...happenings(pages.actions, pages.events), ...pages.sessions.map(ofSession)].sort((a, b) => b.at.localeCompare(a.at));
  const rows = all.filter((row) => kind.value === "all" || row.kind === kind.value);
  const save = () => saveCsv(`historico-${home.device.value!.serial}`, [words.at, words.what, words.details], rows.map((row) => [row.at, row.what, row.detail]));
  return (
    <Card title={t().device.pages.historico} tools={<Segments label={words.title} value={kind} choices={words.filters} />}>
      <ProblemNote problem={problem} onRetry={() => void more()} />
      {rows.length === 0 && pages.next && <Empty icon="chart" text={words.empty} />}
      <ol class="happenings wide">
        {rows.map((row, i) => (
          <HappeningRow key={row.at + row.what + i} row={row as Happening} />
        ))}
      </ol>
      <div class="row-tools">
        {isEnd ? <span class="muted">{words.end}</span> : <Button label={words.older} onPress={() => void more()} />}
        <span class="spring" />
        {rows.length > 0 && <Button label={words.export} icon="table" onPress={save} />}
      </div>
    </Card>
  );
}
