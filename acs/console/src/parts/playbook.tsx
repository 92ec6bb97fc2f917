// A step of a guided call, and the way that led to it.
import { signal, type Signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { PlaybookRun } from "../api";
import { t, wordFor } from "../i18n";
import { Keys, Pill } from "./basic";
import { Field, Password } from "./fields";
import { Icon } from "./Icon";
import { Say } from "./Say";

type Param = NonNullable<PlaybookRun["params"]>[number];

/** names: what the steps are called, by what they are named in the playbook. */
export function Path({ run, names }: { run: PlaybookRun; names: Map<string, string> }) {
  const steps = run.path.filter((step) => !(step.input in t().guide.outcomes)); // the end has a place of its own
  if (steps.length === 0) return null;
  return (
    <ol class="guide-path" aria-label={t().guide.path}>
      {steps.slice(-6).map((step, i) => (
        <li key={i}>
          <Icon name="check" />
          <span>{names.get(step.step) ?? step.step}</span>
          <strong>{wordFor(t().guide.ways, step.input)}</strong>
          <span class="muted">{step.by === null ? t().guide.auto : step.by}</span>
          {step.detail && <span class="bad-text">{step.detail}</span>}
        </li>
      ))}
    </ol>
  );
}

function Param({ param, value }: { param: Param; value: Signal<string> }) {
  return param.secret ? <Password label={param.label} value={value} autocomplete="off" /> : <Field label={param.label} value={value} />;
}

interface StepProps {
  run: PlaybookRun;
  busy: boolean;
  onAnswer: (key: string, params?: Record<string, string>) => void;
}

export function Step({ run, busy, onAnswer }: StepProps) {
  const words = t().guide;
  const values = useMemo(() => Object.fromEntries((run.params ?? []).map((param) => [param.name, signal("")])), [run.revision]);
  const kind = run.state !== "asking" ? (run.kind === "do" ? words.doing : words.check) : run.kind === "say" ? words.say : run.kind === "do" ? words.doing : words.ask;
  const send = (key: string) => {
    const given = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.value]));
    onAnswer(key, run.params?.length && key === "go" ? given : undefined);
  };
  return (
    <section class="guide-step">
      {run.said.map((text) => (
        <Say key={text} text={text} />
      ))}
      <p class="muted">
        {run.state === "asking" ? kind : <Pill tone="busy">{kind}</Pill>}
      </p>
      <p class="guide-text">{run.text ?? run.label}</p>
      {run.warning && (
        <p class="note tone-warn">
          <Icon name="alert" />
          <span>{run.warning}</span>
        </p>
      )}
      {run.state === "asking" && (run.params ?? []).map((param) => <Param key={param.name} param={param} value={values[param.name]!} />)}
      <div class="answers">
        {run.answers.map((one) => (
          <button key={one.key} type="button" class="button" aria-disabled={busy || undefined} onClick={() => busy || send(one.key)}>
            <Keys keys={String(one.number)} /> <span>{one.label}</span>
          </button>
        ))}
      </div>
    </section>
  );
}
