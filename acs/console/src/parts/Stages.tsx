// The five stages of an action, the same for all, with the one that is under way and how long it has taken.
import type { Action } from "../api";
import { exactly, duration, secondsSince } from "../format";
import { t, wordFor } from "../i18n";
import { hasEnded, type Home } from "../state/home";
import { me } from "../state/session";
import { tell } from "../state/toasts";
import { Back } from "./Back";
import { Button, Pill, wordsOf, type Tone } from "./basic";
import { Say } from "./Say";

const STAGES = ["queued", "waking", "session", "running", "verifying"] as const;

export const nameOf = (action: Action) => wordFor(t().actions.names, action.type);

export function toneOf(action: Action): Tone {
  if (action.state === "succeeded") return "ok";
  if (action.state === "failed") return "bad";
  if (action.state === "expired") return "warn";
  return action.state === "cancelled" ? "unknown" : "busy";
}

const took = (action: Action) => (Date.parse(action.ended_at!) - Date.parse(action.created_at)) / 1000;
const READS = new Set(["refresh", "params.get", "diag.line", "diag.clients", "diag.hosts", "port_forward.list"]);

/** One sentence: how it ended, or what it is waiting for. */
export function sentenceOf(action: Action): string {
  const words = t().progress;
  const failure = action.failure as { detail?: string } | null;
  if (action.state === "succeeded") return (READS.has(action.type) ? words.read : words.done)(exactly(took(action)));
  if (action.state === "failed") return words.failed(failure?.detail ?? "");
  if (action.state === "expired") return words.expired;
  if (action.state === "cancelled") return words.cancelled;
  const next = action.wake.next_contact;
  const waits = action.state === "queued" || action.state === "waking";
  if (waits && action.wake.tries > 0 && action.wake.code !== "accepted")
    return next && secondsSince(next) < 0 ? words.waitContact(duration(-secondsSince(next))) : words.waitContactOpen;
  const progress = action.progress as { stage?: string; done?: number; total?: number } | null;
  if (progress?.stage === "wait_for_binding") return t().desk.trust.waits;
  if (progress?.total) return words.parameters(progress.done ?? 0, progress.total);
  return words.elapsed(exactly(secondsSince(action.created_at)));
}

export function StageBar({ action }: { action: Action }) {
  const at = action.state === "succeeded" ? STAGES.length : STAGES.indexOf(action.state as (typeof STAGES)[number]);
  return (
    <ol class="stages">
      {STAGES.map((stage, i) => {
        const last = i === STAGES.length - 1 && action.state === "succeeded";
        const state = i < at ? "past" : i === at ? "now" : "next";
        return (
          <li key={stage} class={state} aria-current={state === "now" ? "step" : undefined}>
            {last ? t().stage.succeeded : t().stage[stage]}
          </li>
        );
      })}
    </ol>
  );
}

function Tools({ action, home }: { action: Action; home: Home }) {
  const attempt = (what: Promise<unknown>) => what.catch((problem) => tell("bad", wordsOf(problem)));
  const undoable = action.undo_until && !action.undone_by && secondsSince(action.undo_until) < 0;
  return (
    <>
      {action.cancellable && !hasEnded(action) && (
        <Button label={t().actions.cancel} kind="quiet" onPress={() => attempt(home.cancel(action))} />
      )}
      {undoable && <Button label={t().actions.undo} icon="undo" onPress={() => attempt(home.undo(action))} />}
      {action.undone_by && <span class="muted">{t().actions.undone}</span>}
    </>
  );
}

const isAnothers = (action: Action) => me.value?.kind === "user" && action.created_by !== me.value.login;

/** No landmark: several of one kind may be there at once. */
export function ActionCard({ action, home }: { action: Action; home: Home }) {
  const open = !hasEnded(action);
  return (
    <article class={"card action-card tone-edge-" + toneOf(action)} aria-label={nameOf(action)}>
      <div class="card-head">
        <h2>{nameOf(action)}</h2>
        <Pill tone={toneOf(action)}>{t().stage[action.state]}</Pill>
        <span class="spring" />
        <Tools action={action} home={home} />
      </div>
      {(open || action.state === "succeeded") && <StageBar action={action} />}
      <p class={action.state === "failed" ? "bad-text" : "muted"}>
        {sentenceOf(action)}
        {isAnothers(action) && ` · ${action.created_by}`}
      </p>
      <Back home={home} of={action.id} />
      {open && action.type === "reboot" && <Say text={t().restart.say} onCopy={() => home.noteScript(t().restart.say, action.type)} />}
    </article>
  );
}
