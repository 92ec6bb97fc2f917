// To somebody who knows more: the queue, how urgent, and a summary that has written itself. The bundle is made by the server.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { post, type Case, type CaseChoices } from "../api";
import { both, t } from "../i18n";
import { draft, forget } from "../state/drafts";
import type { Home } from "../state/home";
import { tell } from "../state/toasts";
import { attempt } from "../pages/commands";
import { Bones } from "../parts/basic";
import { Dialog } from "../parts/Dialog";
import { Area, Choice } from "../parts/fields";
import { Say } from "../parts/Say";
import { useLoad } from "../parts/useLoad";
import { useTask } from "../parts/useTask";

interface Props {
  home: Home;
  close: () => void;
}

const SUMMARY_MAX = 2000;

/** The queue that a guide has named, as it is spelled here. */
const queueOf = (wanted: string | null, queues: string[]) => queues.find((name) => name.toLowerCase() === wanted?.toLowerCase());

function Along() {
  const words = t().escalate;
  return (
    <section class="along" aria-label={words.along}>
      <h3>{words.along}</h3>
      <ul>
        {words.alongItems.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
      <p class="small muted">{words.noSecrets}</p>
    </section>
  );
}

function Form({ home, close, open, choices }: Props & { open: Case; choices: CaseChoices }) {
  const words = t().escalate;
  const name = "escalate." + open.id;
  const suggested = open.suggested.summary;
  const summary = draft(name, suggested);
  const queue = useSignal(queueOf(home.queue.value, choices.queues) ?? open.queue ?? choices.queues[0] ?? "");
  const priority = useSignal(open.priority ?? "normal");
  // What nobody has changed is no draft: the next time it says what is known by then.
  const leave = () => (summary.value.trim() === suggested.trim() && forget(name), close());
  const { busy, problem, run, wrong } = useTask();
  const after = () => {
    forget(name);
    tell("ok", `${words.done(queue.value)} · ${open.protocol}`);
    close();
  };
  const go = async () => {
    const text = summary.value.trim();
    home.desk.value = await post<Case>(`/cases/${open.id}/escalate`, { queue: queue.value, priority: priority.value, ...(text ? { summary: text } : {}) }, { once: true });
  };
  return (
    <Dialog
      title={open.state === "escalated" ? words.again : words.title}
      subtitle={open.protocol}
      onClose={leave}
      problem={problem}
      wide
      confirm={{ label: words.escalate, busy, reason: queue.value ? null : words.queue, onConfirm: () => void run(go, after) }}
    >
      <div class="pair">
        <Choice label={words.queue} value={queue} choices={Object.fromEntries(choices.queues.map((one) => [one, one]))} />
        <Choice label={words.priority} value={priority} choices={Object.fromEntries(choices.priorities.map((row) => [row.code, both(row.label)]))} />
      </div>
      <Area label={words.summary} hint={words.summaryHint} error={wrong("/summary")} value={summary} maxLength={SUMMARY_MAX} rows={6} autofocus />
      <div class="pair">
        <Along />
        <Say text={words.say(open.protocol)} onCopy={() => home.noteScript(words.say(open.protocol), "escalate")} />
      </div>
    </Dialog>
  );
}

export function Escalate({ home, close }: Props) {
  const { data, problem, again } = useLoad<CaseChoices>("/cases/choices");
  const open = home.desk.value;
  useEffect(() => {
    if (!open) void attempt(home.openCase("list"));
    return () => void (home.queue.value = null);
  }, []);
  if (open && data) return <Form home={home} close={close} open={open} choices={data} />;
  return (
    <Dialog title={t().escalate.title} onClose={close} problem={problem} onRetry={again}>
      <Bones lines={5} />
    </Dialog>
  );
}
