// A note, and the end of a case: reason and fix are suggested by what was seen and done; only the outcome must be said.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { post, type Case, type CaseChoices } from "../api";
import { both, t } from "../i18n";
import { draft, forget } from "../state/drafts";
import type { Home } from "../state/home";
import { tell } from "../state/toasts";
import { Bones } from "../parts/basic";
import { Dialog } from "../parts/Dialog";
import { Area, Choice, Field, Segments } from "../parts/fields";
import { Say } from "../parts/Say";
import { useLoad } from "../parts/useLoad";
import { useTask } from "../parts/useTask";

interface Props {
  home: Home;
  close: () => void;
}

export function Note({ home, close }: Props) {
  const words = t().desk;
  const open = home.desk.value;
  const text = draft("note." + home.id);
  const { busy, problem, run } = useTask();
  if (!open) return null;
  const after = () => (forget("note." + home.id), close());
  const keep = async () => (home.desk.value = await post<Case>(`/cases/${open.id}/notes`, { text: text.value.trim() }, { once: true }));
  return (
    <Dialog
      title={words.noteTitle}
      subtitle={open.protocol}
      onClose={close}
      problem={problem}
      confirm={{ label: words.note, busy, reason: text.value.trim() ? null : words.noteText, onConfirm: () => void run(keep, after) }}
    >
      <Area label={words.noteText} value={text} maxLength={2000} autofocus />
    </Dialog>
  );
}

const labels = (rows: CaseChoices["reasons"], empty?: string) =>
  Object.fromEntries([...(empty ? [["", empty]] : []), ...rows.map((row) => [row.code, both(row.label)])]) as Record<string, string>;

function Form({ home, close, open, choices }: Props & { open: Case; choices: CaseChoices }) {
  const words = t().desk;
  const reason = useSignal(open.reason ?? open.suggested.reason ?? "");
  const unsaid = useRef(reason.value === "").current; // nothing suggests it: it is what is asked for first
  const fix = useSignal(open.fix ?? open.suggested.fix ?? "");
  const outcome = useSignal(choices.outcomes[0]?.code ?? "");
  const callback = useSignal("");
  const note = draft("close." + home.id);
  const { busy, problem, run } = useTask();
  const after = () => {
    forget("close." + home.id);
    tell("ok", `${words.closed} · ${open.protocol}`);
    close();
  };
  const end = async () => {
    const given = { reason: reason.value, fix: fix.value, outcome: outcome.value, note: note.value.trim(), callback_at: callback.value && new Date(callback.value).toISOString() };
    await post<Case>(`/cases/${open.id}/close`, Object.fromEntries(Object.entries(given).filter(([, value]) => value !== "")), { once: true });
    await home.loadCase();
  };
  const byNumber = (event: KeyboardEvent) => {
    const chosen = choices.outcomes[Number(event.key) - 1];
    if (chosen && !(event.target instanceof HTMLTextAreaElement || (event.target as HTMLInputElement).type === "datetime-local")) outcome.value = chosen.code;
  };
  return (
    <Dialog
      title={words.closeTitle}
      subtitle={open.protocol}
      onClose={close}
      problem={problem}
      onKey={byNumber}
      confirm={{ label: words.close, busy, reason: !outcome.value ? words.outcome : reason.value ? null : words.chooseReason, onConfirm: () => void run(end, after) }}
    >
      <Segments label={words.outcome} value={outcome} choices={labels(choices.outcomes)} />
      <div class="pair">
        <Choice label={words.reason} first={unsaid} value={reason} choices={labels(choices.reasons, words.none)} />
        <Choice label={words.fix} value={fix} choices={labels(choices.fixes, words.none)} />
      </div>
      <Field label={words.callback} value={callback} type="datetime-local" />
      <Area label={words.noteOptional} value={note} maxLength={2000} />
      <Say text={words.sayProtocol(open.protocol)} onCopy={() => home.noteScript(words.sayProtocol(open.protocol), "protocol")} />
    </Dialog>
  );
}

export function Close({ home, close }: Props) {
  const { data } = useLoad<CaseChoices>("/cases/choices");
  const open = home.desk.value;
  useEffect(() => {
    if (!open) close();
  }, [open]);
  if (!open) return null;
  if (!data)
    return (
      <Dialog title={t().desk.closeTitle} onClose={close}>
        <Bones lines={4} />
      </Dialog>
    );
  return <Form home={home} close={close} open={open} choices={data} />;
}
