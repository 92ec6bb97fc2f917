// The channel of the Wi-Fi: how full each is, and one press to move to the best. What moves has a countdown, no question.
import { useSignal } from "@preact/signals";
import { t } from "../i18n";
import { attempt } from "../pages/commands";
import { Bars } from "../parts/Bars";
import { Button, Empty } from "../parts/basic";
import { Dialog } from "../parts/Dialog";
import { Segments } from "../parts/fields";
import { hasEnded, type Home } from "../state/home";
import { startCountdown } from "../state/toasts";
import { can } from "../state/session";
import { BAND_WORDS } from "./WifiPassword";

const CROWDED = 6; // from here on a channel is worth leaving; below it is a matter of taste

export function move(home: Home, band: string, channel: number): void {
  startCountdown((s) => t().wifi.moving(channel, s), () => void attempt(home.run("wifi.set_channel", { band: BAND_WORDS[band], channel })));
}

export function ScanButton({ home }: { home: Home }) {
  const running = home.open.value.some((action) => action.type === "diag.wifi_scan");
  return (
    <Button
      label={running ? t().diag.running : t().wifi.scan}
      icon="refresh"
      busy={running}
      reason={can("actions.run") ? null : t().actions.forbidden}
      onPress={() => void attempt(home.run("diag.wifi_scan"))}
    />
  );
}

export function Neighbours({ home, band, onMove }: { home: Home; band: string; onMove?: () => void }) {
  const words = t().wifi;
  const best = home.number(`wifi.${band}.best_channel`);
  const here = home.number(`wifi.${band}.channel`);
  const better = best !== undefined && best !== here && (home.number(`wifi.${band}.best_channel_neighbours`) ?? 0) < (home.number(`wifi.${band}.channel_neighbours`) ?? 0);
  return (
    <div class="neighbours">
      <Bars home={home} band={band} />
      {better && (
        <div class="best">
          <p>
            {words.best(best, home.number(`wifi.${band}.best_channel_neighbours`) ?? 0)}. <span class="muted">{words.effect}</span>
          </p>
          <Button
            label={words.moveTo(best)}
            icon="channel"
            kind={(home.number(`wifi.${band}.channel_neighbours`) ?? 0) >= CROWDED ? "primary" : undefined}
            reason={can("actions.run") ? null : t().actions.forbidden}
            onPress={() => (onMove?.(), move(home, band, best))}
          />
        </div>
      )}
    </div>
  );
}

export function Channel({ home, close }: { home: Home; close: () => void }) {
  const words = t().wifi;
  const bands = home.bands.value;
  const band = useSignal(bands[0] ?? "2g");
  const scanned = home.rows("wifi.neighbours").length > 0;
  const scanning = home.actions.value.some((action) => action.type === "diag.wifi_scan" && !hasEnded(action));
  return (
    <Dialog title={words.channelTitle} subtitle={words.effect} onClose={close} foot={<ScanButton home={home} />} wide>
      {bands.length > 1 && <Segments label={words.bands} value={band} choices={Object.fromEntries(bands.map((name) => [name, words.band[name as "2g"]]))} />}
      {scanned ? <Neighbours home={home} band={band.value} onMove={close} /> : <Empty icon="channel" text={scanning ? t().diag.running : words.scanHint} />}
    </Dialog>
  );
}
