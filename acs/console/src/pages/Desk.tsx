// The desk: somebody calls. One field, who was here before, and what is wrong in the area. Nothing else.
import { t } from "../i18n";
import { draft } from "../state/drafts";
import { addressOf, recent, tabs } from "../state/tabs";
import { ago, clock } from "../format";
import type { Device, IncidentList } from "../api";
import { Bones, Card, Empty, Pill } from "../parts/basic";
import { itemsOf, SearchBox } from "../parts/SearchBox";
import { useLoad } from "../parts/useLoad";
import { useSearch } from "../parts/useSearch";

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
        <Homes title={words.tabsOpen} ids={open} empty={words.tabsEmpty} />
        <Homes title={words.recent} ids={recent.value.filter((id) => !open.includes(id))} empty={words.recentEmpty} />
        <Incidents />
      </div>
    </main>
  );
}
