// The Wi-Fi: its networks, how full the channels are, and who is on it, with what signal.
import { number, withUnit } from "../format";
import { t, wordFor } from "../i18n";
import type { Home, Value } from "../state/home";
import { can } from "../state/session";
import { startCountdown } from "../state/toasts";
import { attempt } from "../pages/commands";
import { Back } from "../parts/Back";
import { Button, Card, Empty, Pill, Rows, type Tone } from "../parts/basic";
import { Neighbours, ScanButton } from "../dialogs/Channel";
import { BAND_WORDS } from "../dialogs/WifiPassword";

type Band = "2g" | "5g" | "6g";
type Strength = "weak" | "fair" | "good" | "unknown";

const TONES: Record<Strength, Tone> = { weak: "bad", fair: "warn", good: "ok", unknown: "unknown" };

/** −75 and −65 dBm: below the first calls break up, above the second video is fine. */
export const strengthOf = (rssi: number | undefined): Strength => (rssi === undefined ? "unknown" : rssi < -75 ? "weak" : rssi < -65 ? "fair" : "good");

export function SignalBars({ rssi }: { rssi: number | undefined }) {
  const level = rssi === undefined ? 0 : rssi < -80 ? 1 : rssi < -70 ? 2 : rssi < -60 ? 3 : 4;
  return (
    <svg class={"signal tone-" + TONES[strengthOf(rssi)]} viewBox="0 0 22 14" aria-hidden="true">
      {[0, 1, 2, 3].map((i) => (
        <rect key={i} class={i < level ? "on" : ""} x={i * 6} width="4" y={11 - i * 3.4} height={3 + i * 3.4} rx="1" />
      ))}
    </svg>
  );
}

function Network({ home, band }: { home: Home; band: Band }) {
  const words = t().wifi;
  const at = (name: string) => home.value(`wifi.${band}.${name}`);
  const on = at("enabled") !== false && at("radio") !== false;
  const turnOn = () => startCountdown((s) => words.turningOn(words.band[band], s), () => void attempt(home.run("wifi.enable", { bands: [BAND_WORDS[band]], enabled: true })));
  const text = (value: Value | undefined) => (value === undefined ? t().app.unknown : String(value));
  return (
    <Card
      title={words.band[band]}
      tools={
        <>
          <Pill tone={on ? "ok" : "warn"}>{on ? words.on : words.off}</Pill>
          {!on && <Button label={words.turnOn} kind="primary" reason={can("actions.run") ? null : t().actions.forbidden} onPress={turnOn} />}
        </>
      }
    >
      <Rows
        rows={[
          [words.ssid, <strong>{text(at("ssid"))}</strong>],
          [words.channel, text(at("channel")) + (at("auto_channel") === true ? ` (${words.auto})` : "")],
          at("width") !== undefined && [words.width, text(at("width")).replace("MHz", "\u00a0MHz")],
          at("power_percent") !== undefined && [words.power, withUnit(home.number(`wifi.${band}.power_percent`)!, "%", 0)],
          [words.security, securityOf(text(at("security")))],
        ]}
      />
    </Card>
  );
}

/** By the names that stand on boxes and in manuals: those of TR-098 do not. */
const SECURITY: Record<string, string> = { "11i": "WPA2", WPAand11i: "WPA/WPA2", Basic: "WEP" };

function securityOf(told: string): string {
  return told === "None" ? t().wifi.noSecurity : (SECURITY[told] ?? told);
}

function Clients({ home }: { home: Home }) {
  const words = t().wifi;
  const rows = home.rows("wifi.clients").filter((row) => row.active !== false);
  const rssi = (row: (typeof rows)[number]) => (typeof row.rssi_dbm === "number" ? row.rssi_dbm : undefined);
  rows.sort((a, b) => (rssi(a) ?? 0) - (rssi(b) ?? 0));
  return (
    <Card title={words.clients}>
      <Back home={home} />
      {rows.length === 0 ? (
        <Empty icon="wifi" text={words.noClients} />
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{words.client}</th>
              <th scope="col">{words.signal}</th>
              <th scope="col">{words.bandColumn}</th>
              <th scope="col" class="right">
                {words.rate}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.n}>
                <td>
                  {String(row.name ?? row.mac ?? row.n)} <span class="muted small">{row.name ? String(row.ip ?? row.mac ?? "") : ""}</span>
                </td>
                <td>
                  <SignalBars rssi={rssi(row)} /> {rssi(row) === undefined ? "" : withUnit(rssi(row)!, "dBm", 0)}{" "}
                  <Pill tone={TONES[strengthOf(rssi(row))]}>{words.strengthsOf[strengthOf(rssi(row))]}</Pill>
                </td>
                <td>{row.band === undefined ? "" : wordFor(words.band, String(row.band))}</td>
                <td class="right">{typeof row.down_mbps === "number" ? number(row.down_mbps, 0) + "\u00a0Mb/s" : ""}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

export function Wifi({ home }: { home: Home }) {
  const words = t().wifi;
  const bands = home.bands.value as Band[];
  const scanned = home.rows("wifi.neighbours").length > 0;
  return (
    <div class="stack">
      <div class="row-tools">
        <Button label={words.title} icon="wifi" keys="w" kind="primary" reason={can("actions.run") ? null : t().actions.forbidden} onPress={() => (home.dialog.value = "wifi")} />
        <Button label={words.show} icon="eye" reason={can("secrets.reveal") ? null : t().actions.forbidden} onPress={() => (home.dialog.value = "reveal")} />
        <ScanButton home={home} />
      </div>
      <div class="two">
        {bands.map((band) => (
          <Network key={band} home={home} band={band} />
        ))}
      </div>
      <Card title={words.neighboursTitle}>
        {!scanned && <Empty icon="channel" text={words.scanHint} />}
        {scanned && (
          <div class="two">
            {bands.map((band) => (
              <div key={band}>
                <h3>
                  {words.band[band]} · {words.channel.toLowerCase()} {home.text(`wifi.${band}.channel`)}
                </h3>
                <Neighbours home={home} band={band} />
              </div>
            ))}
          </div>
        )}
      </Card>
      <Clients home={home} />
    </div>
  );
}
