// A bar for a wave, or for all of them together: so many are well, in flight, went wrong, are yet to come. The same in words beside it.
import type { Campaign, CampaignWave } from "../../api";
import { number } from "../../format";
import { campaigns } from "../../i18n/campaigns";
import { Pill, type Tone } from "../../parts/basic";
import { KINDS, KIND_TONES, leftOf, sentOf, totalsOf, wavesOf, type Kind } from "./model";

type Counts = Record<Kind, number>;

/** "50 de 120: 48 sucesso, 2 falha" */
function inWords(counts: Counts, size: number): string {
  const words = campaigns();
  const sent = KINDS.reduce((sum, kind) => sum + counts[kind], 0);
  const parts = KINDS.filter((kind) => counts[kind] > 0).map((kind) => `${number(counts[kind], 0)} ${words.kinds[kind]}`);
  return [words.waveOf(number(sent, 0), number(size, 0)), ...parts].join(", ");
}

export function StackBar({ counts, size, label }: { counts: Counts; size: number; label: string }) {
  let from = 0;
  return (
    <svg class="stack-bar" role="img" aria-label={`${label}: ${inWords(counts, size)}`}>
      {KINDS.map((kind) => {
        const width = size > 0 ? (counts[kind] / size) * 100 : 0;
        const x = from;
        from += width;
        return width > 0 && <rect key={kind} class={"bar-" + kind} x={x + "%"} width={width + "%"} height="100%" />;
      })}
    </svg>
  );
}

/** All waves in one. */
export function WholeBar({ campaign }: { campaign: Campaign }) {
  return <StackBar counts={totalsOf(campaign)} size={campaign.total} label={campaigns().progress} />;
}

function WaveTile({ wave, isNow }: { wave: CampaignWave; isNow: boolean }) {
  const words = campaigns();
  const sent = sentOf(wave);
  const isWell = wave.healthy === wave.size && wave.silent === 0;
  return (
    <li class={isNow ? "here" : undefined}>
      <p>
        <b>{words.waveName(wave.number)}</b> {isNow && <span class="muted small">{words.now}</span>}
        <span class="spring" />
        <span class="count">
          {number(sent, 0)}/{number(wave.size, 0)} {isWell && wave.size > 0 && <span aria-hidden="true">✓</span>}
        </span>
      </p>
      <StackBar counts={wave} size={wave.size} label={words.waveName(wave.number)} />
    </li>
  );
}

export function WaveBars({ campaign }: { campaign: Campaign }) {
  const isLive = ["running", "held", "paused", "halted"].includes(campaign.state);
  return (
    <ol class="wave-bars" aria-label={campaigns().waves}>
      {wavesOf(campaign).map((wave) => (
        <WaveTile key={wave.number} wave={wave} isNow={isLive && wave.number === campaign.wave} />
      ))}
    </ol>
  );
}

function Total({ count, tone, label }: { count: number; tone?: Tone; label: string }) {
  const text = (
    <>
      <b>{number(count, 0)}</b> {label}
    </>
  );
  return tone && count > 0 ? <Pill tone={tone}>{text}</Pill> : <span class="nought">{text}</span>;
}

/** What all waves come to; what is nought and bad is left out. */
export function Totals({ campaign }: { campaign: Campaign }) {
  const words = campaigns();
  const totals = totalsOf(campaign);
  const shown = [...KINDS, "silent" as const].filter((kind) => totals[kind] > 0 || ["healthy", "in_flight", "failed", "missing"].includes(kind));
  return (
    <ul class="totals">
      {shown.map((kind) => (
        <li key={kind}>
          <Total count={totals[kind]} tone={KIND_TONES[kind]} label={words.kinds[kind]} />
        </li>
      ))}
      <li>
        <Total count={leftOf(campaign)} label={words.kinds.left} />
      </li>
    </ul>
  );
}
