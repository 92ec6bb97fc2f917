// The home network: its ports, who is in it, and the ports that are forwarded.
import { number, withUnit } from "../format";
import { t } from "../i18n";
import type { Home } from "../state/home";
import { Card, Empty, Pill, type Tone } from "../parts/basic";
import { Facts } from "./Internet";

function Ports({ home }: { home: Home }) {
  const words = t().lan;
  const rows = home.rows("lan.ports");
  const plan = home.number("plan.down_mbps");
  return (
    <Card title={words.ports}>
      {rows.length === 0 && <Empty icon="plug" text={words.noPorts} />}
      <ul class="ports">
        {rows.map((port) => {
          const up = /^up$/i.test(String(port.status));
          const rate = typeof port.mbps === "number" ? port.mbps : undefined;
          const slow = up && rate !== undefined && plan !== undefined && rate < plan;
          const tone: Tone = slow ? "warn" : up ? "ok" : "unknown";
          return (
            <li key={port.n}>
              <strong>{port.upstream ? words.upstream : words.port(port.n)}</strong>
              <Pill tone={tone}>{up ? (rate === undefined ? words.up : withUnit(rate, "Mb/s", 0)) : words.down}</Pill>
              {slow && <span class="small">{words.slowPort(number(plan, 0) + " Mb/s")}</span>}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

/** By what it is connected, of a path that the device gave. */
function viaOf(path: unknown): string {
  const told = String(path ?? "");
  if (/wi-?fi|wlan|802\.11|ssid/i.test(told)) return "Wi-Fi";
  return /ethernet|lan/i.test(told) ? t().lan.cable : told;
}

function Hosts({ home }: { home: Home }) {
  const words = t().lan;
  const rows = home.rows("lan.hosts").sort((a, b) => Number(a.active === false) - Number(b.active === false));
  return (
    <Card title={words.hosts}>
      {rows.length === 0 ? (
        <Empty icon="router" text={words.noHosts} />
      ) : (
        <div class="scroll" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{words.host}</th>
                <th scope="col">{words.address}</th>
                <th scope="col">MAC</th>
                <th scope="col">{words.via}</th>
                <th scope="col" />
              </tr>
            </thead>
            <tbody>
              {rows.map((host) => (
                <tr key={host.n}>
                  <td>{String(host.name ?? "—")}</td>
                  <td class="mono">{String(host.ip ?? "")}</td>
                  <td class="mono">{String(host.mac ?? "")}</td>
                  <td>{viaOf(host.interface)}</td>
                  <td>
                    <Pill tone={host.active === false ? "unknown" : "ok"}>{host.active === false ? words.inactive : words.active}</Pill>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

function Forwards({ home }: { home: Home }) {
  const words = t().lan;
  const rows = home.rows("port_forwards");
  if (rows.length === 0) return <Card title={words.forwards}>{<Empty text={words.noForwards} />}</Card>;
  const span = (from: unknown, to: unknown) => (to && to !== from ? `${from}–${to}` : String(from ?? ""));
  return (
    <Card title={words.forwards}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.external}</th>
            <th scope="col">{words.client}</th>
            <th scope="col">{words.internal}</th>
            <th scope="col" />
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.n}>
              <td class="mono">
                {span(row.external_port, row.external_port_end)} {String(row.protocol ?? "")}
              </td>
              <td class="mono">{String(row.internal_client ?? row.client ?? "")}</td>
              <td class="mono">{span(row.internal_port, row.internal_port_end)}</td>
              <td>{String(row.description ?? row.name ?? "")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

const ADDRESSES = ["lan.ip", "lan.mask", "lan.dhcp.enabled", "lan.dhcp.from", "lan.dhcp.to", "lan.dhcp.lease_s", "lan.dns_servers"];

export function Lan({ home }: { home: Home }) {
  return (
    <div class="stack">
      <Ports home={home} />
      <Hosts home={home} />
      <div class="two">
        <Facts home={home} names={ADDRESSES} title={t().lan.dhcp} />
        <Forwards home={home} />
      </div>
    </div>
  );
}
