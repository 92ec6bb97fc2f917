// Six measures, each with its state in colour, shape and word, and its age; each opens its tab.
import { duration, number, withUnit } from "../format";
import { t } from "../i18n";
import type { Home } from "../state/home";
import { addressOf } from "../state/tabs";
import { Pill, type Tone } from "../parts/basic";

interface TileData {
  title: string;
  view: string;
  value: string | undefined;
  note?: string | undefined;
  tone: Tone;
  age?: number | undefined;
}

const OLD_S = 60;

/** The causes of the verdict that a tile stands for; the worst of them is its colour. */
const CAUSES: Record<string, string[]> = {
  internet: ["wan_down", "pppoe_auth", "wan_no_session", "wan_flapping", "dns_bad", "area_incident", "offline"],
  optical: ["optical_bad", "optical_warn"],
  dsl: ["dsl_margin"],
  wifi: ["wifi_off", "wifi_crowded", "wifi_weak"],
  lan: ["lan_100", "dhcp_full"],
  device: ["boot_loop", "overload", "unreachable", "fw_bad", "fw_old", "drift"],
  speed: ["slow"],
};

function toneOf(home: Home, tile: string, known: boolean): Tone {
  const severities = (home.verdict.value?.causes ?? []).filter((cause) => CAUSES[tile]!.includes(cause.code)).map((cause) => cause.severity);
  if (severities.includes("bad")) return "bad";
  if (severities.includes("warn")) return "warn";
  return known ? "ok" : "unknown";
}

function internet(home: Home): TileData {
  const words = t().tiles;
  const status = home.text("wan.status") ?? home.text("wan.ppp.status") ?? home.text("wan.ipoe.status");
  const up = /^(connected|up)$/i.test(status ?? "");
  const drops = home.number("wan.drops_24h");
  const uptime = home.number("wan.uptime_s");
  return {
    title: words.internet,
    view: "internet",
    value: status === undefined ? undefined : up ? words.connected : words.notConnected,
    note: drops ? words.drops(drops) : up && uptime !== undefined ? words.since(duration(uptime)) : undefined,
    tone: status !== undefined && !up ? "bad" : toneOf(home, "internet", status !== undefined),
    age: home.age("wan.status") ?? home.age("wan.ppp.status"),
  };
}

function line(home: Home): TileData {
  const words = t().tiles;
  const rx = home.number("wan.optical.rx_dbm");
  const margin = home.number("wan.dsl.down_margin_db");
  if (rx === undefined && margin !== undefined) {
    const rate = home.number("wan.dsl.down_kbps");
    const value = rate === undefined ? undefined : withUnit(rate / 1000, "Mb/s");
    const note = words.margin(withUnit(margin, "dB"));
    return { title: words.dsl, view: "internet", value, note, tone: toneOf(home, "dsl", true), age: home.age("wan.dsl.down_margin_db") };
  }
  if (rx === undefined) {
    const rate = home.number("wan.link_mbps");
    const value = rate === undefined ? undefined : withUnit(rate, "Mb/s", 0);
    return { title: words.link, view: "internet", value, tone: toneOf(home, "internet", rate !== undefined), age: home.age("wan.link_mbps") };
  }
  const tx = home.number("wan.optical.tx_dbm");
  const note = tx === undefined ? undefined : words.tx(withUnit(tx, "dBm"));
  return { title: words.optical, view: "internet", value: withUnit(rx, "dBm"), note, tone: toneOf(home, "optical", true), age: home.age("wan.optical.rx_dbm") };
}

function wifi(home: Home): TileData {
  const words = t().tiles;
  const bands = home.bands.value;
  const clients = home.rows("wifi.clients").filter((row) => row.active !== false).length;
  const off = bands.length > 0 && bands.every((band) => home.value(`wifi.${band}.enabled`) === false || home.value(`wifi.${band}.radio`) === false);
  const channels = bands.map((band) => home.number(`wifi.${band}.channel`)).filter((channel) => channel !== undefined);
  return {
    title: words.wifi,
    view: "wifi",
    value: bands.length === 0 ? undefined : off ? words.off : words.clients(clients),
    note: channels.length ? words.channel(channels.join(" · ")) : undefined,
    tone: toneOf(home, "wifi", bands.length > 0),
    age: home.age(`wifi.${bands[0]}.channel`),
  };
}

function lan(home: Home): TileData {
  const words = t().tiles;
  const ports = home.rows("lan.ports").filter((port) => !port.upstream && /^up$/i.test(String(port.status)));
  const hosts = home.rows("lan.hosts").filter((host) => host.active !== false).length;
  const known = home.rows("lan.ports").length > 0 || hosts > 0;
  const rates = ports.map((port) => Number(port.mbps)).filter((rate) => rate > 0);
  const first = home.rows("lan.hosts")[0];
  return {
    title: words.lan,
    view: "rede",
    value: known ? words.clients(hosts) : undefined,
    note: ports.length ? words.ports(ports.length) + (rates.length ? " · " + withUnit(Math.min(...rates), "Mb/s", 0) : "") : undefined,
    tone: toneOf(home, "lan", known),
    age: first && home.age(`lan.hosts.${first.n}.mac`),
  };
}

function box(home: Home): TileData {
  const words = t().tiles;
  const device = home.device.value!;
  const uptime = home.number("device.uptime_s");
  return {
    title: words.firmware,
    view: "tecnico",
    value: device.software_version ?? undefined,
    note: uptime === undefined ? undefined : words.up(duration(uptime)),
    tone: toneOf(home, "device", !!device.software_version),
    age: home.age("device.software"),
  };
}

function speed(home: Home): TileData {
  const words = t().tiles;
  const down = home.number("test.download_mbps");
  const plan = home.number("plan.down_mbps");
  return {
    title: words.speed,
    view: "internet",
    value: down === undefined ? undefined : withUnit(down, "Mb/s", 0),
    note: plan === undefined ? undefined : (down === undefined ? words.notMeasured + " · " : "") + words.of(number(plan, 0)),
    tone: toneOf(home, "speed", down !== undefined),
    age: home.age("test.download_mbps"),
  };
}

function Tile({ home, tile }: { home: Home; tile: TileData }) {
  return (
    <a class="tile" href={addressOf(home.id, tile.view)}>
      <span class="tile-title">{tile.title}</span>
      <span class="tile-value" title={tile.value}>
        {tile.value ?? "—"}
      </span>
      <span class="tile-note">{tile.note ?? "\u00a0"}</span>
      <span class="tile-foot">
        <Pill tone={tile.tone} />
        {tile.age !== undefined && tile.age > OLD_S && <span class="age">{t().time.ago(duration(tile.age))}</span>}
      </span>
    </a>
  );
}

export function Tiles({ home }: { home: Home }) {
  return (
    <section class="tiles" aria-label={t().tiles.title}>
      {[internet, line, wifi, lan, box, speed].map((tile) => {
        const data = tile(home);
        return <Tile key={data.title} home={home} tile={data} />;
      })}
    </section>
  );
}
