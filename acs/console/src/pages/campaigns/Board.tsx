// One campaign: before it starts what it would do, and then, live, how it goes: waves, numbers, what goes wrong, and why it does not go on.
import { useEffect, useRef } from "preact/hooks";
import { query, type Campaign, type CampaignEventList } from "../../api";
import { number, when } from "../../format";
import { both, wordFor } from "../../i18n";
import { campaigns } from "../../i18n/campaigns";
import { can } from "../../state/session";
import { Bones, Card, PageProblem, Pill, Rows, type Tone } from "../../parts/basic";
import { CountBars } from "../../parts/CountBars";
import { Icon } from "../../parts/Icon";
import { useLoad } from "../../parts/useLoad";
import { TableOf } from "../admin/common";
import { Deeds } from "./Deeds";
import { rateOf } from "./estimate";
import { Figures } from "./Figures";
import { causeName, isAhead, isOver, KINDS, leftOf, planOf, TONES, totalsOf, wavesOf, type Stopped } from "./model";
import { Review, Written } from "./Review";
import { Steps } from "./Steps";
import { Targets } from "./Targets";
import { useLive } from "./useLive";
import { Totals, WaveBars } from "./WaveBars";

const EVENTS_MS = 8000;

// ---- why it does not go on, and what stopped it

function Stop({ campaign }: { campaign: Campaign }) {
  const words = campaigns();
  const stopped = (campaign.stopped ?? {}) as Stopped;
  return (
    <div class="note tone-bad halted" role="alert">
      <Icon name="alert" />
      <div>
        <p>
          <strong>{stopped.rule ? words.stoppedItself : words.stoppedBy(stopped.by ?? "—")}</strong>
        </p>
        {stopped.say && <p class="stop-says">{both(stopped.say)}</p>}
        {stopped.rule && <p class="small">{words.rule(wordFor(words.rules, stopped.rule))}</p>}
        {stopped.reason && <p class="stop-says">“{stopped.reason}”</p>}
        <p class="small">{words.stoppedHint}</p>
      </div>
    </div>
  );
}

function Why({ campaign }: { campaign: Campaign }) {
  const words = campaigns();
  if (campaign.state === "halted") return <Stop campaign={campaign} />;
  const call = wordFor(words.calls, campaign.state);
  const text = campaign.why ? wordFor(words.whys, campaign.why) : call === campaign.state ? words.goesOn : call;
  const isBad = campaign.why === "killed" || campaign.why === "firmware" || campaign.state === "held";
  return (
    <p class={"note" + (isBad ? " tone-warn" : "")} role="status">
      <Icon name={isBad ? "alert" : "chevron"} />
      <span>
        {text} {campaign.until !== null && words.until(when(campaign.until))}
      </span>
    </p>
  );
}

// ---- how fast

const RATE_OVER_MS = 60000;
const LEAST_MS = 6000;
const MEASURED_MS = 2000;

/** Devices a minute, as seen on this page; null: not looked at for long enough. */
function useMeasured(sent: number, isLive: boolean): number | null {
  const seen = useRef<Array<{ at: number; sent: number }>>([]);
  const rows = seen.current;
  if (!isLive) rows.length = 0;
  else if (rows.at(-1)?.sent !== sent || Date.now() - rows.at(-1)!.at > MEASURED_MS) rows.push({ at: Date.now(), sent });
  while (rows.length > 2 && rows[1]!.at < Date.now() - RATE_OVER_MS) rows.shift();
  const first = rows[0];
  const last = rows.at(-1);
  if (!first || !last || last.at - first.at < LEAST_MS) return null;
  return ((last.sent - first.sent) / (last.at - first.at)) * 60000;
}

const MEGABIT = 125000;

/** What the devices that are sent to fetch, at the rate of now. */
function bandwidthText(bytesPerSecond: number, cap: number): string {
  const words = campaigns();
  const now = words.megabits(number(bytesPerSecond / MEGABIT, 1));
  return cap > 0 ? words.waveOf(now, words.megabits(number(cap / MEGABIT, 0))) : now;
}

function Pace({ campaign }: { campaign: Campaign }) {
  const words = campaigns();
  const totals = totalsOf(campaign);
  const isLive = campaign.state === "running";
  const size = Number(campaign.params.size ?? 0);
  const measured = useMeasured(totals.sent, isLive);
  const most = rateOf(planOf(campaign), totals.healthy, size);
  const left = leftOf(campaign);
  const ends = measured && left > 0 ? Date.now() + (left / measured) * 60000 : null;
  const watch = campaign.watch as { alone?: number; alone_silent?: number } | null;
  return (
    <Rows
      rows={[
        isLive && [words.rate, (measured === null ? "" : words.perMinute(number(measured)) + " · ") + words.rateMost(number(most, 0))],
        isLive && measured !== null && size > 0 && [words.bandwidth, bandwidthText((measured * size) / 60, planOf(campaign).caps.bytes_per_s!)],
        [words.flight, words.flightOf(number(campaign.in_flight, 0), number(campaign.flight_cap, 0))],
        isLive && ends !== null && [words.ends, words.endsAbout(when(ends))],
        watch?.alone !== undefined && watch.alone > 0 && [words.control, words.controlSays(number(watch.alone_silent ?? 0, 0), number(watch.alone, 0))],
        campaign.started_at !== null && [words.started, when(campaign.started_at)],
        campaign.ended_at !== null && [words.ended, when(campaign.ended_at)],
        campaign.approved_by !== null && [words.approval, words.approvedBy(campaign.approved_by, when(campaign.approved_at!))],
      ]}
    />
  );
}

// ---- what goes wrong, and the waves in numbers

function Causes({ campaign }: { campaign: Campaign }) {
  const words = campaigns();
  const rows = campaign.causes ?? [];
  const again = rows.reduce((sum, row) => sum + row.again, 0);
  return (
    <Card title={words.causes}>
      {rows.length === 0 && <p class="muted">{words.noCauses}</p>}
      <CountBars
        rows={rows.map(({ state, cause, devices }) => ({
          key: state + cause,
          label: causeName(cause),
          count: devices,
          href: `/campanhas/${campaign.id}` + query({ estado: state, causa: cause }),
        }))}
      />
      <p class="small">
        {again > 0 && <a href={`/campanhas/${campaign.id}` + query({ estado: "all", falhas: 2 })}>{words.failedAgain(again, number(again, 0))}</a>}
        {again > 0 && " · "}
        <a href="/campanhas/falhas">{words.repeat.title}</a>
      </p>
    </Card>
  );
}

function WaveTable({ campaign }: { campaign: Campaign }) {
  const words = campaigns();
  const kinds = [...KINDS, "silent"] as const;
  return (
    <details class="missing">
      <summary>{words.table}</summary>
      <TableOf label={words.table} head={[words.wave, { right: words.size }, ...kinds.map((kind) => ({ right: words.kinds[kind] })), words.started]}>
        {wavesOf(campaign).map((wave) => (
          <tr key={wave.number}>
            <th scope="row">{words.waveName(wave.number)}</th>
            <td class="right">{number(wave.size, 0)}</td>
            {kinds.map((kind) => (
              <td key={kind} class={"right" + (wave[kind] > 0 && !["healthy", "in_flight"].includes(kind) ? " bad-number" : "")}>
                {number(wave[kind], 0)}
              </td>
            ))}
            <td>{wave.began_at ? when(wave.began_at) : "—"}</td>
          </tr>
        ))}
      </TableOf>
    </details>
  );
}

// ---- what happened

const EVENT_TONES: Record<string, Tone> = { halt: "bad", halted: "bad", held: "warn", pause: "warn", finished: "ok", approve: "ok" };

function Events({ campaign }: { campaign: Campaign }) {
  const words = campaigns();
  const { data, again } = useLoad<CampaignEventList>(`/campaigns/${campaign.id}/events?limit=50`, isOver(campaign) ? undefined : EVENTS_MS);
  useEffect(() => void again(), [campaign.state, campaign.wave, campaign.approved_by]);
  const detailOf = (event: CampaignEventList["data"][number]) => {
    const { reason, say } = event.data as Stopped;
    return [event.by !== "farol" && words.by(event.by), say && both(say), reason && `“${reason}”`].filter(Boolean).join(" · ");
  };
  return (
    <Card title={words.timeline} kind="timeline">
      {data?.data.length === 0 && <p class="muted">{words.noEvents}</p>}
      <ol class="happenings wide">
        {data?.data.map((event) => (
          <li key={event.at + event.kind}>
            <time dateTime={event.at}>{when(event.at)}</time>
            <span class={"spot tone-" + (EVENT_TONES[event.kind] ?? "info")} aria-hidden="true" />
            <div>
              <p>{event.kind === "wave" ? words.eventWave(Number(event.data.wave)) : wordFor(words.events, event.kind)}</p>
              <p class="small muted">{detailOf(event)}</p>
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function Live({ campaign }: { campaign: Campaign }) {
  return (
    <>
      <Why campaign={campaign} />
      <Card title={campaigns().progress}>
        <WaveBars campaign={campaign} />
        <Totals campaign={campaign} />
        <WaveTable campaign={campaign} />
      </Card>
      <Figures campaign={campaign} />
    </>
  );
}

const mayEdit = (campaign: Campaign) => can("campaigns.write") && ["draft", "listed"].includes(campaign.state);

function Whole({ campaign, again }: { campaign: Campaign; again: () => Promise<unknown> }) {
  const words = campaigns();
  return (
    <>
      <div class="page-head">
        <h1>{campaign.name}</h1>
        <Pill tone={TONES[campaign.state]}>{words.states[campaign.state]}</Pill>
        {wavesOf(campaign).length > 0 && (
          <span class="muted">
            {words.wave} {words.waveOf(number(campaign.wave, 0), number(wavesOf(campaign).length, 0))}
          </span>
        )}
        <span class="spring" />
        {mayEdit(campaign) && (
          <a class="button quiet" href={`/campanhas/${campaign.id}/editar`}>
            {words.edit}
          </a>
        )}
        <a class="button quiet" href="/campanhas">
          <Icon name="back" /> {words.all}
        </a>
      </div>
      {mayEdit(campaign) && <Steps now="review" addressOf={(step) => `/campanhas/${campaign.id}/editar` + query({ passo: step })} />}
      <Deeds campaign={campaign} again={again} />
      {isAhead(campaign) ? <Review campaign={campaign} /> : <Live campaign={campaign} />}
      <div class="two-cards">
        <div class="stack">
          {!isAhead(campaign) && <Causes campaign={campaign} />}
          <Events campaign={campaign} />
        </div>
        <div class="stack">
          {!isAhead(campaign) && (
            <Card title={words.pace}>
              <Pace campaign={campaign} />
            </Card>
          )}
          <Written campaign={campaign} />
        </div>
      </div>
      {campaign.list_hash !== null && <Targets campaign={campaign} />}
    </>
  );
}

export function Board({ id }: { id: string }) {
  const { data, problem, again } = useLive(id);
  return (
    <main id="content" class="page">
      {data && <Whole campaign={data} again={again} />}
      {!data && problem && <PageProblem problem={problem} missing={campaigns().missing} onRetry={() => void again()} />}
      {!data && !problem && <Bones lines={10} />}
    </main>
  );
}
