// The dashboard of the fleet: how it is now, and how it has been. Each figure leads to the homes that it counts.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ComponentChild } from "preact";
import { query, type CaseChoices, type FleetFigures, type FleetHour, type FleetOverview } from "../../api";
import { ago, exactly, number, secondsSince, when } from "../../format";
import { overview } from "../../i18n/overview";
import { go, search } from "../../router";
import { language } from "../../state/language";
import { can } from "../../state/session";
import { Card, Empty } from "../../parts/basic";
import { Drawing, Graph, Numbers, TableOfGraph } from "../../parts/Chart";
import { LinkColumns, Stacks } from "../../parts/Columns";
import { CountBars, type Count } from "../../parts/CountBars";
import { Segments } from "../../parts/fields";
import { Icon } from "../../parts/Icon";
import { useLoad } from "../../parts/useLoad";
import { Loaded } from "./common";
import { actionRows, contactsOf, firmwareRows, fleetOf, lightColumns, reasonRows, share, STATES, stacksOf, totalOf, verdictRows, waitedOf } from "./overviewRows";

const HOME = "/frota/painel";
const LOOK_AGAIN_MS = 30000;
const FIRST_MS = 3000;
const LATE_S = 600;

type Range = "24h" | "7d";
const range = {
  get value(): Range {
    return search.value.get("periodo") === "7d" ? "7d" : "24h";
  },
  set value(to: string) {
    go(HOME + query({ periodo: to === "24h" ? null : to }));
  },
};

// ---- how it is now

interface NowProps {
  label: string;
  value: number;
  note: string;
  tone?: "ok" | "warn" | "bad";
  href: string;
}

function Now({ label, value, note, tone, href }: NowProps) {
  return (
    <a class="card figure-card now" href={href}>
      <span class="now-label">{label}</span>
      <b>{number(value, 0)}</b>
      <span class={"small " + (tone ? "tone-text-" + tone : "muted")}>{note}</span>
    </a>
  );
}

const SIGNS = { ok: "✓", warn: "▲", bad: "✕" };

/** How much of the fleet, with the colour and the sign of how good that is; of none there is nothing to say. */
const ofFleet = (part: number, all: number, tone: keyof typeof SIGNS) =>
  part === 0 ? { note: overview().noneNow } : { note: `${SIGNS[tone]} ${overview().ofAll(share(part, all))}`, tone };

function NowRow({ figures }: { figures: FleetFigures }) {
  const words = overview();
  const { homes, online, in_incident: incident, cases } = figures;
  const silent = homes - online;
  return (
    <nav class="now-row" aria-label={words.title}>
      <Now label={words.homes} value={homes} note={words.seeList} href="/frota" />
      <Now label={words.online} value={online} {...ofFleet(online, homes, "ok")} href={fleetOf("online:yes")} />
      <Now label={words.silent} value={silent} {...ofFleet(silent, homes, "warn")} href={fleetOf("online:no")} />
      <Now label={words.incident} value={incident} {...ofFleet(incident, homes, "bad")} href={fleetOf("incident:yes")} />
      {cases && <Now label={words.cases} value={cases.open} note={cases.open > 0 ? words.seeList : words.noneNow} href={fleetOf("case:yes")} />}
    </nav>
  );
}

// ---- how it has been

/** What cannot be drawn says why. */
function Unless({ title, why, children }: { title: string; why: string | false; children: () => ComponentChild }) {
  return (
    <Card>
      {why ? (
        <figure class="chart">
          <figcaption>{title}</figcaption>
          <Empty icon="chart" text={why} />
        </figure>
      ) : (
        children()
      )}
    </Card>
  );
}

function Contacts({ data }: { data: FleetOverview }) {
  const words = overview();
  const last = data.contacts?.data[data.contacts.data.length - 1];
  return (
    <Unless title={words.contacts} why={data.contacts === null ? words.notYours : !last && words.contactsNone}>
      {() => (
        <Graph
          title={words.contacts}
          note={number(last!.mean, 0)}
          drawing={<Drawing series={contactsOf(data)} label={`${words.contacts}: ${number(last!.mean, 0)}`} />}
          table={<Numbers series={contactsOf(data)} heads={words.contactsHeads} />}
        />
      )}
    </Unless>
  );
}

function Legend({ hours }: { hours: FleetHour[] }) {
  return (
    <ul class="legend">
      {STATES.map((state) => (
        <li key={state}>
          <svg viewBox="0 0 10 10" aria-hidden="true">
            <rect class={"part-" + state} width="10" height="10" rx="2" />
          </svg>
          {number(totalOf(hours, state), 0)} {overview().states[state]}
        </li>
      ))}
    </ul>
  );
}

function Ended({ data }: { data: FleetOverview }) {
  const words = overview();
  const hours = data.actions ?? [];
  const totals = STATES.map((state) => totalOf(hours, state));
  const all = totals.reduce((sum, one) => sum + one, 0);
  const stacks = stacksOf(hours, range.value);
  const says = (): string => {
    const [ok, failed, expired, cancelled] = totals.map((one) => number(one, 0));
    return words.endedSays(number(all, 0), ok!, failed!, expired!, cancelled!);
  };
  return (
    <Unless title={words.ended} why={data.actions === null ? words.notYours : all === 0 && words.endedNone}>
      {() => (
        <Graph
          title={words.ended}
          note={number(all, 0)}
          drawing={
            <>
              <Stacks stacks={stacks} kinds={[...STATES]} label={says()} />
              <Legend hours={hours} />
            </>
          }
          table={
            <TableOfGraph heads={[words.hour, ...STATES.map((state) => words.states[state])]}>
              {[...stacks].reverse().map((stack) => (
                <tr key={stack.at}>
                  <td>{when(stack.at)}</td>
                  {stack.parts.map((value, i) => (
                    <td key={STATES[i]}>{number(value, 0)}</td>
                  ))}
                </tr>
              ))}
            </TableOfGraph>
          }
        />
      )}
    </Unless>
  );
}

function Waited({ data }: { data: FleetOverview }) {
  const words = overview();
  const series = data.actions && waitedOf(data);
  const last = series?.data[series.data.length - 1];
  return (
    <Unless title={words.waited} why={series === null ? words.notYours : !last && words.waitedNone}>
      {() => (
        <Graph
          title={words.waited}
          note={exactly(last!.least)}
          drawing={
            <>
              <Drawing series={series!} label={words.waitedSays(exactly(last!.least), exactly(last!.most))} />
              <p class="muted small">{words.waitedNote}</p>
            </>
          }
          table={
            <TableOfGraph heads={[words.hour, words.p50, words.p95]}>
              {[...series!.data].reverse().map((point) => (
                <tr key={point.at}>
                  <td>{when(point.at)}</td>
                  <td>{exactly(point.least)}</td>
                  <td>{exactly(point.most)}</td>
                </tr>
              ))}
            </TableOfGraph>
          }
        />
      )}
    </Unless>
  );
}

// ---- of which kind

function Counts({ title, note, rows, none }: { title: string; note?: string; rows: Count[]; none: string }) {
  return (
    <Card title={title} tools={note && <span class="muted small">{note}</span>}>
      {rows.length === 0 ? (
        <Empty text={none} />
      ) : (
        <div class="counts">
          <CountBars rows={rows} />
        </div>
      )}
    </Card>
  );
}

function Light({ figures }: { figures: FleetFigures }) {
  const words = overview();
  const columns = figures.light.length > 0 ? lightColumns(figures) : [];
  return (
    <Unless title={words.light} why={columns.length === 0 && words.lightNone}>
      {() => (
        <Graph
          title={words.light}
          note={words.lightNote}
          drawing={<LinkColumns columns={columns} />}
          table={
            <TableOfGraph heads={["dBm", words.devices]}>
              {columns.map((column) => (
                <tr key={column.key}>
                  <td>
                    <a href={column.href}>{column.label.replace(/: [^:]*$/, "")}</a>
                  </td>
                  <td>{number(column.count, 0)}</td>
                </tr>
              ))}
            </TableOfGraph>
          }
        />
      )}
    </Unless>
  );
}

function Reasons({ figures }: { figures: FleetFigures }) {
  const words = overview();
  const choices = useLoad<CaseChoices>(can("cases.work") ? "/cases/choices" : null).data;
  const names = Object.fromEntries((choices?.reasons ?? []).map((one) => [one.code, one.label[language.value]]));
  const rows = figures.cases ? reasonRows(figures.cases, names) : [];
  return <Counts title={words.reasons} note={words.reasonsNote} rows={rows} none={figures.cases ? words.reasonsNone : words.reasonsNotYours} />;
}

// ---- the page

function Figures({ data, figures }: { data: FleetOverview; figures: FleetFigures }) {
  const words = overview();
  if (figures.homes === 0) return <Empty icon="router" text={words.empty} hint={words.emptyHint} />;
  return (
    <>
      <NowRow figures={figures} />
      <div class="overview-grid">
        <Contacts data={data} />
        <Ended data={data} />
        <Waited data={data} />
        <Counts title={words.verdicts} note={words.verdictsNote} rows={verdictRows(figures)} none={words.verdictsNone} />
        <Counts title={words.firmware} rows={firmwareRows(figures)} none={words.empty} />
        <Light figures={figures} />
        <Reasons figures={figures} />
        <Counts title={words.openActions} rows={actionRows(figures)} none={words.openActionsNone} />
      </div>
    </>
  );
}

function Late({ at }: { at: string }) {
  if (secondsSince(at) < LATE_S) return null;
  return (
    <p class="note tone-warn" role="status">
      <Icon name="alert" />
      <span>{overview().late(ago(at))}</span>
    </p>
  );
}

export function Overview() {
  const words = overview();
  const counted = useSignal(true);
  const { data, problem, again } = useLoad<FleetOverview>("/fleet/overview" + query({ range: range.value }), counted.value ? LOOK_AGAIN_MS : FIRST_MS);
  useEffect(() => void (counted.value = data === null || data.figures !== null), [data]);
  return (
    <main id="content" class="page">
      <div class="page-head">
        <h1>{words.title}</h1>
        <p class="muted">{[data?.at && words.counted(ago(data.at)), data && data.contacts === null && words.part].filter(Boolean).join(" · ")}</p>
        <span class="spring" />
        <Segments label={words.range} value={range} choices={words.ranges} />
        <a class="button" href="/frota">
          <Icon name="table" /> {words.list}
        </a>
      </div>
      <Loaded data={data} problem={problem} again={again}>
        {(now) => (
          <>
            {now.at && <Late at={now.at} />}
            {now.figures ? <Figures data={now} figures={now.figures} /> : <Empty icon="chart" text={words.pending} hint={words.pendingHint} />}
          </>
        )}
      </Loaded>
    </main>
  );
}
