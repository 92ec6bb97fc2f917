// The figures of the desk: each says of how many it is, and what cannot be said yet.
import { query, type CaseChoices, type CaseFigures } from "../../api";
import { exactly, number } from "../../format";
import { a } from "../../i18n/admin";
import { go, search } from "../../router";
import { language } from "../../state/language";
import { Card, Empty } from "../../parts/basic";
import { CountBars } from "../../parts/CountBars";
import { Segments } from "../../parts/fields";
import { useLoad } from "../../parts/useLoad";
import { Loaded, sinceDays } from "./common";

const LOOK_AGAIN_MS = 60000;
const STANDARD_DAYS = "7";

const inDays = {
  get value() {
    return search.value.get("dias") ?? STANDARD_DAYS;
  },
  set value(days: string) {
    go("/administracao/numeros" + query({ dias: days === STANDARD_DAYS ? null : days }));
  },
};

function Figure({ label, value, of, hint }: { label: string; value: string; of: string; hint: string }) {
  return (
    <div class="card figure-card">
      <dt>{label}</dt>
      <dd>
        <b>{value}</b>
        <span class="muted small">{of}</span>
        <span class="muted small">{hint}</span>
      </dd>
    </div>
  );
}

const share = (part: number, of: number) => (of === 0 ? "—" : number((part / of) * 100, 1) + "\u00a0%");
const time = (seconds: number | null) => (seconds === null ? "—" : exactly(seconds));

function Shares({ figures }: { figures: CaseFigures }) {
  const words = a().figures;
  const { first_contact: first, escalation, repeat, avoided_visits: visits, handle_s: handle } = figures;
  const pending = (count: number) => (count > 0 ? words.pending(number(count, 0)) : "");
  const accepted = escalation.escalated > 0 ? words.accepted(share(escalation.accepted, escalation.escalated)) : "";
  const of = (part: number, all: number) => words.of(number(part, 0), number(all, 0));
  return (
    <dl class="figure-grid">
      <Figure label={words.cases} value={number(figures.cases, 0)} of={words.closed(number(figures.closed, 0))} hint="" />
      <Figure label={words.first} value={share(first.resolved, first.of)} of={of(first.resolved, first.of)} hint={pending(first.pending) || words.firstHint(figures.repeat_days)} />
      <Figure label={words.handle} value={time(handle.p50)} of={words.p90(time(handle.p90))} hint={words.average(time(handle.average))} />
      <Figure label={words.repeat} value={share(repeat.repeats, repeat.of)} of={of(repeat.repeats, repeat.of)} hint={words.repeatHint(figures.repeat_days)} />
      <Figure label={words.escalated} value={share(escalation.escalated, escalation.of)} of={of(escalation.escalated, escalation.of)} hint={accepted} />
      <Figure label={words.visits} value={number(visits.avoided, 0)} of={of(visits.avoided, visits.of)} hint={pending(visits.pending) || words.visitsHint(figures.visit_days)} />
    </dl>
  );
}

/** Most of all first, each as long as its share. */
function Counts({ title, counts, names }: { title: string; counts: Record<string, number>; names: Record<string, string> }) {
  const rows = Object.entries(counts).sort(([, one], [, other]) => other - one);
  return (
    <Card title={title}>
      {rows.length === 0 ? (
        <Empty text={a().figures.none} />
      ) : (
        <CountBars rows={rows.map(([code, count]) => ({ key: code, label: names[code] ?? code, count }))} />
      )}
    </Card>
  );
}

const namesOf = (choices: CaseChoices["reasons"] = []) => Object.fromEntries(choices.map((one) => [one.code, one.label[language.value]]));

export function Figures() {
  const words = a().figures;
  const days = inDays.value;
  const { data, problem, again } = useLoad<CaseFigures>("/cases/kpis" + query({ from: sinceDays(days) }), LOOK_AGAIN_MS);
  const choices = useLoad<CaseChoices>("/cases/choices").data;
  return (
    <>
      <div class="page-head">
        <h1>{words.title}</h1>
        <Segments label={words.period} value={inDays} choices={words.periods} />
      </div>
      <Loaded data={data} problem={problem} again={again}>
        {(figures) => (
          <>
            <Shares figures={figures} />
            <div class="account-grid">
              <Counts title={words.reasons} counts={figures.reasons as Record<string, number>} names={namesOf(choices?.reasons)} />
              <Counts title={words.outcomes} counts={figures.outcomes as Record<string, number>} names={namesOf(choices?.outcomes)} />
            </div>
          </>
        )}
      </Loaded>
    </>
  );
}
