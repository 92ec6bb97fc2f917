// For level 2: what the device is, what it said in its own names, and how its sessions went.
import { useSignal } from "@preact/signals";
import { query, type ParameterList, type SessionList } from "../api";
import { duration, when } from "../format";
import { t } from "../i18n";
import { draft } from "../state/drafts";
import type { Home } from "../state/home";
import { can } from "../state/session";
import { attempt } from "../pages/commands";
import { Bones, Button, Card, Empty, Pill, ProblemNote, Rows } from "../parts/basic";
import { Field } from "../parts/fields";
import { useLoad } from "../parts/useLoad";

function Identity({ home }: { home: Home }) {
  const device = home.device.value!;
  const rows: Array<[string, string | null | undefined]> = [
    ["ID", device.id],
    ["OUI", device.oui],
    [t().facts["device.manufacturer"], device.manufacturer],
    [t().device.model, device.product_class],
    [t().facts["device.software"], device.software_version],
    [t().facts["device.hardware"], device.hardware_version],
    ["CWMP", [device.cwmp_version, device.root].filter(Boolean).join(" · ")],
    ["ConnectionRequestURL", device.connection_request_url],
    ["IP", device.source_address],
    [t().facts["contact.period_s"], device.period_s === null ? null : duration(device.period_s)],
  ];
  return (
    <Card title={t().tech.identity}>
      <Rows rows={rows.map(([name, value]) => (value ? [name, <span class="mono">{value}</span>] : null))} />
    </Card>
  );
}

function ParameterTable({ data }: { data: ParameterList["data"] }) {
  const words = t().tech;
  return (
    <div class="scroll tall" tabIndex={0}>
      <table class="parameters">
        <thead>
          <tr>
            <th scope="col">{words.name}</th>
            <th scope="col">{words.value}</th>
            <th scope="col">{words.type}</th>
            <th scope="col">{words.readAt}</th>
          </tr>
        </thead>
        <tbody>
          {data.map((row) => (
            <tr key={row.name}>
              <td class="mono">{row.name}</td>
              <td class="mono">{row.secret ? words.secret : (row.value ?? "—")}</td>
              <td class="small">
                {row.type} {row.writable && <span title={words.writable}>✎</span>}
              </td>
              <td class="small">{row.age_s === null ? "—" : t().time.ago(duration(row.age_s))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Parameters({ home }: { home: Home }) {
  const words = t().tech;
  const root = home.device.value!.root ?? "Device.";
  const path = draft("path." + home.id, root + "DeviceInfo.");
  const after = useSignal<string | null>(null);
  const whole = /^[A-Za-z_][\w.-]*$/.test(path.value) ? path.value : null;
  const { data, problem, again } = useLoad<ParameterList>(whole && `/devices/${home.id}/parameters` + query({ path: whole, after: after.value }));
  const branch = path.value.endsWith(".");
  return (
    <Card title={words.parameters}>
      <div class="filter-row">
        <Field label={words.filter} value={path} hint={words.filterHint} mono maxLength={256} />
        <Button
          label={words.reread}
          icon="refresh"
          reason={can("actions.run") && branch ? null : branch ? t().actions.forbidden : words.filterHint}
          onPress={() => void attempt(home.run("refresh", { path: path.value })).then(again)}
        />
      </div>
      <ProblemNote problem={problem} onRetry={again} />
      {!data && !problem && whole && <Bones lines={6} />}
      {data?.data.length === 0 && <Empty text={words.none} />}
      {data && data.data.length > 0 && <ParameterTable data={data.data} />}
      {data?.next && <Button label={t().app.more} onPress={() => (after.value = data.next)} />}
    </Card>
  );
}

function Sessions({ home }: { home: Home }) {
  const { data, problem, again } = useLoad<SessionList>(`/devices/${home.id}/sessions?limit=20`);
  const words = t().timeline;
  return (
    <Card title={t().tech.sessions}>
      <ProblemNote problem={problem} onRetry={again} />
      <ul class="plain-list sessions">
        {data?.data.map((session) => (
          <li key={session.started_at}>
            <time dateTime={session.started_at}>{when(session.started_at)}</time>
            <Pill tone={session.result === "completed" ? "ok" : "warn"}>{words.results[session.result]}</Pill>
            <span class="small">{session.events.join(", ")}</span>
            <span class="muted small">{session.detail}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function Technical({ home }: { home: Home }) {
  return (
    <div class="stack">
      <div class="two">
        <Identity home={home} />
        <Sessions home={home} />
      </div>
      <Parameters home={home} />
    </div>
  );
}
