// Our own graph: a band from least to most, a line, gaps where nothing was heard, limits, and marks where something was done.
import { useSignal } from "@preact/signals";
import type { ComponentChild, RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { MetricSeries } from "../api";
import { clock, number, when, withUnit } from "../format";
import { t } from "../i18n";
import { Bones, Empty, ProblemNote } from "./basic";
import { Icon } from "./Icon";
import { useLoad } from "./useLoad";
import { query } from "../api";

export interface Mark {
  at: string;
  name: string;
}
export interface Limit {
  value: number;
  tone: "bad" | "warn";
}
/** What is drawn, of whatever: steps with a least, a mean and a most. */
export type Series = Pick<MetricSeries, "from" | "until" | "step_s" | "data">;
type Point = Series["data"][number];

export const HEIGHT = 150;
export const EDGE = { left: 46, right: 8, top: 10, bottom: 20 };

/** Three or four round numbers between least and most. */
export function ticks(least: number, most: number): number[] {
  const rough = (most - least || 1) / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough)!;
  const first = Math.ceil(least / step) * step;
  return Array.from({ length: Math.floor((most - first) / step) + 1 }, (_, i) => Number((first + i * step).toFixed(6)));
}

/** Points that follow each other without a gap: whoever was silent has no line. */
function runs(points: Point[], step_s: number): Point[][] {
  const found: Point[][] = [];
  let last = -Infinity;
  for (const point of points) {
    const at = Date.parse(point.at);
    if (at - last > step_s * 4000) found.push([]);
    found[found.length - 1]!.push(point);
    last = at;
  }
  return found;
}

function scaleOf(series: Series, limits: Limit[], width: number) {
  const from = Date.parse(series.from);
  const until = Date.parse(series.until);
  const values = [...series.data.flatMap((point) => [point.least, point.most]), ...limits.map((limit) => limit.value)];
  const spread = Math.max(...values) - Math.min(...values) || Math.abs(values[0]!) * 0.1 || 1;
  const least = Math.min(...values) - spread * 0.08;
  const most = Math.max(...values) + spread * 0.08;
  const x = (at: number) => EDGE.left + ((at - from) / (until - from)) * (width - EDGE.left - EDGE.right);
  const y = (value: number) => EDGE.top + ((most - value) / (most - least)) * (HEIGHT - EDGE.top - EDGE.bottom);
  return { from, until, least, most, x, y, right: width - EDGE.right };
}
type Scale = ReturnType<typeof scaleOf>;

const LONG_MS = 100000000; // then the day is told, too, which takes more room

function Axes({ scale }: { scale: Scale }) {
  const long = scale.until - scale.from > LONG_MS;
  const parts = Math.max(1, Math.min(4, Math.floor((scale.right - EDGE.left) / (long ? 90 : 45)) - 1));
  const hours = Array.from({ length: parts + 1 }, (_, i) => scale.from + ((scale.until - scale.from) * i) / parts);
  return (
    <g class="axes">
      {ticks(scale.least, scale.most).map((value) => (
        <g key={value}>
          <line x1={EDGE.left} x2={scale.right} y1={scale.y(value)} y2={scale.y(value)} />
          <text x={EDGE.left - 6} y={scale.y(value) + 3.5} text-anchor="end">
            {number(value)}
          </text>
        </g>
      ))}
      {hours.map((at, i) => (
        <text key={at} x={scale.x(at)} y={HEIGHT - 4} text-anchor={i === 0 ? "start" : i === parts ? "end" : "middle"}>
          {long ? when(at) : clock(at)}
        </text>
      ))}
    </g>
  );
}

function Run({ points, scale }: { points: Point[]; scale: Scale }) {
  const place = (point: Point, value: number) => `${scale.x(Date.parse(point.at)).toFixed(1)},${scale.y(value).toFixed(1)}`;
  const upper = points.map((point) => place(point, point.most));
  const lower = points.map((point) => place(point, point.least)).reverse();
  const middle = points.map((point) => place(point, point.mean));
  if (points.length === 1) return <circle class="dot" cx={middle[0]!.split(",")[0]} cy={middle[0]!.split(",")[1]} r="2.5" />;
  return (
    <>
      <polygon class="band" points={[...upper, ...lower].join(" ")} />
      <polyline class="line" points={middle.join(" ")} />
    </>
  );
}

/** As wide as its place: what is drawn stays as large as what is written. */
export function useWidth(box: RefObject<HTMLElement | null>): number {
  const width = useSignal(640);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => (width.value = Math.max(240, Math.round(entry!.contentRect.width))));
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, []);
  return width.value;
}

interface DrawingProps {
  series: Series;
  limits?: Limit[];
  marks?: Mark[];
  label: string;
}

export function Drawing({ series, limits = [], marks = [], label }: DrawingProps) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const scale = scaleOf(series, limits, width);
  const shown = marks.filter((mark) => Date.parse(mark.at) >= scale.from && Date.parse(mark.at) <= scale.until);
  return (
    <div class="graph-box" ref={box}>
      <svg class="graph" viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={label}>
        <Axes scale={scale} />
        {limits.map((limit) => (
          <line key={limit.value} class={"limit " + limit.tone} x1={EDGE.left} x2={scale.right} y1={scale.y(limit.value)} y2={scale.y(limit.value)} />
        ))}
        {shown.map((mark) => (
          <line key={mark.at} class="mark-line" x1={scale.x(Date.parse(mark.at))} x2={scale.x(Date.parse(mark.at))} y1={EDGE.top} y2={HEIGHT - EDGE.bottom}>
            <title>{t().chart.mark(mark.name, clock(mark.at))}</title>
          </line>
        ))}
        {runs(series.data, series.step_s).map((points) => (
          <Run key={points[0]!.at} points={points} scale={scale} />
        ))}
      </svg>
    </div>
  );
}

interface NumbersProps {
  series: Series;
  heads?: [string, string, string]; // of least, mean and most
}

export function Numbers({ series, heads }: NumbersProps) {
  const words = t().chart;
  const [least, mean, most] = heads ?? [words.least, words.mean, words.most];
  return (
    <TableOfGraph heads={[words.time, least, mean, most]}>
      {series.data
        .slice(-100)
        .reverse()
        .map((point) => (
          <tr key={point.at}>
            <td>{when(point.at)}</td>
            <td>{number(point.least)}</td>
            <td>{number(point.mean)}</td>
            <td>{number(point.most)}</td>
          </tr>
        ))}
    </TableOfGraph>
  );
}

export function TableOfGraph({ heads, children }: { heads: string[]; children: ComponentChild }) {
  return (
    <div class="scroll graph-table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {heads.map((word) => (
              <th key={word} scope="col">
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

export function summary(title: string, series: MetricSeries): string {
  const least = Math.min(...series.data.map((point) => point.least));
  const most = Math.max(...series.data.map((point) => point.most));
  const last = series.data[series.data.length - 1]!.mean;
  return t().chart.summary(title, number(least), number(most), withUnit(last, series.unit));
}

interface ChartProps {
  device: string;
  name: string;
  title: string;
  days?: number;
  limits?: Limit[];
  marks?: Mark[];
}

interface GraphProps {
  title: string;
  note?: string;
  drawing: ComponentChild;
  table: ComponentChild;
}

/** A drawing under its title, or the same as a table. */
export function Graph({ title, note, drawing, table }: GraphProps) {
  const asTable = useSignal(false);
  const other = asTable.value ? t().chart.asGraph : t().chart.asTable;
  return (
    <figure class="chart">
      <figcaption>
        <span>{title}</span>
        {note && <span class="muted">{note}</span>}
        <span class="spring" />
        <button type="button" class="icon-button" aria-label={`${title}: ${other}`} title={other} onClick={() => (asTable.value = !asTable.value)}>
          <Icon name={asTable.value ? "chart" : "table"} />
        </button>
      </figcaption>
      {asTable.value ? table : drawing}
    </figure>
  );
}

export function Chart({ device, name, title, days = 1, limits = [], marks = [] }: ChartProps) {
  const from = new Date(Math.floor(Date.now() / 60000) * 60000 - days * 86400000).toISOString();
  const { data, problem, again } = useLoad<MetricSeries>(`/devices/${device}/metrics` + query({ name, from }), 60000);
  if (data && data.data.length > 0)
    return (
      <>
        <ProblemNote problem={problem} onRetry={again} />
        <Graph
          title={title}
          note={summary(title, data).slice(title.length + 2)}
          drawing={<Drawing series={data} limits={limits} marks={marks} label={summary(title, data)} />}
          table={<Numbers series={data} />}
        />
      </>
    );
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <ProblemNote problem={problem} onRetry={again} />
      {!data && !problem && <Bones lines={4} />}
      {data && <Empty icon="chart" text={t().chart.empty} />}
    </figure>
  );
}
