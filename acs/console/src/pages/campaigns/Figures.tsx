// How a campaign went, drawn: what was sent and what came of it; and those that were treated beside those that were left alone.
import { useEffect } from "preact/hooks";
import type { Campaign, CampaignSampleList } from "../../api";
import { number, when } from "../../format";
import { campaigns } from "../../i18n/campaigns";
import { Card } from "../../parts/basic";
import { Graph, TableOfGraph, type Mark } from "../../parts/Chart";
import { LineLegend, Lines, type Line } from "../../parts/Lines";
import { useLoad } from "../../parts/useLoad";
import { Loaded } from "../admin/common";
import { isOver, planOf, wavesOf } from "./model";

type Sample = CampaignSampleList["data"][number];

const LOOK_AGAIN_MS = 30000;
const LEAST_MS = 2000;
const TABLE_ROWS = 100;

interface Figure {
  title: string;
  names: Record<string, string>; // of each line
  pick: (sample: Sample) => Array<number | null>; // in the order of the names
  least: number; // of the upper end
  say: (value: number) => string;
}

const percent = (share: number | null) => (share === null ? null : share * 100);
const PERCENT_LEAST = 2;

function figuresOf(): Figure[] {
  const words = campaigns().figures;
  const pair = { treated: words.treated, alone: words.alone };
  return [
    { title: words.sent, names: { sent: words.sentSo, healthy: words.healthy, bad: words.bad }, pick: (one) => [one.sent, one.healthy, one.bad], least: 4, say: (value) => number(value, 0) },
    { title: words.silent, names: pair, pick: (one) => [percent(one.silent_share), percent(one.control_silent_share)], least: PERCENT_LEAST, say: (value) => number(value) + "\u00a0%" },
    { title: words.contacts, names: pair, pick: (one) => [one.contacts_per_1000, one.control_contacts_per_1000], least: PERCENT_LEAST, say: (value) => number(value) },
  ];
}

function Drawn({ figure, samples, marks }: { figure: Figure; samples: Sample[]; marks: Mark[] }) {
  const last = (value: number | null) => (value === null ? "—" : figure.say(value));
  const lines: Line[] = Object.entries(figure.names).map(([key, name], i) => ({ key, name, values: samples.map((one) => figure.pick(one)[i] ?? null) }));
  const isKnown = lines.some((line) => line.values.some((value) => value !== null));
  const label = [figure.title, ...lines.map((line) => `${line.name}: ${last(line.values.at(-1) ?? null)}`)].join(" · ");
  const table = (
    <TableOfGraph heads={[campaigns().when, ...lines.map((line) => line.name)]}>
      {samples
        .map((one, i) => (
          <tr key={one.at}>
            <td>{when(one.at)}</td>
            {lines.map((line) => (
              <td key={line.key}>{last(line.values[i]!)}</td>
            ))}
          </tr>
        ))
        .slice(-TABLE_ROWS)
        .reverse()}
    </TableOfGraph>
  );
  const drawing = (
    <>
      <Lines times={samples.map((one) => one.at)} lines={lines} least={figure.least} marks={marks} label={label} />
      <LineLegend lines={lines} last={last} />
    </>
  );
  return <Card>{isKnown ? <Graph title={figure.title} drawing={drawing} table={table} /> : <NotKnown title={figure.title} />}</Card>;
}

function NotKnown({ title }: { title: string }) {
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <p class="muted">{campaigns().figures.notKnown}</p>
    </figure>
  );
}

/** Where each wave began, and where it was halted. */
function marksOf(campaign: Campaign): Mark[] {
  const words = campaigns();
  return wavesOf(campaign)
    .filter((wave) => wave.began_at)
    .map((wave) => ({ at: wave.began_at!, name: words.waveName(wave.number) }));
}

/** As often as there is another point: twenty times in the silence that counts as a loss. */
const everyOf = (campaign: Campaign) => Math.max(LEAST_MS, Math.min(LOOK_AGAIN_MS, planOf(campaign).health.silent_s! * 50));

export function Figures({ campaign }: { campaign: Campaign }) {
  const words = campaigns().figures;
  const { data, problem, again } = useLoad<CampaignSampleList>(`/campaigns/${campaign.id}/samples`, isOver(campaign) ? undefined : everyOf(campaign));
  useEffect(() => void again(), [campaign.state, campaign.wave]);
  return (
    <div class="stack tight">
      <Loaded data={data} problem={problem} again={() => void again()}>
        {({ data: samples }) =>
          samples.length === 0 ? (
            <Card title={words.title}>
              <p class="muted">{words.none}</p>
            </Card>
          ) : (
            <div class="three-cards">
              {figuresOf().map((figure) => (
                <Drawn key={figure.title} figure={figure} samples={samples} marks={marksOf(campaign)} />
              ))}
            </div>
          )
        }
      </Loaded>
    </div>
  );
}
