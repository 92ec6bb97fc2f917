// All devices, page by page: what is asked for is in the address, so that it can be sent to somebody.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get, Problem, query, type Device, type DeviceList } from "../api";
import { ago, number } from "../format";
import { t } from "../i18n";
import { go, search } from "../router";
import { addressOf } from "../state/tabs";
import { Bones, Button, Card, Empty, Pill, ProblemNote } from "../parts/basic";
import { saveCsv } from "../parts/csv";

const PAGE = 50;
const FILTERS = ["serial", "model", "software_version"] as const;

const asked = () => Object.fromEntries(FILTERS.map((name) => [name, search.value.get(name) ?? ""])) as Record<(typeof FILTERS)[number], string>;

function useDevices() {
  const rows = useSignal<Device[] | null>(null);
  const next = useSignal<string | null>(null);
  const total = useSignal<DeviceList["total"]>(undefined);
  const problem = useSignal<Problem | null>(null);
  const filter = query(asked());
  const load = async (after: string | null) => {
    try {
      const page = await get<DeviceList>("/devices" + query({ ...asked(), limit: PAGE, after, sort: "-id", count: after ? null : "estimate" }));
      rows.value = [...((after && rows.value) || []), ...(page.data as Device[])];
      next.value = page.next;
      total.value = page.total ?? total.value;
      problem.value = null;
    } catch (error) {
      problem.value = error as Problem;
    }
  };
  useEffect(() => void load(null), [filter]);
  return { rows: rows.value, next: next.value, total: total.value, problem: problem.value, load, isFiltered: filter !== "" };
}

function Filters() {
  const words = t().fleet;
  const labels = { serial: words.filter, model: words.model, software_version: words.firmware };
  const apply = (event: Event) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    go("/frota" + query(Object.fromEntries(FILTERS.map((name) => [name, String(data.get(name) ?? "").trim()]))));
  };
  return (
    <form class="filter-row" onSubmit={apply} role="search">
      {FILTERS.map((name) => (
        <label key={name} class="field">
          <span>{labels[name]}</span>
          <input name={name} value={asked()[name]} maxLength={64} autocomplete="off" spellcheck={false} />
        </label>
      ))}
      <button class="button primary" type="submit">
        {t().tech.show}
      </button>
      {FILTERS.some((name) => asked()[name]) && (
        <a class="button quiet" href="/frota">
          {words.clear}
        </a>
      )}
    </form>
  );
}

function Row({ device }: { device: Device }) {
  return (
    <tr>
      <td>
        <Pill tone={device.online ? "ok" : "unknown"}>{device.online ? t().status.onlineShort : t().status.offlineShort}</Pill>
      </td>
      <td>
        <a class="mono" href={addressOf(device.id)}>
          {device.serial}
        </a>
      </td>
      <td>{device.product_class}</td>
      <td class="mono">{device.software_version}</td>
      <td>{device.last_contact ? ago(device.last_contact) : "—"}</td>
      <td>{[device.place?.cto, device.place?.city].filter(Boolean).join(", ")}</td>
      <td class="mono">{device.source_address}</td>
    </tr>
  );
}

export function Fleet() {
  const { rows, next, total, problem, load, isFiltered } = useDevices();
  const words = t().fleet;
  const head = [words.state, words.serial, words.model, words.software, words.contact, words.place, words.address];
  const save = () =>
    saveCsv("frota", head, rows!.map((d) => [d.online ? t().status.onlineShort : t().status.offlineShort, d.serial, d.product_class, d.software_version ?? "", d.last_contact ?? "", [d.place?.cto, d.place?.city].filter(Boolean).join(", "), d.source_address ?? ""]));
  return (
    <main id="content" class="page">
      <div class="page-head">
        <h1>{words.title}</h1>
        {total && rows && <p class="muted">{words.total(number(rows.length, 0), (total.kind === "at_least" ? "> " : "") + number(total.value, 0))}</p>}
        <span class="spring" />
        {rows && rows.length > 0 && <Button label={words.export} icon="table" onPress={save} />}
      </div>
      <Filters />
      <ProblemNote problem={problem} onRetry={() => void load(null)} />
      {!rows && !problem && <Bones lines={10} />}
      {rows?.length === 0 && <Empty icon="router" text={isFiltered ? words.empty : words.emptyAll} />}
      {rows && rows.length > 0 && (
        <Card kind="flush">
          <div class="scroll" tabIndex={0}>
            <table class="fleet">
              <thead>
                <tr>
                  {head.map((name) => (
                    <th key={name} scope="col">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((device) => (
                  <Row key={device.id} device={device} />
                ))}
              </tbody>
            </table>
          </div>
        </Card>
      )}
      {next && <Button label={words.more} onPress={() => void load(next)} />}
    </main>
  );
}
