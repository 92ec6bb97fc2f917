// What was asked of this home beside what it has; where they differ it is asked again.
import { query, type Answers } from "../api";
import { duration, secondsSince } from "../format";
import { t } from "../i18n";
import { attempt } from "../pages/commands";
import { Bones, Button, Card, Empty, Pill, ProblemNote, type Tone } from "../parts/basic";
import { useLoad } from "../parts/useLoad";
import type { Home } from "../state/home";
import { can } from "../state/session";
import { startCountdown } from "../state/toasts";
import { factLabel, factValue } from "./VerdictCard";
import { standingOf, wantedOf, type Standing, type Wanted } from "./wanted";

const MOST = 200;
const LOOK_MS = 20000;
const TONES: Record<Standing, Tone> = { ok: "ok", differs: "warn", unknown: "unknown" };
const NEEDS: Record<string, string> = { "wifi.set_channel": "actions.run", "wifi.enable": "actions.run", "wifi.set_ssid": "actions.run" };

function Row({ home, wanted }: { home: Home; wanted: Wanted }) {
  const words = t().config;
  const standing = standingOf(home, wanted);
  const fact = home.facts.value.get(wanted.fact);
  return (
    <tr>
      <th scope="row">{factLabel(wanted.fact)}</th>
      <td>{factValue(wanted.value, fact?.unit ?? "")}</td>
      <td>{fact ? factValue(fact.value, fact.unit) : "—"}</td>
      <td>
        <Pill tone={TONES[standing]}>{words.standings[standing]}</Pill>
      </td>
      <td class="muted">
        {wanted.action.created_by} · {t().time.ago(duration(secondsSince(wanted.action.created_at)))}
      </td>
    </tr>
  );
}

/** Each change once, however many facts of it differ. A password is not kept: its login is asked for in its own window. */
function again(home: Home, wanted: Wanted[]): void {
  const changes = [...new Set(wanted.map(({ action }) => action))];
  const [logins, others] = [changes.filter(({ type }) => type === "wan.set_pppoe"), changes.filter(({ type }) => type !== "wan.set_pppoe")];
  if (others.length > 0)
    startCountdown(t().config.countdown, () => void attempt(others.reduce<Promise<unknown>>((before, { type, params }) => before.then(() => home.run(type, params as Record<string, unknown>)), Promise.resolve())));
  else if (logins.length > 0) home.dialog.value = "pppoe";
}

export function Config({ home }: { home: Home }) {
  const words = t().config;
  const { data, problem, again: reload } = useLoad<Answers["action_list"]>(`/devices/${home.id}/actions` + query({ state: "ended", limit: MOST }), LOOK_MS);
  if (problem) return <ProblemNote problem={problem} onRetry={reload} />;
  if (!data) return <Bones lines={6} />;
  const wanted = wantedOf(home, data.data);
  if (wanted.length === 0) return <Empty icon="check" text={words.none} hint={words.noneHint} />;
  const differing = wanted.filter((one) => standingOf(home, one) === "differs");
  const may = differing.every(({ action }) => can(NEEDS[action.type] ?? "homes.configure"));
  const reason = differing.length === 0 ? words.allWell : may ? null : t().actions.forbidden;
  return (
    <Card title={differing.length === 0 ? words.allWell : words.differ(differing.length)} tools={<Button label={words.again} icon="refresh" reason={reason} onPress={() => again(home, differing)} />}>
      <p class="muted">{words.hint}</p>
      <div class="scroll" tabIndex={0}>
        <table class="wanted">
          <thead>
            <tr>
              {words.columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {wanted.map((one) => (
              <Row key={one.fact} home={home} wanted={one} />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
