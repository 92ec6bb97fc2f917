// Where other systems are told what happens, and what became of each message.
import { useSignal } from "@preact/signals";
import { patch, post, query, remove, type DeliveryList, type Webhook } from "../../api";
import { ago, number, when } from "../../format";
import { a } from "../../i18n/admin";
import { tell } from "../../state/toasts";
import { Button, Card, Empty, Pill, ProblemNote, Rows, type Tone } from "../../parts/basic";
import { Dialog } from "../../parts/Dialog";
import { Field, Segments } from "../../parts/fields";
import { useTask } from "../../parts/useTask";
import { Loaded, OnceShown, TableOf } from "./common";
import { useList } from "./useList";

type Delivery = DeliveryList["data"][number];

const KINDS = {
  case: ["opened", "escalated", "returned", "visit", "closed"],
  action: ["succeeded", "failed", "expired", "cancelled"],
  incident: ["opened", "closed"],
} as const;

function Events({ chosen, onChange }: { chosen: string[]; onChange: (events: string[]) => void }) {
  const words = a().webhooks;
  const toggle = (event: string) => onChange(chosen.includes(event) ? chosen.filter((one) => one !== event) : [...chosen, event]);
  return (
    <div class="event-groups">
      {Object.entries(KINDS).map(([kind, events]) => {
        const all = kind + ".*";
        return (
          <fieldset key={kind} class="capability-group">
            <legend>{words.kinds[kind as keyof typeof KINDS]}</legend>
            <label class="tick">
              <input type="checkbox" checked={chosen.includes(all)} onChange={() => toggle(all)} />
              <span>{words.allOf}</span>
            </label>
            {events.map((event) => (
              <label key={event} class="tick">
                <input type="checkbox" disabled={chosen.includes(all)} checked={chosen.includes(all) || chosen.includes(`${kind}.${event}`)} onChange={() => toggle(`${kind}.${event}`)} />
                <span>{(words.events as Record<string, string>)[`${kind}.${event}`]}</span>
              </label>
            ))}
          </fieldset>
        );
      })}
    </div>
  );
}

/** What a group says already is not said again. */
const plainly = (events: string[]) => events.filter((event) => event.endsWith("*") || !events.includes(event.split(".")[0] + ".*"));

function Edit({ webhook, onClose }: { webhook: Webhook | null; onClose: () => void }) {
  const words = a().webhooks;
  const name = useSignal(webhook?.name ?? "");
  const url = useSignal(webhook?.url ?? "");
  const events = useSignal<string[]>(webhook?.events ?? []);
  const made = useSignal<Webhook | null>(null);
  const task = useTask();
  const send = async () => {
    const order = { name: name.value.trim(), url: url.value.trim(), events: plainly(events.value) };
    const done = await task.run(async () => {
      const answer = webhook ? await patch<Webhook>("/webhooks/" + webhook.id, order) : await post<Webhook>("/webhooks", order);
      if (!webhook) made.value = answer;
    });
    if (done && webhook) (tell("ok", words.saved), onClose());
  };
  if (made.value)
    return (
      <Dialog title={words.made(made.value.name)} onClose={onClose}>
        <OnceShown label={words.secret} text={made.value.secret!} hint={words.secretHint} />
      </Dialog>
    );
  const reason = !name.value.trim() ? words.noName : !url.value.trim() ? words.noUrl : events.value.length === 0 ? words.noEvent : null;
  return (
    <Dialog
      title={webhook ? words.edit(webhook.name) : words.make}
      onClose={onClose}
      wide
      problem={task.problem}
      confirm={{ label: webhook ? words.save : words.make, onConfirm: () => void send(), busy: task.busy, reason }}
    >
      <Field label={words.name} value={name} maxLength={100} autofocus />
      <Field label={words.url} value={url} maxLength={1000} hint={words.urlHint} error={task.wrong("/url")} mono />
      {events.value.includes("*") ? (
        <p class="row-tools">
          {words.everything}
          <Button label={words.choose} kind="quiet" onPress={() => (events.value = [])} />
        </p>
      ) : (
        <Events chosen={events.value} onChange={(chosen) => (events.value = chosen)} />
      )}
    </Dialog>
  );
}

function Rotate({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const words = a().webhooks;
  const made = useSignal<Webhook | null>(null);
  const task = useTask();
  const send = () => void task.run(async () => (made.value = await post<Webhook>(`/webhooks/${webhook.id}/rotate`)));
  return (
    <Dialog
      title={words.rotateTitle(webhook.name)}
      onClose={onClose}
      problem={task.problem}
      {...(made.value ? {} : { confirm: { label: words.rotate, onConfirm: send, busy: task.busy } })}
    >
      <p>{words.rotateHint}</p>
      {made.value && <OnceShown label={words.secret} text={made.value.secret!} hint={words.secretHint} />}
    </Dialog>
  );
}

function Delete({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const words = a().webhooks;
  const task = useTask();
  const send = () => void task.run(() => remove("/webhooks/" + webhook.id)).then((done) => done && (tell("ok", words.wasDeleted), onClose()));
  return (
    <Dialog title={words.deleteTitle(webhook.name)} onClose={onClose} problem={task.problem} confirm={{ label: words.delete, danger: true, onConfirm: send, busy: task.busy }}>
      <p>{words.deleteHint(number(webhook.waiting, 0))}</p>
    </Dialog>
  );
}

const TONES: Record<Delivery["state"], Tone> = { waiting: "busy", delivered: "ok", failed: "bad" };

/** Who answered what, or why nobody did. */
const became = (delivery: Delivery) => [delivery.status === null ? null : `HTTP ${delivery.status}`, delivery.detail].filter(Boolean).join(" · ");

function DeliveryRow({ delivery, onAgain }: { delivery: Delivery; onAgain: () => void }) {
  const words = a().webhooks;
  return (
    <tr>
      <td>{(words.events as Record<string, string>)[delivery.type] ?? delivery.type}</td>
      <td>
        <Pill tone={TONES[delivery.state]}>{words.states[delivery.state]}</Pill>
      </td>
      <td>{when(delivery.at)}</td>
      <td class="right">{number(delivery.tries, 0)}</td>
      <td>{became(delivery) || <span class="muted">—</span>}</td>
      <td>{delivery.delivered_at ? when(delivery.delivered_at) : delivery.next_at ? words.nextAt(when(delivery.next_at)) : "—"}</td>
      <td class="right">{delivery.state !== "waiting" && <Button label={words.again} kind="quiet" icon="restart" onPress={onAgain} />}</td>
    </tr>
  );
}

function Deliveries({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const words = a().webhooks;
  const state = useSignal("all");
  const list = useList<Delivery>(`/webhooks/${webhook.id}/deliveries` + query({ limit: 25, state: state.value === "all" ? null : state.value }));
  const task = useTask();
  const again = (delivery?: string) =>
    void task.run(async () => {
      const { again: count } = await post<{ again: number }>(`/webhooks/${webhook.id}/redeliver`, delivery ? { delivery } : {}, { once: true });
      tell("ok", words.sentAgain(number(count, 0)));
      await list.again();
    });
  return (
    <Dialog title={words.deliveriesOf(webhook.name)} onClose={onClose} wide problem={task.problem} foot={<Button label={words.againAll} icon="restart" busy={task.busy} onPress={() => again()} />}>
      <p>
        <Segments label={words.state} value={state} choices={{ all: words.all, ...words.states }} />
      </p>
      <Loaded data={list.rows} problem={list.problem} again={() => void list.again()}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty icon="check" text={words.noDelivery} />
          ) : (
            <TableOf label={words.deliveries} head={[words.event, words.state, words.at, { right: words.tries }, words.answer, words.deliveredAt, ""]}>
              {rows.map((delivery) => (
                <DeliveryRow key={delivery.id} delivery={delivery} onAgain={() => again(delivery.id)} />
              ))}
            </TableOf>
          )
        }
      </Loaded>
      {list.next && <Button label={a().common.more} busy={list.busy} onPress={() => void list.more()} />}
    </Dialog>
  );
}

function stateOf(webhook: Webhook): [Tone, string] {
  const words = a().webhooks;
  if (!webhook.enabled) return webhook.disabled_why ? ["bad", words.why[webhook.disabled_why as keyof typeof words.why] ?? words.off] : ["unknown", words.off];
  return webhook.failing_since ? ["warn", words.failing(ago(webhook.failing_since))] : ["ok", words.on];
}

type Window = "edit" | "rotate" | "delete" | "deliveries";

function Hook({ webhook, onChange }: { webhook: Webhook; onChange: () => void }) {
  const words = a().webhooks;
  const open = useSignal<Window | null>(null);
  const task = useTask();
  const [tone, text] = stateOf(webhook);
  const close = () => ((open.value = null), onChange());
  const turn = () => void task.run(() => patch("/webhooks/" + webhook.id, { enabled: !webhook.enabled })).then(onChange);
  return (
    <Card title={webhook.name} tools={<Pill tone={tone}>{text}</Pill>}>
      <Rows
        rows={[
          [words.url, <span class="mono">{webhook.url}</span>],
          [words.what, webhook.events.map((event) => (words.events as Record<string, string>)[event] ?? event).join(", ")],
          [words.waiting, number(webhook.waiting, 0)],
          [words.created, `${when(webhook.created_at)} · ${webhook.created_by}`],
          webhook.old_secret_until !== null && [words.oldSecret, when(webhook.old_secret_until)],
        ]}
      />
      <ProblemNote problem={task.problem} />
      <div class="row-tools">
        <Button label={words.deliveries} icon="table" onPress={() => (open.value = "deliveries")} />
        <Button label={words.change} onPress={() => (open.value = "edit")} />
        <Button label={webhook.enabled ? words.turnOff : words.turnOn} busy={task.busy} onPress={turn} />
        <Button label={words.rotate} kind="quiet" onPress={() => (open.value = "rotate")} />
        <Button label={words.delete} kind="quiet" onPress={() => (open.value = "delete")} />
      </div>
      {open.value === "edit" && <Edit webhook={webhook} onClose={close} />}
      {open.value === "rotate" && <Rotate webhook={webhook} onClose={close} />}
      {open.value === "delete" && <Delete webhook={webhook} onClose={close} />}
      {open.value === "deliveries" && <Deliveries webhook={webhook} onClose={close} />}
    </Card>
  );
}

export function Webhooks() {
  const words = a().webhooks;
  const list = useList<Webhook>("/webhooks" + query({ limit: 50 }));
  const making = useSignal(false);
  return (
    <>
      <div class="page-head">
        <h1>{words.title}</h1>
        <p class="muted">{words.hint}</p>
        <span class="spring" />
        <Button label={words.make} icon="plug" kind="primary" onPress={() => (making.value = true)} />
      </div>
      <Loaded data={list.rows} problem={list.problem} again={() => void list.again()}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty icon="plug" text={words.none} hint={words.noneHint} />
          ) : (
            <div class="stack">
              {rows.map((webhook) => (
                <Hook key={webhook.id} webhook={webhook} onChange={() => void list.again()} />
              ))}
            </div>
          )
        }
      </Loaded>
      {list.next && <Button label={a().common.more} busy={list.busy} onPress={() => void list.more()} />}
      {making.value && <Edit webhook={null} onClose={() => ((making.value = false), void list.again())} />}
    </>
  );
}
