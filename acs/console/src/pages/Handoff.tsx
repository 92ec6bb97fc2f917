// An escalated case as whoever takes it reads it: the summary on top, then all that was known at that moment, and what to do with it.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Answers, Case, MetricSeries } from "../api";
import { clock, when, withUnit } from "../format";
import { both, t, wordFor } from "../i18n";
import { can } from "../state/session";
import { addressOf } from "../state/tabs";
import { Bones, Button, Card, Empty, PageProblem, Pill, ProblemNote, Rows, type Tone } from "../parts/basic";
import { Drawing, summary } from "../parts/Chart";
import { Advice, Protocol, textOf, Whereabouts } from "../parts/CasePanel";
import { useLoad } from "../parts/useLoad";
import { EvidenceItem, factLabel, factValue, type Cause } from "../views/VerdictCard";
import { GiveBack, Visit } from "../dialogs/HandBack";

type Bundle = Answers["case_handoff"];
type Entry = Case["entries"][number];

const STEP_S = 600;
const LOOK_MS = 15000;

interface Home {
  serial?: string;
  manufacturer?: string | null;
  product_class?: string;
  software_version?: string | null;
  last_contact?: string | null;
  place?: Record<string, string | number | null> | null;
}

function Section({ title, children, empty }: { title: string; children: ComponentChildren; empty?: boolean }) {
  return <Card title={title}>{empty ? <Empty text={t().chart.empty} /> : children}</Card>;
}

function DeviceRows({ home }: { home: Home }) {
  const words = t().escalate.handoff;
  const place = home.place ?? {};
  const rows: Array<[string, ComponentChildren] | null> = [
    [t().device.serial, <span class="mono">{home.serial}</span>],
    [words.model, [home.manufacturer, home.product_class].filter(Boolean).join(" ")],
    home.software_version ? [words.firmware, <span class="mono">{home.software_version}</span>] : null,
    home.last_contact ? [words.lastContact, when(home.last_contact)] : null,
    place.city || place.cto ? [words.place, [place.olt, place.pon, place.cto, place.city].filter(Boolean).join(" · ")] : null,
    typeof place.plan_down_mbps === "number" ? [words.plan, withUnit(place.plan_down_mbps, "Mb/s", 0)] : null,
  ];
  return <Rows rows={rows} />;
}

function Causes({ causes }: { causes: Cause[] }) {
  return (
    <ul class="plain-list causes">
      {causes.map((cause) => (
        <li key={cause.code}>
          <p>
            <Pill tone={cause.severity as Tone} /> <strong>{both(cause.headline)}</strong>
          </p>
          <ul class="evidence">
            {cause.evidence.map((evidence) => (
              <EvidenceItem key={evidence.fact} evidence={evidence} />
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

/** A series of the bundle as the graph knows them. */
function seriesOf(one: Bundle["history"][number]): MetricSeries {
  const points = one.points as unknown as Array<[number, number]>;
  const at = (s: number) => new Date(s * 1000).toISOString();
  return {
    name: one.name,
    unit: one.unit ?? "",
    from: at(points[0]![0]),
    until: at(points[points.length - 1]![0]),
    step_s: STEP_S,
    data: points.map(([s, mean]) => ({ at: at(s), least: mean, mean, most: mean, count: 1 })),
  };
}

function Graphs({ history }: { history: Bundle["history"] }) {
  const drawn = history.filter((one) => one.points.length > 1).map(seriesOf);
  return (
    <Section title={t().escalate.handoff.history} empty={drawn.length === 0}>
      <div class="two">
        {drawn.map((series) => (
          <figure key={series.name} class="chart">
            <figcaption>
              <span>{factLabel(series.name)}</span> <span class="muted">{summary("", series).slice(2)}</span>
            </figcaption>
            <Drawing series={series} label={summary(factLabel(series.name), series)} />
          </figure>
        ))}
      </div>
    </Section>
  );
}

function Log({ entries }: { entries: Entry[] }) {
  return (
    <ol class="case-log whole">
      {entries.map((entry, i) => (
        <li key={i}>
          <time dateTime={entry.at}>{clock(entry.at)}</time>
          <span class="lines">
            {textOf(entry)} <span class="muted">{entry.by}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}

interface Fact {
  name: string;
  value: string | number | boolean;
  unit: string | null;
  at: string | null;
}

/** Those that have a word of their own first. */
const byName = (a: Fact, b: Fact) => Number(factLabel(a.name) === a.name) - Number(factLabel(b.name) === b.name);

function Facts({ facts }: { facts: Fact[] }) {
  return (
    <div class="scroll tall" tabIndex={0}>
      <table>
        <tbody>
          {[...facts].sort(byName).map((fact) => (
            <tr key={fact.name}>
              <th scope="row">{factLabel(fact.name)}</th>
              <td>{factValue(fact.value, fact.unit ?? "")}</td>
              <td class="muted nowrap">{fact.at && when(fact.at)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Sessions({ sessions }: { sessions: Array<{ started_at: string; result: string; detail: string | null; rpc_count: number }> }) {
  const words = t().escalate.handoff;
  return (
    <div class="scroll tall" tabIndex={0}>
      <table>
        <tbody>
          {sessions.map((session) => (
            <tr key={session.started_at}>
              <td class="nowrap">{when(session.started_at)}</td>
              <td>{wordFor(t().timeline.results, session.result)}</td>
              <td>
                {words.requests(session.rpc_count)}
              </td>
              <td class="bad-text">{session.detail}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Events({ events }: { events: Array<{ at: string; code: string }> }) {
  return (
    <div class="scroll tall" tabIndex={0}>
      <table>
        <tbody>
          {events.map((event, i) => (
            <tr key={i}>
              <td class="nowrap">{when(event.at)}</td>
              <td>{wordFor(t().timeline.events, event.code)}</td>
              <td class="mono muted">{event.code}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Contents({ bundle }: { bundle: Bundle }) {
  const words = t().escalate.handoff;
  const causes = ((bundle.verdict as { causes?: Cause[] }).causes ?? []) as Cause[];
  return (
    <>
      <Card title={t().escalate.summary} kind="tone-edge-busy">
        <p class="lines handed-summary">{bundle.summary}</p>
        <p class="small muted">
          {words.contacts(bundle.contacts)} · {words.frozen(when(bundle.made_at))} {words.expires(when(bundle.expires_at))}
        </p>
      </Card>
      <Section title={words.verdict} empty={causes.length === 0}>
        <Causes causes={causes} />
      </Section>
      <Section title={words.log} empty={bundle.entries.length === 0}>
        <Log entries={bundle.entries as unknown as Entry[]} />
      </Section>
      <Graphs history={bundle.history} />
      <Section title={words.facts} empty={bundle.facts.length === 0}>
        <Facts facts={bundle.facts as unknown as Fact[]} />
      </Section>
      <div class="two">
        <Section title={words.sessions} empty={bundle.sessions.length === 0}>
          <Sessions sessions={bundle.sessions as unknown as Parameters<typeof Sessions>[0]["sessions"]} />
        </Section>
        <Section title={words.events} empty={bundle.events.length === 0}>
          <Events events={bundle.events as unknown as Parameters<typeof Events>[0]["events"]} />
        </Section>
      </div>
      <p class="small muted">{words.privacy}</p>
    </>
  );
}

function Side({ open, bundle, again }: { open: Case; bundle: Bundle | null; again: () => void }) {
  const words = t().escalate;
  const shown = useSignal<"giveback" | "visit" | null>(null);
  const close = () => (shown.value = null);
  const reason = can("cases.all") ? null : t().actions.forbidden;
  const isAway = open.state === "escalated" || open.state === "visit";
  return (
    <div class="column side">
      <Card title={t().desk.title}>
        <Protocol open={open} />
        <Advice open={open} />
        <Whereabouts open={open} />
        <Rows
          rows={[
            [words.inbox.agent, open.agent],
            open.queue ? [words.queue, open.queue] : null,
            open.escalated_by && open.escalated_at ? [words.handoff.by, `${open.escalated_by} · ${when(open.escalated_at)}`] : null,
          ]}
        />
        {open.state !== "closed" && !open.mine && (
          <div class="row-tools">
            {isAway && <Button label={words.giveBack} kind="primary" reason={reason} onPress={() => (shown.value = "giveback")} />}
            <Button label={words.visit} reason={reason} onPress={() => (shown.value = "visit")} />
          </div>
        )}
        <div class="row-tools more-tools">
          {open.device && (
            <a class="button" href={addressOf(open.device) + "?atendimento=" + open.id}>
              {words.inbox.customer}
            </a>
          )}
          {bundle && (
            <a class="button quiet" href={`/api/v1/cases/${open.id}/handoff`} target="_blank" rel="noopener">
              {words.bundlePage}
            </a>
          )}
        </div>
      </Card>
      {bundle?.device && (
        <Card title={words.handoff.device}>
          <DeviceRows home={bundle.device as Home} />
        </Card>
      )}
      {shown.value === "giveback" && <GiveBack open={open} close={close} done={again} />}
      {shown.value === "visit" && <Visit open={open} close={close} done={again} />}
    </div>
  );
}

export function Handoff({ id }: { id: string }) {
  const open = useLoad<Case>("/cases/" + id, LOOK_MS);
  const bundle = useLoad<Bundle>(`/cases/${id}/handoff`);
  const words = t().escalate;
  if (open.problem && !open.data)
    return (
      <main id="content" class="page">
        <PageProblem problem={open.problem} missing={words.handoff.missing} onRetry={open.again} />
      </main>
    );
  return (
    <main id="content" class="page handoff">
      <h1>
        {words.bundleTitle} {open.data && <span class="mono">{open.data.protocol}</span>}
      </h1>
      <ProblemNote problem={open.problem} onRetry={open.again} />
      {!open.data && <Bones lines={8} />}
      {open.data && (
        <div class="columns">
          <div class="column">
            {bundle.problem?.status === 404 && <Empty icon="person" text={words.bundleMissing} />}
            {bundle.problem && bundle.problem.status !== 404 && <ProblemNote problem={bundle.problem} onRetry={bundle.again} />}
            {!bundle.data && !bundle.problem && <Bones lines={8} />}
            {bundle.data && <Contents bundle={bundle.data} />}
          </div>
          <Side open={open.data} bundle={bundle.data} again={() => (open.again(), bundle.again())} />
        </div>
      )}
    </main>
  );
}
