// One sentence with its evidence and the age of it, what to say, and what to do. Always there, even if all is well.
import { useSignal } from "@preact/signals";
import type { Verdict } from "../api";
import { duration, number, withUnit } from "../format";
import { both, t, wordFor } from "../i18n";
import type { Home, Value } from "../state/home";
import { can } from "../state/session";
import { Bones, Button, Pill, type Tone } from "../parts/basic";
import { Say } from "../parts/Say";

export type Cause = Verdict["causes"][number];
type Evidence = Cause["evidence"][number];

/** "wifi.2g.channel" as "Wi-Fi 2,4 GHz …": what has no word of its own keeps its name. */
export function factLabel(name: string): string {
  const band = /^wifi\.(2g|5g|6g)\.(.+)$/.exec(name);
  const words = t().wifi;
  if (!band) return wordFor(t().facts, name.replace(/\.\d+\./, ".{n}."));
  const columns: Record<string, string> = {
    ssid: words.ssid,
    channel: words.channel,
    width: words.width,
    security: words.security,
    channel_neighbours: words.onChannel,
    best_channel: words.bestChannel,
    best_channel_neighbours: words.onBestChannel,
    enabled: words.on,
    radio: words.on,
  };
  return `Wi-Fi ${words.band[band[1] as "2g"]} ${(columns[band[2]!] ?? band[2]!).toLowerCase()}`;
}

/** What a device says in a word of the standard, as people say it; names stay as they are written. */
export function toldWord(value: string): string {
  const word = value.replace(/^ERROR_/, "").toLowerCase();
  const told = wordFor(t().values, word);
  return told === word ? value.replaceAll(",", ", ") : told;
}

export function factValue(value: Value, unit: string): string {
  if (typeof value === "boolean") return value ? t().app.yes : t().app.no;
  if (typeof value === "string") return toldWord(value);
  return unit === "s" ? duration(value) : withUnit(value, unit, Math.abs(value) < 100 ? 1 : 0);
}

export function EvidenceItem({ evidence }: { evidence: Evidence }) {
  const words = t().verdict;
  const limit = evidence.threshold;
  return (
    <li>
      <span class="muted">{factLabel(evidence.fact)}</span> <strong>{factValue(evidence.value, evidence.unit)}</strong>
      {limit && <span class="muted"> · {words.limit(withUnit(limit.value, limit.unit))}</span>}
      {evidence.age_s > 0 && <span class="muted"> · {t().time.ago(duration(evidence.age_s))}</span>}
    </li>
  );
}

const sure = (confidence: number) => (confidence >= 0.8 ? t().verdict.high : confidence >= 0.6 ? t().verdict.medium : t().verdict.low);

function Other({ cause }: { cause: Cause }) {
  return (
    <li>
      <Pill tone={cause.severity as Tone} />
      <div>
        <p>
          <strong>{both(cause.headline)}</strong>
        </p>
        <p class="muted">{both(cause.next)}</p>
      </div>
    </li>
  );
}

function Others({ verdict }: { verdict: Verdict }) {
  const open = useSignal(false);
  const words = t().verdict;
  if (verdict.causes.length < 2) return null;
  return (
    <div class="others">
      <button type="button" class="link" aria-expanded={open.value} onClick={() => (open.value = !open.value)}>
        {open.value ? words.less : words.more(verdict.causes.length - 1)}
      </button>
      {open.value && (
        <ul class="plain-list">
          {verdict.causes.slice(1).map((cause) => (
            <Other key={cause.code} cause={cause} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Missing({ verdict }: { verdict: Verdict }) {
  if (verdict.missing.length === 0) return null;
  const words = t().verdict;
  return (
    <details class="missing">
      <summary>{words.missing(verdict.missing.length)}</summary>
      <ul>
        {verdict.missing.map((fact) => (
          <li key={fact.fact}>
            {factLabel(fact.fact)} · <span class="muted">{fact.why === "stale" && fact.age_s !== null ? `${words.stale}, ${t().time.ago(duration(fact.age_s))}` : words.notKnown}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

export function VerdictCard({ home }: { home: Home }) {
  const verdict = home.verdict.value;
  const words = t().verdict;
  if (!verdict) return <Bones lines={5} />;
  const cause = verdict.causes[0]!;
  const age = verdict.inputs.newest_age_s;
  return (
    <section class={"card verdict tone-edge-" + cause.severity} aria-label={words.title}>
      <div class="verdict-head">
        <Pill tone={cause.severity as Tone} />
        <h2>{both(cause.headline)}</h2>
        {cause.playbook && (
          <Button
            label={words.guide}
            icon="guide"
            keys="g"
            kind="primary"
            reason={can("playbooks.run") ? null : t().actions.forbidden}
            onPress={() => (home.dialog.value = "guide")}
          />
        )}
      </div>
      <ul class="evidence">
        {cause.evidence.map((evidence) => (
          <EvidenceItem key={evidence.fact} evidence={evidence} />
        ))}
        <li class="muted">
          {words.confidence} {sure(cause.confidence)} ({number(cause.confidence * 100, 0)}&nbsp;%){age !== null && <> · {words.asOf(t().time.ago(duration(age)))}</>}
        </li>
      </ul>
      <Say text={both(cause.say)} onCopy={() => home.noteScript(both(cause.say), cause.code)} />
      <p class="next">
        <strong>{words.next}:</strong> {both(cause.next)}
      </p>
      <div class="verdict-foot">
        <Others verdict={verdict} />
        <Missing verdict={verdict} />
      </div>
    </section>
  );
}
