// The case of the call: it opens and logs itself. The agent adds a note, and says how it ended.
import type { Case } from "../api";
import { ago, clock, duration, secondsSince, when } from "../format";
import { t, wordFor } from "../i18n";
import { useKeys } from "../state/keys";
import type { Home } from "../state/home";
import { can } from "../state/session";
import { attempt } from "../pages/commands";
import { Button, Card } from "./basic";
import { Icon } from "./Icon";

const SHOWN = 5;

type Entry = Case["entries"][number];

export function textOf(entry: Entry): string {
  const kind = wordFor(t().desk.entries, entry.kind);
  const data = entry.data as { type?: string; state?: string };
  if (entry.kind === "action" && data.type)
    return [wordFor(t().actions.names, data.type), data.state && wordFor(t().stage, data.state)].filter(Boolean).join(" · ");
  const text = entry.text && (entry.kind === "opened" || entry.kind === "contact") ? wordFor(t().desk.foundBy, entry.text) : entry.text;
  return text ? `${kind}: ${text}` : kind;
}

export function CaseLog({ open }: { open: Case }) {
  return (
    <ol class="case-log">
      {open.entries.slice(-SHOWN).map((entry, i) => (
        <li key={i}>
          <time dateTime={entry.at}>{clock(entry.at)}</time>
          <span>{textOf(entry)}</span>
        </li>
      ))}
    </ol>
  );
}

/** What came back with it stays on top until it is closed. */
export function Advice({ open }: { open: Case }) {
  const given = open.entries.filter((entry) => entry.kind === "returned").pop();
  if (!given || open.state !== "open") return null;
  return (
    <section class="note tone-info advice">
      <Icon name="quote" />
      <div>
        <p class="small">{t().escalate.advice(given.by, when(given.at))}</p>
        <p class="lines">{given.text}</p>
      </div>
    </section>
  );
}

/** Where a case is that went to somebody else. */
export function Whereabouts({ open }: { open: Case }) {
  const words = t().escalate;
  if (open.state === "visit")
    return (
      <p class="note tone-busy">
        <Icon name="person" />
        <span>
          {words.visitOrdered} {open.visit_for && words.visitFor(when(open.visit_for))} {open.visit_at && ago(open.visit_at)}
        </span>
      </p>
    );
  if (open.state !== "escalated" || !open.escalated_at) return null;
  return (
    <p class="note tone-busy">
      <Icon name="person" />
      <span>{words.waits(open.queue ?? "", ago(open.escalated_at))}</span>
    </p>
  );
}

export const handoffAddress = (id: string) => "/atendimento/" + id;

function Repeat({ open }: { open: Case }) {
  if (!open.repeat.alarm) return null;
  return (
    <p class="note tone-warn">
      <Icon name="alert" />
      <span>{t().desk.repeat(open.repeat.count, open.repeat.days)}</span>
    </p>
  );
}

export function Protocol({ open }: { open: Case }) {
  return (
    <p class="protocol">
      <span class="muted">{t().desk.protocol}</span> <strong class="mono">{open.protocol}</strong>
      <span class="spring" />
      <span class="muted">{duration(secondsSince(open.opened_at))}</span>
    </p>
  );
}

function Open({ home, open }: { home: Home; open: Case }) {
  const words = t().desk;
  const show = (name: string) => () => (home.dialog.value = name);
  const isAway = open.state !== "open";
  useKeys({ n: show("note"), e: show("escalate"), x: show("close") });
  return (
    <>
      <Protocol open={open} />
      <Advice open={open} />
      <Whereabouts open={open} />
      <Repeat open={open} />
      <CaseLog open={open} />
      <div class="row-tools case-tools">
        <Button label={words.note} keys="n" onPress={show("note")} />
        <Button label={isAway ? t().escalate.again : t().escalate.escalate} keys="e" onPress={show("escalate")} />
        <Button label={words.close} keys="x" kind="primary" onPress={show("close")} />
        {open.escalated_at && (
          <a class="button quiet" href={handoffAddress(open.id)}>
            {t().escalate.bundle}
          </a>
        )}
      </div>
    </>
  );
}

/** For whoever takes escalated cases: that of another, with what can be done about it. */
function Handed({ home, open }: { home: Home; open: Case }) {
  const words = t().escalate;
  return (
    <Card title={words.handed} kind="tone-edge-busy">
      <Protocol open={open} />
      {open.escalated_by && open.escalated_at && <p class="small muted">{words.handedBy(open.escalated_by, ago(open.escalated_at))}</p>}
      <Whereabouts open={open} />
      {open.summary && <p class="lines summary-text">{open.summary}</p>}
      <div class="row-tools">
        {open.state !== "open" && <Button label={words.giveBack} kind="primary" onPress={() => (home.dialog.value = "giveback")} />}
        <Button label={words.visit} onPress={() => (home.dialog.value = "visit")} />
        {open.escalated_at && (
          <a class="button quiet" href={handoffAddress(open.id)}>
            {words.bundle}
          </a>
        )}
      </div>
    </Card>
  );
}

export function CasePanel({ home }: { home: Home }) {
  const words = t().desk;
  if (!can("cases.work")) return null;
  const open = home.desk.value;
  const handed = home.handed.value;
  const others = home.others.value.filter((row) => row.state === "open" && row.id !== handed?.id).map((row) => row.agent);
  return (
    <>
      {handed && <Handed home={home} open={handed} />}
      <Card title={words.title}>
        {others.length > 0 && (
          <p class="note tone-busy">
            <Icon name="person" />
            <span>{words.others([...new Set(others)].join(", "))}</span>
          </p>
        )}
        {open ? (
          <Open home={home} open={open} />
        ) : (
          <div class="row-tools">
            <span class="muted small">{words.none_open}</span>
            <Button label={words.open} onPress={() => void attempt(home.openCase("list"))} />
          </div>
        )}
      </Card>
    </>
  );
}
