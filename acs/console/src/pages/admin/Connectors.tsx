// Where escalated cases go: ticket systems, in which they become tickets, and mail servers. A secret goes in and never comes out.
import { signal, useSignal, type Signal } from "@preact/signals";
import { patch, post, type Connector } from "../../api";
import { number } from "../../format";
import { a } from "../../i18n/admin";
import { tell } from "../../state/toasts";
import { Button } from "../../parts/basic";
import { Dialog } from "../../parts/Dialog";
import { Choice, Field, Password, Segments } from "../../parts/fields";
import { Icon } from "../../parts/Icon";
import { useTask } from "../../parts/useTask";
import { OutletCard, OutletPage, standing } from "./Outlets";

type Kind = Connector["kind"];

/** How it signs in besides by a password: to a ticket system by a token, to a mail server perhaps not at all. */
const OTHERWISE = { rt: "token", mail: "none" } as const;

/** What ends a ticket where nobody has said it: ConnectorDone of openapi.yaml. */
const DONE = ["resolved", "rejected", "deleted"];

type Queue = Record<"queue" | "to", Signal<string>>;

const queueOf = (queue: string, to: string): Queue => ({ queue: signal(queue), to: signal(to) });
const given = (rows: Queue[]) => rows.map(({ queue, to }) => ({ queue: queue.value.trim(), to: to.value.trim() })).filter(({ queue, to }) => queue || to);
const listOf = (text: string) => text.split(",").map((word) => word.trim()).filter(Boolean);

// ---- made and changed

function Queues({ rows, hint, error }: { rows: Signal<Queue[]>; hint: string; error: string | undefined }) {
  const words = a().connectors;
  return (
    <fieldset class="queues">
      <legend>{words.queues}</legend>
      <p class="field-note">{hint}</p>
      {rows.value.map((row, i) => (
        <div key={i} class="queue-pair">
          <input aria-label={words.ours(i + 1)} value={row.queue} maxLength={40} onInput={(event) => (row.queue.value = event.currentTarget.value)} />
          <span aria-hidden="true">→</span>
          <input aria-label={words.theirs(i + 1)} value={row.to} maxLength={500} onInput={(event) => (row.to.value = event.currentTarget.value)} />
          <button type="button" class="icon-button" aria-label={words.dropQueue(i + 1)} onClick={() => (rows.value = rows.value.filter((one) => one !== row))}>
            <Icon name="close" />
          </button>
        </div>
      ))}
      {error && <p class="field-note wrong">{error}</p>}
      <Button label={words.addQueue} kind="quiet" onPress={() => (rows.value = [...rows.value, queueOf("", "")])} />
    </fieldset>
  );
}

function useForm(connector: Connector | null) {
  return {
    name: useSignal(connector?.name ?? ""),
    url: useSignal(connector?.url ?? ""),
    kind: useSignal<Kind>(connector?.kind ?? "rt"),
    from: useSignal(connector?.from ?? ""),
    byPassword: useSignal(!connector || connector.login !== null ? "yes" : "no"),
    login: useSignal(connector?.login ?? ""),
    secret: useSignal(""),
    language: useSignal<string>(connector?.language ?? "pt-BR"),
    done: useSignal((connector?.done ?? []).join(", ")),
    queues: useSignal(connector ? connector.queues.map(({ queue, to }) => queueOf(queue, to)) : [queueOf("*", "")]),
  };
}

const hasSecret = (form: ReturnType<typeof useForm>) => form.byPassword.value === "yes" || form.kind.value === "rt";

/** What is not there yet, in words; null: it can be sent. */
function missing(form: ReturnType<typeof useForm>, connector: Connector | null): string | null {
  const words = a().connectors;
  const queues = given(form.queues.value);
  const byPassword = form.byPassword.value === "yes";
  const asks: Array<[boolean, string]> = [
    [!form.name.value.trim(), words.noName],
    [!form.url.value.trim(), a().outlets.noUrl],
    [form.kind.value === "mail" && !form.from.value.trim(), words.noFrom],
    [byPassword && !form.login.value.trim(), words.noLogin],
    [hasSecret(form) && !form.secret.value && (!connector || (connector.login !== null) !== byPassword), words.noSecret],
    [queues.length === 0 || queues.some(({ queue, to }) => !queue || !to), words.noQueue],
    [new Set(queues.map(({ queue }) => queue)).size < queues.length, words.doubled],
  ];
  return asks.find(([wrong]) => wrong)?.[1] ?? null;
}

/** A secret that is not written stays; `done` that is empty goes back to what the system means by it. */
function orderOf(form: ReturnType<typeof useForm>, connector: Connector | null) {
  const done = listOf(form.done.value);
  const isMail = form.kind.value === "mail";
  return {
    ...(connector ? {} : { kind: form.kind.value }),
    ...(isMail ? { from: form.from.value.trim() } : {}),
    name: form.name.value.trim(),
    url: form.url.value.trim(),
    ...(form.byPassword.value === "yes" ? { login: form.login.value.trim() } : connector ? { login: null } : {}),
    ...(hasSecret(form) && form.secret.value ? { secret: form.secret.value } : {}),
    language: form.language.value,
    queues: given(form.queues.value),
    ...(isMail ? {} : done.length ? { done } : connector?.done ? { done: DONE } : {}),
  };
}

function Edit({ connector, onClose }: { connector: Connector | null; onClose: () => void }) {
  const words = a().connectors;
  const { outlets } = a();
  const form = useForm(connector);
  const task = useTask();
  const kind = form.kind.value;
  const byPassword = form.byPassword.value === "yes";
  const ask = () => (connector ? patch("/connectors/" + connector.id, orderOf(form, connector)) : post("/connectors", orderOf(form, null), { once: true }));
  const send = () => void task.run(ask, () => (tell("ok", connector ? outlets.saved : words.made), onClose()));
  return (
    <Dialog
      title={connector ? outlets.edit(connector.name) : words.make}
      subtitle={connector ? words.kinds[kind] : undefined}
      onClose={onClose}
      wide
      problem={task.problem}
      confirm={{ label: connector ? outlets.save : words.make, onConfirm: send, busy: task.busy, reason: missing(form, connector) }}
    >
      {!connector && <Segments label={words.kind} value={form.kind} choices={words.kinds} />}
      <div class="pair">
        <Field label={outlets.name} value={form.name} maxLength={100} autofocus />
        <Field label={words.address} value={form.url} maxLength={1000} hint={words.urlHint[kind]} error={task.wrong("/url")} mono />
      </div>
      {kind === "mail" && <Field label={words.sender} value={form.from} maxLength={254} error={task.wrong("/from")} />}
      <Segments label={words.auth} value={form.byPassword} choices={{ yes: words.byPassword, no: words.by[OTHERWISE[kind]] }} />
      <div class="pair">
        {byPassword && <Field label={words.login} value={form.login} maxLength={100} error={task.wrong("/login")} />}
        {hasSecret(form) && (
          <Password
            label={byPassword ? words.password : words.token}
            value={form.secret}
            maxLength={200}
            autocomplete="new-password"
            hint={connector ? words.kept : words.sealed}
            error={task.wrong("/secret")}
          />
        )}
      </div>
      <Queues rows={form.queues} hint={words.queuesHint[kind]} error={task.problem?.errors.find((error) => error.pointer?.startsWith("/queues"))?.detail} />
      <div class="pair">
        <Choice label={words.language} value={form.language} choices={words.languages} />
        {kind === "rt" && <Field label={words.done} value={form.done} maxLength={400} hint={words.doneHint} />}
      </div>
    </Dialog>
  );
}

// ---- shown

function TryNow({ connector, onChange }: { connector: Connector; onChange: () => void }) {
  const words = a().connectors;
  const task = useTask();
  const send = () => void task.run(() => patch("/connectors/" + connector.id, {}), () => tell("ok", words.tried)).then(onChange);
  if (!connector.enabled || (connector.waiting === 0 && !connector.trouble)) return null;
  return <Button label={words.tryNow} icon="restart" busy={task.busy} onPress={send} />;
}

function Desk({ connector, onChange }: { connector: Connector; onChange: () => void }) {
  const words = a().connectors;
  return (
    <OutletCard
      outlet={connector}
      path={"/connectors/" + connector.id}
      state={standing(connector)}
      rows={[
        [words.kind, words.kinds[connector.kind]],
        [words.auth, connector.login ?? words.by[OTHERWISE[connector.kind]]],
        connector.from !== null && [words.sender, connector.from],
        [words.queues, connector.queues.map(({ queue, to }) => `${queue} → ${to}`).join(", ")],
        connector.failed > 0 && [words.refused, number(connector.failed, 0)],
      ]}
      deleteHint={words.deleteHint(number(connector.waiting, 0))}
      windows={[{ label: a().outlets.change, show: (close) => <Edit connector={connector} onClose={close} /> }]}
      tools={<TryNow connector={connector} onChange={onChange} />}
      onChange={onChange}
    >
      {connector.trouble && (
        <p class="note tone-warn below">
          <Icon name="alert" />
          <span>
            {words.trouble}: {connector.trouble}
          </span>
        </p>
      )}
    </OutletCard>
  );
}

export function Connectors() {
  return (
    <OutletPage<Connector>
      path="/connectors"
      words={a().connectors}
      card={(connector, onChange) => <Desk key={connector.id} connector={connector} onChange={onChange} />}
      make={(close) => <Edit connector={null} onClose={close} />}
    />
  );
}
