// The small things that every page is made of.
import type { ComponentChildren } from "preact";
import { t } from "../i18n";
import { Problem } from "../api";
import { tell } from "../state/toasts";
import { Icon, type IconName } from "./Icon";

export type Tone = "ok" | "warn" | "bad" | "unknown" | "busy" | "info";

const SHAPES: Record<Tone, string> = { ok: "✓", warn: "▲", bad: "✕", unknown: "?", busy: "◌", info: "i" };

/** Colour is never the only sign: a shape and a word go with it. */
export function Pill({ tone, children }: { tone: Tone; children?: ComponentChildren }) {
  return (
    <span class={"pill tone-" + tone}>
      <span class={"shape" + (tone === "busy" ? " turning" : "")} aria-hidden="true">
        {SHAPES[tone]}
      </span>
      <span>{children ?? t().tone[tone]}</span>
    </span>
  );
}

interface ButtonProps {
  label: string;
  onPress: () => void;
  icon?: IconName;
  keys?: string;
  kind?: "primary" | "danger" | "quiet";
  reason?: string | null; // why it cannot be pressed
  busy?: boolean;
}

/** A button that cannot be pressed stays in the order of focus and says why. */
export function Button({ label, onPress, icon, keys, kind, reason, busy }: ButtonProps) {
  const off = !!reason || !!busy;
  return (
    <button
      type="button"
      class={"button " + (kind ?? "")}
      aria-disabled={off || undefined}
      title={reason ?? undefined}
      aria-busy={busy || undefined}
      onClick={() => off || onPress()}
    >
      {icon && <Icon name={icon} />}
      <span>{label}</span>
      {keys && <Keys keys={keys} />}
      {reason && <span class="unseen">{reason}</span>}
    </button>
  );
}

/** The keys that do the same; screen readers have aria of their own for that. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span class="keys" aria-hidden="true">
      {keys.split(" ").map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  );
}

export function Card({ title, tools, children, kind }: { title?: string; tools?: ComponentChildren; children: ComponentChildren; kind?: string }) {
  return (
    <section class={"card " + (kind ?? "")} aria-label={title}>
      {title && (
        <div class="card-head">
          <h2>{title}</h2>
          {tools}
        </div>
      )}
      {children}
    </section>
  );
}

export function Empty({ icon, text, hint }: { icon?: IconName; text: string; hint?: string }) {
  return (
    <div class="empty">
      {icon && <Icon name={icon} />}
      <p>{text}</p>
      {hint && <p class="muted">{hint}</p>}
    </div>
  );
}

export function wordsOf(problem: Problem): string {
  if (problem.status === 0) return t().problem.network;
  if (problem.code === "invalid") return t().problem.invalid;
  return problem.detail || (problem.status === 403 ? t().problem.forbidden : "");
}

/** The server's words for programs (a pattern, an id) are none for people: what is expected stands below the field. */
const detailsOf = (problem: Problem) => [...new Set(problem.errors.filter((error) => error.code !== "pattern" && error.code !== "action").map((error) => error.detail))];

export function ProblemNote({ problem, onRetry }: { problem: Problem | null; onRetry?: () => void }) {
  if (!problem) return null;
  return (
    <div class="note tone-bad" role="alert">
      <Icon name="alert" />
      <div>
        <p>{wordsOf(problem)}</p>
        {detailsOf(problem).map((detail) => (
          <p key={detail} class="small">
            {detail}
          </p>
        ))}
      </div>
      {onRetry && <Button label={t().app.retry} onPress={onRetry} kind="quiet" />}
    </div>
  );
}

/** In the place of a whole page: what is wrong, and the two ways on. */
export function PageProblem({ problem, missing, onRetry }: { problem: Problem; missing: string; onRetry: () => void }) {
  const isMissing = problem.status === 404;
  return (
    <div class="empty" role="alert">
      <Icon name="alert" />
      <h1>{isMissing ? missing : t().problem.page}</h1>
      {!isMissing && <p>{wordsOf(problem)}</p>}
      <div class="row-tools">
        {!isMissing && <Button label={t().app.retry} onPress={onRetry} kind="primary" />}
        <a class="button" href="/">
          {t().app.backHome}
        </a>
      </div>
    </div>
  );
}

/** Grey shapes where text will be; nothing moves once it is there. */
export function Bones({ lines = 3 }: { lines?: number }) {
  return (
    <div class="bones" role="status" aria-label={t().app.loading}>
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} />
      ))}
    </div>
  );
}

export function Rows({ rows }: { rows: Array<[string, ComponentChildren] | null | false | undefined> }) {
  return (
    <dl class="rows">
      {rows.map(
        (row) =>
          row && (
            <div key={row[0]}>
              <dt>{row[0]}</dt>
              <dd>{row[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

/** Clipboards need TLS; without it the old way still works. */
export async function copyText(text: string, said: string): Promise<void> {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
  } else {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "unseen";
    (document.querySelector("dialog[open]") ?? document.body).append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  tell("ok", said);
}
