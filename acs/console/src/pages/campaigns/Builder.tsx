// A campaign is written: what, whom, how. Saved it is simulated at once, and its own page is the review.
import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { patch, post, query, type Campaign, type DeviceList, type FirmwareList } from "../../api";
import { bytes, number } from "../../format";
import { a } from "../../i18n/admin";
import { campaigns } from "../../i18n/campaigns";
import { go, search } from "../../router";
import { can } from "../../state/session";
import { Button, Empty, ProblemNote } from "../../parts/basic";
import { Choice, Field, Segments, Tick } from "../../parts/fields";
import { Icon } from "../../parts/Icon";
import { useLoad } from "../../parts/useLoad";
import { useTask } from "../../parts/useTask";
import { Loaded } from "../admin/common";
import { errorOf, FilterField } from "../admin/FilterField";
import { How } from "./How";
import { KINDS, missing, said, useOrder, type Order } from "./order";
import { Steps, STEPS, type Step } from "./Steps";

// ---- what

function FirmwareChoice({ order }: { order: Order }) {
  const words = campaigns();
  const { data, problem, again } = useLoad<FirmwareList>("/firmware?state=approved&limit=200");
  const rows = (data?.data ?? []).filter((row) => !row.expired && !row.damaged);
  const choices = Object.fromEntries(rows.map((row) => [row.file, [row.version, row.name, row.rules.map((rule) => rule.product_class).join(", "), bytes(row.size)].join(" · ")]));
  const unknown = order.file.value !== "" && !Object.hasOwn(choices, order.file.value);
  useEffect(() => {
    if (data && order.file.value === "" && rows[0]) order.file.value = rows[0].file;
  }, [data]);
  return (
    <Loaded data={data} problem={problem} again={() => void again()}>
      {() =>
        rows.length === 0 && !unknown ? (
          <div>
            <Empty icon="router" text={words.noFirmware} />
            <p class="center">
              <a class="button" href="/administracao/firmware">
                {words.library}
              </a>
            </p>
          </div>
        ) : (
          <Choice label={words.firmware} value={order.file} choices={unknown ? { [order.file.value]: order.file.value, ...choices } : choices} />
        )
      }
    </Loaded>
  );
}

function What({ order }: { order: Order }) {
  const words = campaigns();
  const kind = order.kind.value as (typeof KINDS)[number];
  return (
    <>
      <Field label={words.name} value={order.name} maxLength={100} required />
      <section>
        <h2>{words.whatKind}</h2>
        {KINDS.includes(kind) ? (
          <>
            <Segments label={words.whatKind} value={order.kind} choices={words.whatKinds} />
            <p class="muted">{words.whatHints[kind]}</p>
          </>
        ) : (
          <p class="muted">{words.other(kind)}</p>
        )}
      </section>
      {kind === "firmware.install" && <FirmwareChoice order={order} />}
      <Field label={words.because} value={order.reason} maxLength={1000} hint={words.reasonHint} />
    </>
  );
}

// ---- whom

const TYPING_MS = 400;

/** What is in the field, once nobody types any more. */
function useSettled(value: Signal<string>): string {
  const settled = useSignal(value.peek().trim());
  const text = value.value.trim();
  useEffect(() => {
    const timer = setTimeout(() => (settled.value = text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled.value;
}

function totalText(total: NonNullable<DeviceList["total"]>): string {
  const words = campaigns();
  return { exact: words.countExact, at_least: words.countLeast, estimate: words.countAbout }[total.kind](number(total.value, 0));
}

function Count({ list }: { list: DeviceList | null }) {
  const words = campaigns();
  return (
    <p class="live-count" role="status">
      <b>{list?.total ? totalText(list.total) : "—"}</b> {words.matches}
    </p>
  );
}

/** Beside its words the number that they are about. */
function NumberTick({ label, value, unit, sign }: { label: string; value: Signal<string>; unit: string; sign?: string }) {
  return (
    <label class="number-line">
      <span>{label}</span> {sign}
      <input inputMode="decimal" maxLength={6} value={value.value} onInput={(event) => (value.value = event.currentTarget.value)} /> <span class="muted">{unit}</span>
    </label>
  );
}

function Whom({ order }: { order: Order }) {
  const words = campaigns();
  const q = useSettled(order.filter);
  const { data, problem } = useLoad<DeviceList>("/devices" + query({ q, fields: "id", limit: 1, count: "estimate" }));
  const error = errorOf(problem, "q");
  return (
    <>
      <FilterField value={order.filter} asked={q} error={error} live />
      {error ? null : <ProblemNote problem={problem} />}
      <div class="row-tools">
        <Count list={error ? null : data} />
        <a class="button quiet" href={"/frota" + query({ q })} target="_blank" rel="noopener">
          <Icon name="table" /> {words.showDevices}
        </a>
      </div>
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
    </>
  );
}

// ---- all of it

const WRITTEN: Step[] = STEPS.filter((step) => step !== "review");

function useSave(order: Order, before: Campaign | null) {
  const task = useTask();
  const made = useRef(before);
  const keep = async () => {
    const { id, revision } = made.current ?? { id: null, revision: 0 };
    made.current = id ? await patch<Campaign>("/campaigns/" + id, said(order), { revision }) : await post<Campaign>("/campaigns", said(order), { once: true });
    await post("/campaigns/" + made.current.id + "/dry-run", {}, { once: true });
  };
  return { ...task, save: () => void task.run(keep, () => go("/campanhas/" + made.current!.id)) };
}

function Form({ before, first }: { before: Campaign | null; first: Step }) {
  const words = campaigns();
  const order = useOrder(before);
  const step = useSignal<Step>(first);
  const { busy, problem, save } = useSave(order, before);
  const at = WRITTEN.indexOf(step.value);
  const isLast = at === WRITTEN.length - 1;
  const to = (i: number) => () => {
    step.value = WRITTEN[i]!;
    scrollTo(0, 0);
  };
  return (
    <>
      <Steps now={step.value} onGo={(next) => (step.value = next)} />
      <div class="card builder">
        {step.value === "what" && <What order={order} />}
        {step.value === "whom" && <Whom order={order} />}
        {step.value === "how" && <How order={order} />}
        <ProblemNote problem={problem} />
        <div class="row-tools">
          {at > 0 && <Button label={words.back} kind="quiet" onPress={to(at - 1)} />}
          <span class="spring" />
          {isLast ? <Button label={words.save} kind="primary" busy={busy} reason={missing(order)} onPress={save} /> : <Button label={words.next} kind="primary" onPress={to(at + 1)} />}
        </div>
        {isLast && missing(order) && <p class="field-note">{missing(order)}</p>}
      </div>
    </>
  );
}

const firstStep = (): Step => WRITTEN.find((step) => step === search.peek().get("passo")) ?? "what";

function Editing({ id }: { id: string }) {
  const words = campaigns();
  const { data, problem, again } = useLoad<Campaign>("/campaigns/" + encodeURIComponent(id));
  return (
    <Loaded data={data} problem={problem} again={() => void again()}>
      {(campaign) =>
        ["draft", "listed"].includes(campaign.state) ? (
          <>
            {campaign.list_hash !== null && <p class="note tone-warn">{words.editHint}</p>}
            <Form before={campaign} first={firstStep()} />
          </>
        ) : (
          <Empty icon="alert" text={words.notDraft} />
        )
      }
    </Loaded>
  );
}

export function Builder({ id }: { id?: string }) {
  const words = campaigns();
  return (
    <main id="content" class="page">
      <div class="page-head">
        <h1>{id ? words.editTitle : words.newTitle}</h1>
        <span class="spring" />
        <a class="button quiet" href={id ? "/campanhas/" + id : "/campanhas"}>
          <Icon name="back" /> {id ? words.back : words.all}
        </a>
      </div>
      {can("campaigns.write") ? id ? <Editing id={id} /> : <Form before={null} first="what" /> : <Empty icon="alert" text={a().admin.forbidden} hint={a().admin.forbiddenHint} />}
    </main>
  );
}
