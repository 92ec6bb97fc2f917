// How many networks are on each channel: a bar each, where we are, and where it is freer.
import { t } from "../i18n";
import type { Home } from "../state/home";

const CHANNELS: Record<string, number[]> = {
  "2g": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
  "5g": [36, 40, 44, 48, 52, 56, 60, 64, 100, 104, 108, 112, 116, 120, 124, 128, 132, 136, 140, 149, 153, 157, 161],
  "6g": [1, 5, 9, 13, 17, 21, 25, 29, 33, 37, 41, 45, 49, 53, 57, 61, 65, 69, 73, 77, 81, 85, 89, 93],
};
const WIDTH = 640;
const HEIGHT = 120;
const FLOOR = 96;

const bandOf = (row: Record<string, unknown>) => {
  const told = String(row.band ?? "");
  if (told.startsWith("6")) return "6g";
  if (told.startsWith("5")) return "5g";
  return told.startsWith("2") || Number(row.channel) <= 14 ? "2g" : "5g";
};

export function countsOf(home: Home, band: string): Map<number, number> {
  const counts = new Map<number, number>();
  for (const row of home.rows("wifi.neighbours"))
    if (bandOf(row) === band) counts.set(Number(row.channel), (counts.get(Number(row.channel)) ?? 0) + 1);
  return counts;
}

export function Bars({ home, band }: { home: Home; band: string }) {
  const words = t().wifi;
  const counts = countsOf(home, band);
  const here = home.number(`wifi.${band}.channel`);
  const best = home.number(`wifi.${band}.best_channel`);
  const channels = [...new Set([...CHANNELS[band]!, ...counts.keys(), ...(here ? [here] : [])])].sort((a, b) => a - b);
  const most = Math.max(4, ...counts.values());
  const step = WIDTH / channels.length;
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const summary = [words.neighbours(total), ...[...counts].map(([channel, count]) => words.channelTaken(channel, count))].join(". ");
  return (
    <svg class="bars" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={summary}>
      {channels.map((channel, i) => {
        const count = counts.get(channel) ?? 0;
        const height = (count / most) * (FLOOR - 16);
        const kind = channel === here ? "here" : channel === best ? "best" : "";
        return (
          <g key={channel} class={kind}>
            <rect x={i * step + step * 0.15} width={step * 0.7} y={FLOOR - Math.max(height, 2)} height={Math.max(height, 2)} rx="3" />
            {count > 0 && (
              <text x={(i + 0.5) * step} y={FLOOR - height - 5} text-anchor="middle">
                {count}
              </text>
            )}
            <text class="channel" x={(i + 0.5) * step} y={FLOOR + 14} text-anchor="middle">
              {channel}
            </text>
            {kind && (
              <text class="tag" x={(i + 0.5) * step} y={FLOOR + 23} text-anchor="middle">
                {kind === "here" ? "●" : "▲"}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}
