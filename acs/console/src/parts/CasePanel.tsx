// The case of the call: it opens and logs itself. The agent adds a note, and says how it ended.
import type { Case } from "../api";
import { clock, duration, secondsSince } from "../format";
import { t, wordFor } from "../i18n";
import { useKeys } from "../state/keys";
import type { Home } from "../state/home";
import { can } from "../state/session";
import { attempt } from "../pages/commands";
import { Button, Card } from "./basic";
import { Icon } from "./Icon";

const SHOWN = 5;

type Entry = Case["entries"][number];

function textOf(entry: Entry): string {
  const kind = wordFor(t().desk.entries, entry.kind);
  const data = entry.data as { type?: string; state?: string };
  if (entry.kind === "action" && data.type)
    return [wordFor(t().actions.names, data.type), data.state && wordFor(t().stage, data.state)].filter(Boolean).join(" · ");
  return entry.text ? `${kind}: ${entry.text}` : kind;
}

function Log({ open }: { open: Case }) {
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

function Open({ home, open }: { home: Home; open: Case }) {
  const words = t().desk;
  useKeys({ n: () => (home.dialog.value = "note"), x: () => (home.dialog.value = "close") });
  return (
    <>
      <p class="protocol">
        <span class="muted">{words.protocol}</span> <strong class="mono">{open.protocol}</strong>
        <span class="spring" />
        <span class="muted">{duration(secondsSince(open.opened_at))}</span>
      </p>
      {open.repeat.alarm && (
        <p class="note tone-warn">
          <Icon name="alert" />
          <span>{words.repeat(open.repeat.count, open.repeat.days)}</span>
        </p>
      )}
      <Log open={open} />
      <div class="row-tools">
        <Button label={words.note} keys="n" onPress={() => (home.dialog.value = "note")} />
        <Button label={words.close} keys="x" kind="primary" onPress={() => (home.dialog.value = "close")} />
      </div>
    </>
  );
}

export function CasePanel({ home }: { home: Home }) {
  const words = t().desk;
  if (!can("cases.work")) return null;
  const open = home.desk.value;
  const others = home.others.value.map((row) => row.agent);
  return (
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
  );
}
