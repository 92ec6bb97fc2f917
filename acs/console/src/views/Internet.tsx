// The connection: what comes in, what session runs on it, and their history.
import { useSignal } from "@preact/signals";
import { duration } from "../format";
import { t } from "../i18n";
import type { Home } from "../state/home";
import { Chart, type Limit } from "../parts/Chart";
import { Card, Empty, Rows } from "../parts/basic";
import { Segments } from "../parts/fields";
import { marksOf } from "../parts/marks";
import { factLabel, factValue } from "./VerdictCard";

const LINK = ["wan.access", "wan.link", "wan.link_mbps", "wan.link_duplex", "wan.optical.rx_dbm", "wan.optical.tx_dbm", "wan.optical.fall_7d_db",
  "wan.optical.temperature_c", "wan.optical.fec_errors", "wan.dsl.status", "wan.dsl.down_kbps", "wan.dsl.up_kbps", "wan.dsl.down_margin_db",
  "wan.dsl.up_margin_db", "wan.dsl.down_attenuation_db", "wan.dsl.up_attenuation_db", "wan.dsl.crc_errors", "wan.vlan", "wan.mac"];
const SESSION = ["wan.status", "wan.uptime_s", "wan.drops_24h", "wan.last_error", "wan.ppp.status", "wan.ppp.username", "wan.ppp.last_error",
  "wan.ipoe.status", "wan.ip", "wan.gateway", "wan.dns_servers", "wan.ipv6", "wan.ipv6_prefix", "wan.mtu"];
const SPEED = ["plan.down_mbps", "plan.up_mbps", "test.download_mbps", "test.upload_mbps", "test.ping_ms", "test.ping_loss_percent"];

/** Those of the facts that are known, each with its age if it was read from the device. */
export function Facts({ home, names, title }: { home: Home; names: string[]; title: string }) {
  const known = names.map((name) => home.facts.value.get(name)).filter((fact) => fact !== undefined);
  if (known.length === 0) return null;
  return (
    <Card title={title}>
      <Rows
        rows={known.map((fact) => [
          factLabel(fact.name),
          <>
            {factValue(fact.value, fact.unit)} {!fact.told && fact.age_s > 60 && <span class="age">{t().time.ago(duration(fact.age_s))}</span>}
          </>,
        ])}
      />
    </Card>
  );
}

function charts(home: Home): Array<{ name: string; limits: Limit[] }> {
  const all = [
    { name: "wan.optical.rx_dbm", limits: [{ value: -27, tone: "bad" as const }, { value: -25, tone: "warn" as const }] },
    { name: "wan.dsl.down_margin_db", limits: [{ value: 6, tone: "warn" as const }] },
    { name: "wan.dsl.down_kbps", limits: [] },
    { name: "wan.uptime_s", limits: [] },
    { name: "test.download_mbps", limits: [] },
    { name: "test.ping_ms", limits: [] },
  ];
  return all.filter((chart) => home.value(chart.name) !== undefined);
}

export function Internet({ home }: { home: Home }) {
  const days = useSignal("1");
  const words = t().internet;
  const drawn = charts(home);
  const any = [...LINK, ...SESSION].some((name) => home.value(name) !== undefined);
  if (!any) return <Empty icon="plug" text={words.none} />;
  return (
    <div class="stack">
      <div class="three">
        <Facts home={home} names={LINK} title={words.link} />
        <Facts home={home} names={SESSION} title={words.session} />
        <Facts home={home} names={SPEED} title={words.speed} />
      </div>
      {drawn.length > 0 && (
        <div class="row-tools">
          <Segments label={t().time.range} value={days} choices={t().time.days} />
        </div>
      )}
      <div class="two">
        {drawn.map((chart) => (
          <Card key={chart.name}>
            <Chart device={home.id} name={chart.name} title={factLabel(chart.name)} days={Number(days.value)} limits={chart.limits} marks={marksOf(home)} />
          </Card>
        ))}
      </div>
    </div>
  );
}
