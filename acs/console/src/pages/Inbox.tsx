// The inbox of whoever takes escalated cases: who has waited longest is on top of his urgency, and one press shows all of it.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get, Problem, query, type CaseChoices, type CaseList } from "../api";
import { duration, secondsSince, when } from "../format";
import { both, t } from "../i18n";
import { draft } from "../state/drafts";
import { can } from "../state/session";
import { Bones, Card, Empty, Pill, ProblemNote, type Tone } from "../parts/basic";
import { handoffAddress } from "../parts/CasePanel";
import { Choice, Segments } from "../parts/fields";
import { useLoad } from "../parts/useLoad";

type Row = CaseList["data"][number];

const PAGE = 50;
const LOOK_MS = 10000;
const URGENCY: Record<string, number> = { urgent: 0, high: 1, normal: 2, low: 3 };
const TONES: Record<string, Tone> = { urgent: "bad", high: "warn" };

const sinceOf = (row: Row) => row.visit_at ?? row.escalated_at ?? row.opened_at;

const byNeed = (a: Row, b: Row) =>
  (URGENCY[a.priority ?? "normal"] ?? 2) - (URGENCY[b.priority ?? "normal"] ?? 2) || sinceOf(a).localeCompare(sinceOf(b));

/** All pages of what waits: it is sorted by need, which no page alone can be. */
async function waitingCases(state: string, queue: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let after: string | null = null; ; ) {
    const page: CaseList = await get<CaseList>("/cases" + query({ state, queue, limit: PAGE, after }));
    rows.push(...page.data);
    if (!(after = page.next)) return rows.sort(byNeed);
  }
}

function useInbox(state: string, queue: string) {
  const rows = useSignal<Row[] | null>(null);
  const problem = useSignal<Problem | null>(null);
  const round = useSignal(0);
  useEffect(() => {
    let isGone = false;
    const look = async () => {
      try {
        const found = await waitingCases(state, queue);
        if (isGone) return;
        rows.value = found;
        problem.value = null;
      } catch (error) {
        if (!isGone && error instanceof Problem) problem.value = error;
      }
    };
    rows.value = null;
    void look();
    const timer = setInterval(() => document.hidden || void look(), LOOK_MS);
    return () => ((isGone = true), clearInterval(timer));
  }, [state, queue, round.value]);
  return { rows: rows.value, problem: problem.value, again: () => void round.value++ };
}

function CaseRow({ row, choices }: { row: Row; choices: CaseChoices | null }) {
  const priority = choices?.priorities.find((one) => one.code === row.priority);
  return (
    <tr>
      <td>
        <Pill tone={TONES[row.priority ?? ""] ?? "info"}>{priority ? both(priority.label) : (row.priority ?? "—")}</Pill>
      </td>
      <td class="nowrap" title={when(sinceOf(row))}>
        {duration(secondsSince(sinceOf(row)))}
      </td>
      <td>
        <a class="mono nowrap" href={handoffAddress(row.id)}>
          {row.protocol}
        </a>
        <div class="small muted">{row.serial}</div>
      </td>
      <td class="summary-cell">
        <span class="lines">{row.summary ?? row.verdict ?? ""}</span>
      </td>
      <td>{row.queue}</td>
      <td>{row.agent}</td>
    </tr>
  );
}

function Table({ rows, choices }: { rows: Row[]; choices: CaseChoices | null }) {
  const words = t().escalate.inbox;
  return (
    <Card kind="flush">
      <div class="scroll" tabIndex={0}>
        <table class="inbox">
          <thead>
            <tr>
              {[words.priority, words.since, words.protocol, words.summary, words.queue, words.agent].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <CaseRow key={row.id} row={row} choices={choices} />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function Waiting() {
  const words = t().escalate.inbox;
  const state = draft("inbox.state", "escalated");
  const queue = draft("inbox.queue");
  const { data: choices } = useLoad<CaseChoices>("/cases/choices");
  const { rows, problem, again } = useInbox(state.value, queue.value);
  const queues = { "": words.anyQueue, ...Object.fromEntries((choices?.queues ?? []).map((name) => [name, name])) };
  return (
    <>
      <div class="page-head">
        <h1>{words.title}</h1>
        {rows && <p class="muted">{words.count(rows.length)}</p>}
        <span class="spring" />
        <Segments label={words.title} value={state} choices={{ escalated: words.waiting, visit: words.visits }} />
        <div class="page-choice">
          <Choice label={words.queue} value={queue} choices={queues} />
        </div>
      </div>
      <ProblemNote problem={problem} onRetry={again} />
      {!rows && !problem && <Bones lines={6} />}
      {rows?.length === 0 && <Empty icon="check" text={state.value === "visit" ? words.emptyVisits : words.empty} />}
      {rows && rows.length > 0 && <Table rows={rows} choices={choices} />}
    </>
  );
}

export function Inbox() {
  return (
    <main id="content" class="page">
      {can("cases.all") ? (
        <Waiting />
      ) : (
        <>
          <h1>{t().escalate.inbox.title}</h1>
          <Empty icon="person" text={t().escalate.inbox.forbidden} />
        </>
      )}
    </main>
  );
}
