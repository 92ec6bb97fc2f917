// Tests that the customer's own device makes. The sentence comes first, the numbers after it.
import { useSignal } from "@preact/signals";
import type { Action } from "../api";
import { number, when, withUnit } from "../format";
import { t } from "../i18n";
import { language } from "../state/language";
import { draft } from "../state/drafts";
import { hasEnded, type Home } from "../state/home";
import { Button, Card, Empty } from "../parts/basic";
import { Dialog } from "../parts/Dialog";
import { Field, Segments } from "../parts/fields";
import { StageBar, sentenceOf } from "../parts/Stages";
import { useAction } from "../parts/useAction";
import { ProblemNote } from "../parts/basic";
import { Bars } from "../parts/Bars";
import { PingRounds, Route, DnsTable } from "../parts/diagnosis";

const TESTS = ["ping", "traceroute", "dns", "download", "wifi_scan"] as const;
type Test = (typeof TESTS)[number];

interface Result {
  sentence?: { pt: string; en: string };
  mbps?: number;
  plan_mbps?: number;
  rounds?: Array<Record<string, unknown>>;
}

const resultOf = (action: Action) => (action.result ?? {}) as Result;

function paramsOf(test: Test, target: string): Record<string, unknown> {
  if (test === "ping") return { host: target, count: 5, rounds: 5 };
  if (test === "traceroute") return { host: target };
  return test === "dns" ? { name: target } : {};
}

function Speed({ result }: { result: Result }) {
  const words = t().diag;
  return (
    <>
      <p class="big-number">
        {withUnit(result.mbps ?? 0, "Mb/s")}
        {result.plan_mbps !== undefined && <span class="muted"> · {words.ofPlan(number(result.plan_mbps, 0) + " Mb/s")}</span>}
      </p>
      <p class="muted">{words.notWifi}</p>
    </>
  );
}

function Numbers({ action, home, test }: { action: Action; home: Home; test: Test }) {
  const result = resultOf(action);
  const rounds = result.rounds ?? [];
  if (test === "ping") return <PingRounds rounds={rounds} />;
  if (test === "traceroute") return <Route rounds={rounds} />;
  if (test === "dns") return <DnsTable rounds={rounds} />;
  if (test === "download") return <Speed result={result} />;
  return (
    <>
      {home.bands.value.map((band) => (
        <Bars key={band} home={home} band={band} />
      ))}
    </>
  );
}

function Outcome({ action, home, test }: { action: Action; home: Home; test: Test }) {
  const failure = action.failure as { detail?: string; sentence?: { pt: string; en: string } } | null;
  const told = resultOf(action).sentence ?? failure?.sentence;
  const sentence = told ? (language.value === "en" ? told.en : told.pt) : hasEnded(action) ? sentenceOf(action) : "";
  return (
    <Card kind={hasEnded(action) && action.state !== "succeeded" ? "tone-edge-bad" : ""}>
      {!hasEnded(action) && (
        <>
          <StageBar action={action} />
          <p class="muted">{sentenceOf(action)}</p>
        </>
      )}
      {sentence && (
        <p class="sentence" role="status">
          {sentence}
        </p>
      )}
      {action.state === "succeeded" && <Numbers action={action} home={home} test={test} />}
      {hasEnded(action) && <p class="small muted">{when(action.ended_at!)}</p>}
    </Card>
  );
}

export function Diagnostics({ home, close }: { home: Home; close: () => void }) {
  const words = t().diag;
  const test = useSignal<string>("ping");
  const host = draft("diag.host", "8.8.8.8");
  const name = draft("diag.name", "www.google.com");
  const { run, busy, problem } = useAction(home);
  const current = test.value as Test;
  const last = home.actions.value.find((action) => action.type === "diag." + current);
  const running = !!last && !hasEnded(last);
  const target = current === "dns" ? name : host;
  const begin = () => void run("diag." + current, paramsOf(current, target.value.trim()));
  const wantsTarget = current === "ping" || current === "traceroute" || current === "dns";
  return (
    <Dialog
      title={words.title}
      subtitle={words.subtitle}
      onClose={close}
      wide
      stays
      confirm={{ label: last ? words.again : words.run, onConfirm: begin, busy: busy || running, reason: wantsTarget && !target.value.trim() ? words.host : null }}
    >
      <Segments label={words.title} value={test} choices={Object.fromEntries(TESTS.map((kind) => [kind, words[kind]]))} />
      {wantsTarget && <Field key={current} label={current === "dns" ? words.name : words.host} value={target} hint={current === "ping" ? words.rounds : undefined} mono maxLength={253} />}
      {current === "download" && <p class="muted">{words.downWarn}</p>}
      {current === "wifi_scan" && <p class="muted">{words.scanWarn}</p>}
      <ProblemNote problem={problem} />
      {last ? <Outcome action={last} home={home} test={current} /> : <Empty icon="test" text={words.subtitle} />}
      {running && last.cancellable && <Button label={t().actions.cancel} kind="quiet" onPress={() => void home.cancel(last)} />}
    </Dialog>
  );
}
