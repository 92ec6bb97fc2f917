// The desk: somebody calls. One field, who was here before, and what is wrong in the area. Nothing else.
import { t } from "../i18n";
import { draft } from "../state/drafts";
import { addressOf, addressOfCase, recent, tabs } from "../state/tabs";
import { ago, clock, secondsSince, when } from "../format";
import { query, type CaseList, type Device, type IncidentList } from "../api";
import { can } from "../state/session";
import { Bones, Card, Empty, Pill, ProblemNote } from "../parts/basic";
import { itemsOf, SearchBox } from "../parts/SearchBox";
import { useLoad } from "../parts/useLoad";
import { useSearch } from "../parts/useSearch";

type Row = CaseList["data"][number];

const CASES_MAX = 8;
const DAY_S = 86400;

const isBack = (row: Row) => row.state === "open" && !!row.returned_at;

function CasePill({ row }: { row: Row }) {
  const words = t().desk;
  if (isBack(row)) return <Pill tone="info">{words.states.returned}</Pill>;
  return <Pill tone={row.state === "open" ? "ok" : "busy"}>{words.states[row.state]}</Pill>;
}

function HomeLink({ id }: { id: string }) {
  const { data, problem } = useLoad<Device>("/devices/" + id);
  const title = tabs.value.find((tab) => tab.id === id)?.title;
  const name = title !== data?.serial ? title : undefined;
  if (problem?.status === 404) return null;
  return (
    <li>
      <a class="home-link" href={addressOf(id)}>
        <strong>{name ?? data?.serial ?? "…"}</strong>
        <span class="muted">{[name && data?.serial, data?.product_class, data?.place?.city].filter(Boolean).join(" · ")}</span>
        <span class="spring" />
        {data && <Pill tone={data.online ? "ok" : "unknown"}>{data.last_contact ? ago(data.last_contact) : t().status.never}</Pill>}
      </a>
    </li>
  );
}

function Homes({ title, ids, empty }: { title: string; ids: string[]; empty: string }) {
  return (
    <Card title={title}>
      {ids.length === 0 ? (
        <Empty text={empty} />
      ) : (
        <ul class="plain-list">
          {ids.map((id) => (
            <HomeLink key={id} id={id} />
          ))}
        </ul>
      )}
    </Card>
  );
}

/** One's own that are not closed: what came back from others is on top. */
function Cases() {
  const { data, problem, again } = useLoad<CaseList>("/cases" + query({ mine: true, limit: 50 }), 15000);
  const words = t().desk;
  const rows = [...(data?.data ?? [])].sort((a, b) => Number(isBack(b)) - Number(isBack(a)));
  return (
    <Card title={words.mine}>
      <ProblemNote problem={problem} onRetry={again} />
      {!data && !problem && <Bones lines={2} />}
      {data && rows.length === 0 && <Empty text={words.noneMine} />}
      <ul class="plain-list">
        {rows.slice(0, CASES_MAX).map((row) => (
          <li key={row.id}>
            <a class="home-link" href={addressOfCase(row)}>
              <strong>{tabs.value.find((tab) => tab.id === row.device)?.title ?? row.subscriber?.name ?? row.serial}</strong>
              <span class="muted">{row.protocol}</span>
              <span class="spring" />
              <CasePill row={row} />
            </a>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** Whom a call was promised, the next one first. */
function Callbacks() {
  const { data } = useLoad<CaseList>("/cases" + query({ mine: true, state: "any", limit: 200 }), 60000);
  const words = t().desk;
  const rows = (data?.data ?? []).filter((row) => row.callback_at && secondsSince(row.callback_at) < DAY_S).sort((a, b) => a.callback_at!.localeCompare(b.callback_at!));
  if (rows.length === 0) return null;
  return (
    <Card title={words.callbacks}>
      <ul class="plain-list">
        {rows.slice(0, CASES_MAX).map((row) => (
          <li key={row.id}>
            <a class="home-link" href={addressOfCase(row)}>
              <strong>{when(row.callback_at!)}</strong>
              <span class="muted">{[row.subscriber?.name ?? row.serial, row.protocol].join(" · ")}</span>
              <span class="spring" />
              {secondsSince(row.callback_at!) > 0 && <Pill tone="warn">{words.overdue}</Pill>}
            </a>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Incidents() {
  const { data } = useLoad<IncidentList>("/incidents?limit=5", 30000);
  const words = t();
  return (
    <Card title={words.home.incidents}>
      {!data && <Bones lines={2} />}
      {data?.data.length === 0 && <Empty text={words.home.incidentsEmpty} />}
      <ul class="plain-list">
        {data?.data.map((incident) => (
          <li key={incident.id}>
            <a class="home-link" href="/incidentes">
              <strong>{incident.place}</strong>
              <span class="muted">{clock(incident.since)}</span>
              <span class="spring" />
              <Pill tone="bad">
                {incident.silent - incident.back} / {incident.homes}
              </Pill>
            </a>
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function Desk() {
  const text = draft("desk");
  const found = useSearch(text);
  const words = t().home;
  const open = tabs.value.map((tab) => tab.id);
  return (
    <main id="content" class="page desk">
      <h1>{words.title}</h1>
      <p class="muted">{words.hint}</p>
      <SearchBox text={text} items={itemsOf(found)} isDone={found.isDone} problem={found.problem} onRun={() => (text.value = "")} />
      <div class="desk-cards">
        {can("cases.work") && <Cases />}
        <Homes title={words.tabsOpen} ids={open} empty={words.tabsEmpty} />
        <Homes title={words.recent} ids={recent.value.filter((id) => !open.includes(id))} empty={words.recentEmpty} />
        {can("cases.work") && <Callbacks />}
        <Incidents />
      </div>
    </main>
  );
}
