// The second step of a campaign that is written: whom. How many they are, of which models and versions, and who is left out and why, while
// somebody types. What is exact is the simulation; what can be counted before it is.
import { useSignal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { query, type Campaign, type DeviceList, type DeviceModels } from "../../api";
import { number, when } from "../../format";
import { campaigns } from "../../i18n/campaigns";
import { ProblemNote, Rows } from "../../parts/basic";
import { CountBars } from "../../parts/CountBars";
import { Tick } from "../../parts/fields";
import { Icon } from "../../parts/Icon";
import { useLoad } from "../../parts/useLoad";
import { errorOf, FilterField } from "../admin/FilterField";
import { afterStates, causeName, summaryOf, type ModelCount } from "./model";
import { excludedBy, type Order } from "./order";
import { useFirmware } from "./What";

const TYPING_MS = 400;
const MODELS_SHOWN = 10;
const FILTER_MOST = 500;

/** What is in the field, once nobody types any more. */
function useSettled(text: string): string {
  const settled = useSignal(text);
  useEffect(() => {
    const timer = setTimeout(() => (settled.value = text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled.value;
}

const counted = (q: string) => "/devices" + query({ q, fields: "id", limit: 1, count: "estimate" });

type Total = NonNullable<DeviceList["total"]>;

function totalText(total: Total): string {
  const words = campaigns();
  return { exact: words.countExact, at_least: words.countLeast, estimate: words.countAbout }[total.kind](number(total.value, 0));
}

function Count({ total }: { total: Total | null }) {
  return (
    <p class="live-count" role="status">
      <b>{total ? totalText(total) : "—"}</b> {campaigns().matches}
    </p>
  );
}

// ---- which models and versions

/** Of the last simulation, where the filter is still its own; else as it is now. */
function useHistogram(q: string, before: Campaign | null) {
  const words = campaigns();
  const { data, problem } = useLoad<DeviceModels>("/devices/models" + query({ q }));
  const listed = before?.state === "listed" && before.filter === q ? summaryOf(before) : null;
  const now = problem ? null : data;
  return { problem, total: now?.total ?? null, rows: listed?.models ?? now?.data ?? null, note: listed ? words.ofList(when(before!.listed_at!)) : "" };
}

export function ModelBars({ rows, most }: { rows: ModelCount[]; most: number }) {
  const words = campaigns();
  const rest = rows.slice(most).reduce((sum, row) => sum + row.devices, 0);
  const bars = rows.slice(0, most).map(({ model, software_version: version, devices }) => ({
    key: `${model} ${version}`,
    label: (
      <>
        {model ?? words.noModel} <span class="mono small">{version ?? words.noVersion}</span>
      </>
    ),
    count: devices,
  }));
  return <CountBars rows={rest > 0 ? [...bars, { key: "", label: <>{words.otherModels(number(rows.length - most, 0))}</>, count: rest }] : bars} />;
}

function Models({ rows, note }: { rows: ModelCount[] | null; note: string }) {
  const words = campaigns();
  return (
    <section class="histogram">
      <h2>{words.models}</h2>
      {rows?.length === 0 && <p class="muted">{words.noDevices}</p>}
      {rows && <ModelBars rows={rows} most={MODELS_SHOWN} />}
      {rows && note !== "" && <p class="muted small">{note}</p>}
    </section>
  );
}

// ---- who is left out

const narrowed = (q: string, more: string) => (q ? `(${q}) ${more}` : more);

function LeftOutCount({ q }: { q: string }) {
  const { data, problem } = useLoad<DeviceList>(counted(q));
  if (problem || data?.total?.value === 0) return <>{problem ? "—" : "0"}</>;
  return (
    <a href={"/frota" + query({ q })} target="_blank" rel="noopener">
      {data?.total ? totalText(data.total) : "…"}
    </a>
  );
}

/** One device may be left out for more than one reason: the simulation says the first. */
function LeftOut({ q, order, isRight }: { q: string; order: Order; isRight: boolean }) {
  const words = campaigns();
  const firmware = useFirmware(order);
  const causes = useSettled(JSON.stringify(excludedBy(order, firmware)));
  const rows = (JSON.parse(causes) as ReturnType<typeof excludedBy>).map(({ cause, q: more }) => ({ cause, q: narrowed(q, more) }));
  return (
    <section>
      <h2>{words.excluded}</h2>
      <p class="muted small">{words.excludedHint}</p>
      {isRight && <Rows rows={rows.filter((row) => row.q.length <= FILTER_MOST).map((row) => [causeName(row.cause), <LeftOutCount key={row.q} q={row.q} />])} />}
    </section>
  );
}

/** Beside its words the number that they are about. */
function NumberTick({ label, value, unit }: { label: string; value: Signal<string>; unit: string }) {
  return (
    <label class="number-line">
      <span>{label}</span>
      <input inputMode="decimal" maxLength={6} value={value.value} onInput={(event) => (value.value = event.currentTarget.value)} /> <span class="muted">{unit}</span>
    </label>
  );
}

function Excludes({ order }: { order: Order }) {
  const words = campaigns();
  return (
    <section>
      <h2>{words.exclude}</h2>
      <Tick label={words.openCase} value={order.openCase} />
      <NumberTick label={words.weakSignal} value={order.weak} unit="dBm" />
      <label class="number-line">
        <span>{words.withTag}</span>
        <input class="mono" maxLength={64} value={order.tag.value} onInput={(event) => (order.tag.value = event.currentTarget.value)} />
      </label>
      <NumberTick label={words.touched} value={order.days} unit={words.days} />
      <p class="muted small">{words.alsoOut}</p>
    </section>
  );
}

/** The filter narrows what the other campaign leaves; the simulation counts it. */
function After({ campaign, states }: { campaign: string; states: string[] }) {
  const words = campaigns();
  return (
    <p class="note">
      <Icon name="chevron" />
      <span>
        {words.onlyAfter(afterStates(states))} <a href={"/campanhas/" + campaign}>{words.formerOne}</a>
      </span>
    </p>
  );
}

export function Whom({ order, before }: { order: Order; before: Campaign | null }) {
  const words = campaigns();
  const q = useSettled(order.filter.value.trim());
  const { problem, total, rows, note } = useHistogram(q, before);
  const error = errorOf(problem, "q");
  return (
    <>
      {order.after && <After {...order.after} />}
      <FilterField value={order.filter} asked={q} error={error} live />
      {error ? null : <ProblemNote problem={problem} />}
      <div class="row-tools">
        <Count total={total} />
        <a class="button quiet" href={"/frota" + query({ q })} target="_blank" rel="noopener">
          <Icon name="table" /> {words.showDevices}
        </a>
      </div>
      <div class="two-cards">
        <Models rows={problem ? null : rows} note={note} />
        <LeftOut q={q} order={order} isRight={problem === null} />
      </div>
      <Excludes order={order} />
    </>
  );
}
