// What webhooks and connectors have in common: a card for each, what became of what was sent to it, and their end.
import { useSignal } from "@preact/signals";
import type { ComponentChild, ComponentChildren } from "preact";
import { patch, post, query, remove, type DeliveryList } from "../../api";
import { ago, number, when } from "../../format";
import { wordFor } from "../../i18n";
import { a } from "../../i18n/admin";
import { tell } from "../../state/toasts";
import { Button, Card, Empty, Pill, ProblemNote, Rows, type Tone } from "../../parts/basic";
import { Dialog } from "../../parts/Dialog";
import { Segments } from "../../parts/fields";
import { useTask } from "../../parts/useTask";
import { Loaded, TableOf } from "./common";
import { useList } from "./useList";

interface Outlet {
  id: string;
  name: string;
  url: string;
  enabled: boolean;
  failing_since: string | null;
  waiting: number;
  created_at: string;
  created_by: string;
}

export type OutletState = [Tone, string];
type RowsOf = Parameters<typeof Rows>[0]["rows"];
type Delivery = DeliveryList["data"][number];

export const eventName = (event: string) => wordFor(a().outlets.events, event);

export function standing(outlet: Outlet): OutletState {
  const words = a().outlets;
  if (!outlet.enabled) return ["unknown", words.off];
  return outlet.failing_since ? ["warn", words.failing(ago(outlet.failing_since))] : ["ok", words.on];
}

// ---- what became of each message

const TONES: Record<Delivery["state"], Tone> = { waiting: "busy", delivered: "ok", failed: "bad" };

/** Who answered what, or why nobody did. Some details begin with the status themselves. */
function became({ status, detail }: Delivery): string {
  const code = status === null ? "" : `HTTP ${status}`;
  return detail?.startsWith(code) ? detail : [code, detail].filter(Boolean).join(" · ");
}

function DeliveryRow({ delivery, onAgain }: { delivery: Delivery; onAgain: () => void }) {
  const words = a().outlets;
  return (
    <tr>
      <td>{eventName(delivery.type)}</td>
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

interface WindowProps {
  path: string;
  name: string;
  onClose: () => void;
}

function Deliveries({ path, name, onClose }: WindowProps) {
  const words = a().outlets;
  const state = useSignal("all");
  const list = useList<Delivery>(path + "/deliveries" + query({ limit: 25, state: state.value === "all" ? null : state.value }));
  const task = useTask();
  const again = (delivery?: string) =>
    void task.run(async () => {
      const { again: count } = await post<{ again: number }>(path + "/redeliver", delivery ? { delivery } : {}, { once: true });
      tell("ok", words.sentAgain(number(count, 0)));
      await list.again();
    });
  return (
    <Dialog title={words.deliveriesOf(name)} onClose={onClose} wide problem={task.problem} foot={<Button label={words.againAll} icon="restart" busy={task.busy} onPress={() => again()} />}>
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

function Delete({ path, name, hint, onClose }: WindowProps & { hint: string }) {
  const words = a().outlets;
  const task = useTask();
  const send = () => void task.run(() => remove(path), () => (tell("ok", words.wasDeleted), onClose()));
  return (
    <Dialog title={words.deleteTitle(name)} onClose={onClose} problem={task.problem} confirm={{ label: words.delete, danger: true, onConfirm: send, busy: task.busy }}>
      <p>{hint}</p>
    </Dialog>
  );
}

// ---- a card, and the page of them

interface CardProps {
  outlet: Outlet;
  path: string;
  state: OutletState;
  rows: RowsOf;
  lastRows?: RowsOf;
  deleteHint: string;
  windows: Array<{ label: string; quiet?: boolean; show: (close: () => void) => ComponentChild }>;
  tools?: ComponentChildren;
  children?: ComponentChildren;
  onChange: () => void;
}

export function OutletCard({ outlet, path, state, rows, lastRows = [], deleteHint, windows, tools, children, onChange }: CardProps) {
  const words = a().outlets;
  const open = useSignal<string | null>(null);
  const task = useTask();
  const close = () => ((open.value = null), onChange());
  const turn = () => void task.run(() => patch(path, { enabled: !outlet.enabled })).then(onChange);
  const window = windows.find((one) => one.label === open.value);
  return (
    <Card title={outlet.name} tools={<Pill tone={state[0]}>{state[1]}</Pill>}>
      <Rows
        rows={[
          [words.url, <span class="mono">{outlet.url}</span>],
          ...rows,
          [words.waiting, number(outlet.waiting, 0)],
          [words.created, `${when(outlet.created_at)} · ${outlet.created_by}`],
          ...lastRows,
        ]}
      />
      {children}
      <ProblemNote problem={task.problem} />
      <div class="row-tools">
        <Button label={words.deliveries} icon="table" onPress={() => (open.value = "deliveries")} />
        {tools}
        <Button label={outlet.enabled ? words.turnOff : words.turnOn} busy={task.busy} onPress={turn} />
        {windows.map((one) => (
          <Button key={one.label} label={one.label} kind={one.quiet ? "quiet" : undefined} onPress={() => (open.value = one.label)} />
        ))}
        <Button label={words.delete} kind="quiet" onPress={() => (open.value = "delete")} />
      </div>
      {window?.show(close)}
      {open.value === "delete" && <Delete path={path} name={outlet.name} hint={deleteHint} onClose={close} />}
      {open.value === "deliveries" && <Deliveries path={path} name={outlet.name} onClose={close} />}
    </Card>
  );
}

interface PageProps<T> {
  path: string;
  words: { title: string; hint: string; make: string; none: string; noneHint: string };
  card: (outlet: T, onChange: () => void) => ComponentChild;
  make: (close: () => void) => ComponentChild;
}

export function OutletPage<T extends Outlet>({ path, words, card, make }: PageProps<T>) {
  const list = useList<T>(path + query({ limit: 50 }));
  const making = useSignal(false);
  const again = () => void list.again();
  return (
    <>
      <div class="page-head">
        <h1>{words.title}</h1>
        <p class="muted">{words.hint}</p>
        <span class="spring" />
        <Button label={words.make} icon="plug" kind="primary" onPress={() => (making.value = true)} />
      </div>
      <Loaded data={list.rows} problem={list.problem} again={again}>
        {(rows) => (rows.length === 0 ? <Empty icon="plug" text={words.none} hint={words.noneHint} /> : <div class="stack">{rows.map((outlet) => card(outlet, again))}</div>)}
      </Loaded>
      {list.next && <Button label={a().common.more} busy={list.busy} onPress={() => void list.more()} />}
      {making.value && make(() => ((making.value = false), again()))}
    </>
  );
}
