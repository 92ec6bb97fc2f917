// What whoever takes an escalated case does with it: gives it back with advice, or sends somebody there.
import { useSignal } from "@preact/signals";
import { post, type Case, type CaseChoices } from "../api";
import { t } from "../i18n";
import { draft, forget } from "../state/drafts";
import { tell } from "../state/toasts";
import { Dialog } from "../parts/Dialog";
import { Area, Choice, Field, Tick } from "../parts/fields";
import { useLoad } from "../parts/useLoad";
import { useTask } from "../parts/useTask";

interface Props {
  open: Case;
  close: () => void;
  done: () => void; // it was sent
}

const TEXT_MAX = 2000;

export function GiveBack({ open, close, done }: Props) {
  const words = t().escalate;
  const name = "advice." + open.id;
  const advice = draft(name);
  const lacked = useSignal(false);
  const { busy, problem, run, wrong } = useTask();
  const after = () => {
    forget(name);
    tell("ok", `${words.givenBack(open.agent)} · ${open.protocol}`);
    close();
    done();
  };
  const go = () => post<Case>(`/cases/${open.id}/return`, { advice: advice.value.trim(), lacked_data: lacked.value }, { once: true });
  return (
    <Dialog
      title={words.giveBackTitle}
      subtitle={`${open.agent} · ${open.protocol}`}
      onClose={close}
      problem={problem}
      confirm={{ label: words.giveBack, busy, reason: advice.value.trim() ? null : words.giveBackHint, onConfirm: () => void run(go, after) }}
    >
      <Area label={words.giveBackHint} value={advice} error={wrong("/advice")} maxLength={TEXT_MAX} rows={5} autofocus />
      <Tick label={words.lackedData} hint={words.lackedHint} value={lacked} />
    </Dialog>
  );
}

const FIELD = /campo|field/i;

function VisitForm({ open, close, done, queues }: Props & { queues: string[] }) {
  const words = t().escalate;
  const name = "visit." + open.id;
  const note = draft(name);
  const queue = useSignal(queues.find((one) => FIELD.test(one)) ?? queues[0] ?? "");
  const at = useSignal("");
  const isPast = at.value !== "" && Date.parse(at.value) < Date.now();
  const { busy, problem, run, wrong } = useTask();
  const after = () => {
    forget(name);
    tell("ok", `${words.visitDone} · ${open.protocol}`);
    close();
    done();
  };
  const go = () =>
    post<Case>(
      `/cases/${open.id}/visit`,
      { queue: queue.value, ...(at.value ? { for: new Date(at.value).toISOString() } : {}), ...(note.value.trim() ? { note: note.value.trim() } : {}) },
      { once: true },
    );
  return (
    <Dialog
      title={words.visitTitle}
      subtitle={open.protocol}
      onClose={close}
      problem={problem}
      confirm={{ label: words.visitOrder, busy, reason: isPast ? words.past : queue.value ? null : words.queue, onConfirm: () => void run(go, after) }}
    >
      <div class="pair">
        <Choice label={words.queue} value={queue} choices={Object.fromEntries(queues.map((one) => [one, one]))} />
        <Field label={words.visitWhen} hint={t().app.optional} value={at} type="datetime-local" error={isPast ? words.past : wrong("/for")} />
      </div>
      <Area label={words.visitNote} hint={t().app.optional} value={note} error={wrong("/note")} maxLength={TEXT_MAX} rows={4} autofocus />
    </Dialog>
  );
}

export function Visit(props: Props) {
  const { data, problem, again } = useLoad<CaseChoices>("/cases/choices");
  if (data) return <VisitForm {...props} queues={data.queues} />;
  return <Dialog title={t().escalate.visitTitle} onClose={props.close} problem={problem} onRetry={again} />;
}
