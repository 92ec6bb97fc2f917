// A call that is guided: it checks by itself, asks with numbered answers, does, and says how the call ends.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { get, post, Problem, query, type Both, type Playbook, type PlaybookList, type PlaybookRun, type PlaybookRunList } from "../api";
import { duration, secondsSince } from "../format";
import { both, t } from "../i18n";
import type { Home } from "../state/home";
import { can } from "../state/session";
import { Bones, Button, Empty, Pill } from "../parts/basic";
import { Dialog } from "../parts/Dialog";
import { Icon } from "../parts/Icon";
import { useLoad } from "../parts/useLoad";
import { Path, Step } from "../parts/playbook";

const LOOK_MS = 1500;
const MOVES = new Set(["pausing", "refreshing", "doing"]);

function useRun() {
  const run = useSignal<PlaybookRun | null>(null);
  const problem = useSignal<Problem | null>(null);
  const busy = useSignal(false);
  const move = async (what: () => Promise<PlaybookRun>) => {
    if (busy.value) return;
    busy.value = true;
    try {
      run.value = await what();
      problem.value = null;
    } catch (error) {
      problem.value = error as Problem;
    }
    busy.value = false;
  };
  const state = run.value?.state ?? "";
  useEffect(() => {
    if (!MOVES.has(state)) return;
    const timer = setInterval(() => void move(() => get<PlaybookRun>("/playbook-runs/" + run.value!.id)), LOOK_MS);
    return () => clearInterval(timer);
  }, [state]);
  return { run: run.value, problem: problem.value, busy: busy.value, move };
}
type Runner = ReturnType<typeof useRun>;

const at = (run: PlaybookRun, verb: string) => `/playbook-runs/${run.id}/${verb}`;

function answer(runner: Runner, key: string, params?: Record<string, string>): void {
  const run = runner.run!;
  void runner.move(() => post<PlaybookRun>(at(run, "answer"), { answer: key, revision: run.revision, ...(params ? { params } : {}) }, { once: true }));
}

function Choose({ home, runner }: { home: Home; runner: Runner }) {
  const { data } = useLoad<PlaybookList>("/playbooks");
  const open = useLoad<PlaybookRunList>("/playbook-runs" + query({ device: home.id, state: "open", limit: 1 }));
  const words = t().guide;
  const suggested = home.verdict.value?.causes[0]?.playbook;
  const begun = open.data?.data[0];
  const begin = (playbook: string) => void runner.move(() => post<PlaybookRun>("/playbook-runs", { device: home.id, playbook }, { once: true }));
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => list.current?.querySelector("button")?.focus(), [!data]);
  const sorted = [...(data?.data ?? [])].sort((a, b) => Number(b.id === suggested) - Number(a.id === suggested));
  if (!data) return <Bones lines={5} />;
  if (sorted.length === 0) return <Empty icon="guide" text={words.none} />;
  return (
    <>
      {begun && (
        <div class="note tone-busy">
          <Icon name="guide" />
          <span>{words.resumeHint}</span>
          <Button label={words.resume} kind="primary" onPress={() => void runner.move(() => get<PlaybookRun>("/playbook-runs/" + begun.id))} />
        </div>
      )}
      <ul class="plain-list choices" ref={list}>
        {sorted.map((playbook) => (
          <li key={playbook.id}>
            <button type="button" class="choice" onClick={() => begin(playbook.id)}>
              <strong>{playbook.title}</strong>
              <span class="muted">{playbook.symptom}</span>
              {playbook.id === suggested && <Pill tone="info">{words.suggested}</Pill>}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The guide has said how the call ends: one press does it. */
function EndTools({ run, home }: { run: PlaybookRun; home: Home }) {
  if (!can("cases.work")) return null;
  const isEscalation = run.end!.outcome === "escalate";
  const next = () => {
    home.queue.value = run.end!.to;
    home.dialog.value = isEscalation ? "escalate" : "close";
  };
  if (!isEscalation && !home.desk.value) return null;
  return <Button label={isEscalation ? t().escalate.title : t().desk.closeTitle} kind="primary" onPress={next} />;
}

function End({ run, home }: { run: PlaybookRun; home: Home }) {
  const words = t().guide;
  if (!run.end) return null;
  const more = [run.end.to && words.to(run.end.to), run.end.sla_s !== null && words.within(duration(run.end.sla_s))];
  return (
    <section class="guide-step tone-edge-ok">
      <p class="muted">{words.ended}</p>
      <p class="guide-text">
        {words.outcomes[run.end.outcome]} {more.filter(Boolean).join(" · ")}
      </p>
      <EndTools run={run} home={home} />
    </section>
  );
}

function Walk({ runner, home }: { runner: Runner; home: Home }) {
  const run = runner.run!;
  const words = t().guide;
  const { data } = useLoad<Playbook>("/playbooks/" + run.playbook);
  const done = (data?.steps ?? []).filter((step) => step.kind === "do" && step.text); // what is asked has words that are filled in
  const names = new Map(done.map((step) => [step.name, both(step.text as Both)]));
  const waits = run.wait_until && secondsSince(run.wait_until) < 0 ? words.waiting(duration(-secondsSince(run.wait_until))) : null;
  return (
    <>
      <Path run={run} names={names} />
      {run.state === "ended" ? <End run={run} home={home} /> : <Step key={run.revision} run={run} busy={runner.busy} onAnswer={(key, params) => answer(runner, key, params)} />}
      {waits && <p class="muted">{waits}</p>}
      {run.state === "stuck" && <p class="note tone-warn">{words.stuck}</p>}
    </>
  );
}

export function Guide({ home, close }: { home: Home; close: () => void }) {
  const runner = useRun();
  const words = t().guide;
  const run = runner.run;
  const keys = (event: KeyboardEvent) => {
    const typing = event.target instanceof HTMLInputElement;
    const chosen = run?.answers.find((one) => String(one.number) === event.key);
    if (!chosen || typing || event.ctrlKey || event.altKey || (run!.params?.length && chosen.key === "go")) return;
    event.preventDefault();
    answer(runner, chosen.key);
  };
  const back = run && run.state !== "ended" && run.path.some((step) => step.by !== null);
  return (
    <Dialog
      title={run ? `${words.title}: ${run.title}` : words.choose}
      subtitle={run ? words.step(run.position, run.of) : home.device.value!.serial}
      onClose={close}
      problem={runner.problem}
      onKey={keys}
      wide
      foot={
        <>
          {back && <Button label={words.back} icon="back" kind="quiet" onPress={() => void runner.move(() => post<PlaybookRun>(at(run, "back"), undefined, { once: true }))} />}
          <span class="muted small">{run && words.nothingLost}</span>
        </>
      }
    >
      {run ? <Walk runner={runner} home={home} /> : <Choose home={home} runner={runner} />}
    </Dialog>
  );
}
