// Where other systems are told what happens, and what became of each message.
import { useSignal } from "@preact/signals";
import { patch, post, type Webhook } from "../../api";
import { number, when } from "../../format";
import { a } from "../../i18n/admin";
import { tell } from "../../state/toasts";
import { Button } from "../../parts/basic";
import { Dialog } from "../../parts/Dialog";
import { Field } from "../../parts/fields";
import { useTask } from "../../parts/useTask";
import { OnceShown } from "./common";
import { eventName, OutletCard, OutletPage, standing, type OutletState } from "./Outlets";

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
                <span>{eventName(`${kind}.${event}`)}</span>
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
  const { outlets } = a();
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
    if (done && webhook) (tell("ok", outlets.saved), onClose());
  };
  if (made.value)
    return (
      <Dialog title={words.made(made.value.name)} onClose={onClose}>
        <OnceShown label={words.secret} text={made.value.secret!} hint={words.secretHint} />
      </Dialog>
    );
  const reason = !name.value.trim() ? words.noName : !url.value.trim() ? outlets.noUrl : events.value.length === 0 ? words.noEvent : null;
  return (
    <Dialog
      title={webhook ? outlets.edit(webhook.name) : words.make}
      onClose={onClose}
      wide
      problem={task.problem}
      confirm={{ label: webhook ? outlets.save : words.make, onConfirm: () => void send(), busy: task.busy, reason }}
    >
      <Field label={outlets.name} value={name} maxLength={100} autofocus />
      <Field label={outlets.url} value={url} maxLength={1000} hint={outlets.urlHint} error={task.wrong("/url")} mono />
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

function stateOf(webhook: Webhook): OutletState {
  const { why } = a().webhooks;
  const known = webhook.disabled_why as keyof typeof why | null;
  return !webhook.enabled && known && why[known] ? ["bad", why[known]] : standing(webhook);
}

function Hook({ webhook, onChange }: { webhook: Webhook; onChange: () => void }) {
  const words = a().webhooks;
  return (
    <OutletCard
      outlet={webhook}
      path={"/webhooks/" + webhook.id}
      state={stateOf(webhook)}
      rows={[[words.what, webhook.events.map(eventName).join(", ")]]}
      lastRows={[webhook.old_secret_until !== null && [words.oldSecret, when(webhook.old_secret_until)]]}
      deleteHint={words.deleteHint(number(webhook.waiting, 0))}
      windows={[
        { label: a().outlets.change, show: (close) => <Edit webhook={webhook} onClose={close} /> },
        { label: words.rotate, quiet: true, show: (close) => <Rotate webhook={webhook} onClose={close} /> },
      ]}
      onChange={onChange}
    />
  );
}

export function Webhooks() {
  return (
    <OutletPage<Webhook>
      path="/webhooks"
      words={a().webhooks}
      card={(webhook, onChange) => <Hook key={webhook.id} webhook={webhook} onChange={onChange} />}
      make={(close) => <Edit webhook={null} onClose={close} />}
    />
  );
}
