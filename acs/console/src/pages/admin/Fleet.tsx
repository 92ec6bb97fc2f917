// All devices, page by page. What is asked for, and in which order, is in the address, so that it can be sent to somebody.
import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { get, Problem, query, type Device, type DeviceList } from "../../api";
import { number } from "../../format";
import { a } from "../../i18n/admin";
import { go, search } from "../../router";
import { useKeys } from "../../state/keys";
import { can } from "../../state/session";
import { Bones, Button, Card, Empty, ProblemNote } from "../../parts/basic";
import { Dialog } from "../../parts/Dialog";
import { columnOf, COLUMNS, fieldsOf, showColumns, shownColumns, type ColumnName } from "./columns";
import { Icon } from "../../parts/Icon";
import { overview } from "../../i18n/overview";
import { Export } from "./Export";
import { errorOf, FilterField } from "./FilterField";
import { SavedFilters } from "./SavedFilters";

const PAGE = 50;
const SORTS = ["id", "serial", "model", "software_version", "city", "last_contact"].flatMap((name) => [name, "-" + name]);

const askedFor = () => search.value.get("q")?.trim() ?? "";
const askedSort = () => {
  const sort = search.value.get("sort") ?? "";
  return SORTS.includes(sort) ? sort : "-id";
};
const addressWith = (q: string, sort: string) => "/frota" + query({ q, sort: sort === "-id" ? null : sort });

interface Loaded {
  rows: Device[] | null;
  next: string | null;
  total: DeviceList["total"];
  problem: Problem | null;
  busy: boolean;
}

const EMPTY: Loaded = { rows: null, next: null, total: undefined, problem: null, busy: true };

function useDevices(fields: string) {
  const state = useSignal<Loaded>(EMPTY);
  const round = useRef(0);
  const q = askedFor();
  const sort = askedSort();
  const load = async (after: string | null) => {
    const mine = ++round.current; // an answer to what is no longer asked is nothing
    state.value = { ...state.value, busy: true };
    try {
      const page = await get<DeviceList>("/devices" + query({ q, sort, fields, limit: PAGE, after, count: after ? null : "estimate" }));
      if (mine !== round.current) return;
      const before = after ? (state.value.rows ?? []) : [];
      state.value = { rows: [...before, ...(page.data as Device[])], next: page.next, total: page.total ?? state.value.total, problem: null, busy: false };
    } catch (error) {
      if (mine === round.current) state.value = { ...state.value, problem: error as Problem, busy: false, ...(after ? {} : { rows: null, next: null, total: undefined }) };
    }
  };
  useEffect(() => void load(null), [q, sort, fields]);
  return { ...state.value, q, sort, load };
}

function totalText(total: NonNullable<DeviceList["total"]>): string {
  const count = number(total.value, 0);
  return { exact: count, at_least: a().fleet.atLeast(count), estimate: a().fleet.about(count) }[total.kind];
}

function Filter({ value, q, problem, sort }: { value: Signal<string>; q: string; problem: Problem | null; sort: string }) {
  const words = a().fleet;
  const helping = useSignal(false);
  const apply = (event: Event) => {
    event.preventDefault();
    go(addressWith(value.value.trim(), sort));
  };
  return (
    <div>
      <form class="filter-row" onSubmit={apply} role="search">
        <FilterField value={value} asked={q} error={errorOf(problem, "q")} />
        <button class="button primary" type="submit">
          {words.apply}
        </button>
        {q !== "" && <Button label={words.clear} kind="quiet" onPress={() => ((value.value = ""), go(addressWith("", sort)))} />}
        <Button label={words.help} kind="quiet" icon="guide" onPress={() => (helping.value = true)} />
      </form>
      {helping.value && <Help onClose={() => (helping.value = false)} />}
    </div>
  );
}

function Help({ onClose }: { onClose: () => void }) {
  const words = a().fleet;
  return (
    <Dialog title={words.help} onClose={onClose} wide>
      <table class="filter-keys">
        <tbody>
          {words.keys.map(([key, text]) => (
            <tr key={key}>
              <th scope="row">
                <code>{key}</code>
              </th>
              <td>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}

function ColumnChooser({ onClose }: { onClose: () => void }) {
  const words = a().fleet;
  const shown = shownColumns();
  const toggle = (name: ColumnName) => showColumns(shown.includes(name) ? shown.filter((one) => one !== name) : [...shown, name]);
  return (
    <Dialog title={words.columns} subtitle={words.columnsHint} onClose={onClose} foot={<Button label={words.standard} kind="quiet" onPress={() => showColumns(null)} />}>
      <div class="two-columns">
        {(Object.keys(COLUMNS) as ColumnName[]).map((name) => (
          <label key={name} class="tick">
            <input type="checkbox" checked={shown.includes(name)} disabled={name === "serial"} onChange={() => toggle(name)} />
            <span>{words.names[name]}</span>
          </label>
        ))}
      </div>
    </Dialog>
  );
}

const ARIA = { up: "ascending", down: "descending", none: undefined } as const;

function Heading({ name, q, sort }: { name: ColumnName; q: string; sort: string }) {
  const column = columnOf(name);
  const label = a().fleet.names[name];
  const state = !column.sort ? "none" : sort === column.sort ? "up" : sort === "-" + column.sort ? "down" : "none";
  const to = state === "up" ? "-" + column.sort : column.sort!;
  return (
    <th scope="col" class={column.kind === "right" ? "right" : undefined} aria-sort={ARIA[state]}>
      {column.sort ? (
        <button type="button" class="sort-button" title={a().fleet.sortBy(label)} onClick={() => go(addressWith(q, to))}>
          {label}
          <span aria-hidden="true">{{ up: "▲", down: "▼", none: "↕" }[state]}</span>
        </button>
      ) : (
        label
      )}
    </th>
  );
}

function Table({ rows, names, q, sort, busy }: { rows: Device[]; names: ColumnName[]; q: string; sort: string; busy: boolean }) {
  return (
    <Card kind="flush">
      <div class="scroll" tabIndex={0} role="region" aria-label={a().fleet.title} aria-busy={busy}>
        <table class="fleet">
          <thead>
            <tr>
              {names.map((name) => (
                <Heading key={name} name={name} q={q} sort={sort} />
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((device) => (
              <tr key={device.id}>
                {names.map((name) => (
                  <td key={name} class={columnOf(name).kind}>
                    {columnOf(name).cell(device)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  const words = a().fleet;
  return filtered ? <Empty icon="search" text={words.empty} hint={words.emptyHint} /> : <Empty icon="router" text={words.emptyAll} hint={words.emptyAllHint} />;
}

function QuickFilters({ sort, q, readable }: { sort: string; q: string; readable: boolean }) {
  return (
    <nav class="chips" aria-label={a().fleet.saved}>
      {a().fleet.quick.map(([label, filter]) => (
        <a key={filter} class="chip" href={addressWith(filter, sort)} aria-current={filter === q ? "true" : undefined}>
          {label}
        </a>
      ))}
      <SavedFilters q={q} readable={readable} addressOf={(filter) => addressWith(filter, sort)} />
    </nav>
  );
}

export function Fleet() {
  const names = shownColumns().filter((name) => name !== "customer" || can("subscribers.read"));
  const { rows, next, total, problem, busy, q, sort, load } = useDevices(fieldsOf(names, can("subscribers.read")));
  const value = useSignal(q);
  const choosing = useSignal(false);
  const exporting = useSignal(false);
  const words = a().fleet;
  useEffect(() => void (value.value = q), [q]);
  useKeys({ c: () => (choosing.value = true) });
  return (
    <main id="content" class="page">
      <div class="page-head">
        <h1>{words.title}</h1>
        <p class="muted" role="status">
          {total && rows ? words.total(number(rows.length, 0), totalText(total)) : ""}
        </p>
        <span class="spring" />
        <a class="button" href="/frota/painel">
          <Icon name="chart" /> {overview().open}
        </a>
        {can("devices.export") && <Button label={words.export} icon="table" reason={rows?.length ? null : words.empty} onPress={() => (exporting.value = true)} />}
        <Button label={words.columns} icon="table" keys="c" onPress={() => (choosing.value = true)} />
      </div>
      <Filter value={value} q={q} problem={problem} sort={sort} />
      <QuickFilters sort={sort} q={q} readable={rows !== null} />
      {!errorOf(problem, "q") && <ProblemNote problem={problem} onRetry={() => void load(null)} />}
      {!rows && !problem && <Bones lines={10} />}
      {rows?.length === 0 && <Nothing filtered={q !== ""} />}
      {rows && rows.length > 0 && <Table rows={rows} names={names} q={q} sort={sort} busy={busy} />}
      {next && <Button label={words.more} busy={busy} onPress={() => void load(next)} />}
      {exporting.value && <Export q={q} onClose={() => (exporting.value = false)} />}
      {choosing.value && <ColumnChooser onClose={() => (choosing.value = false)} />}
    </main>
  );
}
