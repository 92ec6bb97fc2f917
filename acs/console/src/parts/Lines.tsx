// Lines over time, several in one drawing, told apart by more than their colour; gaps where nothing was known; marks where something began.
import { useRef } from "preact/hooks";
import { clock, number, when } from "../format";
import { EDGE, HEIGHT, ticks, useWidth, type Mark } from "./Chart";

export interface Line {
  key: string; // class name: line-…
  name: string;
  values: Array<number | null>; // of each time
}

interface Props {
  times: string[];
  lines: Line[];
  least: number; // what the upper end is at least
  marks: Mark[];
  label: string;
}

const FLOOR = HEIGHT - EDGE.bottom;
const LONG_MS = 100000000;
const ROOM = 1.08;

function scaleOf({ times, lines, least }: Props, width: number) {
  const from = Date.parse(times[0]!);
  const until = Date.parse(times.at(-1)!);
  const most = Math.max(least, ...lines.flatMap((line) => line.values).map((value) => value ?? 0)) * ROOM;
  const x = (at: number) => EDGE.left + ((at - from) / (until - from || 1)) * (width - EDGE.left - EDGE.right);
  const y = (value: number) => FLOOR - (value / most) * (FLOOR - EDGE.top);
  return { from, until, most, x, y, right: width - EDGE.right };
}
type Scale = ReturnType<typeof scaleOf>;

function Axes({ scale }: { scale: Scale }) {
  const say = scale.until - scale.from > LONG_MS ? when : clock;
  return (
    <g class="axes">
      {ticks(0, scale.most).map((value) => (
        <g key={value}>
          <line x1={EDGE.left} x2={scale.right} y1={scale.y(value)} y2={scale.y(value)} />
          <text x={EDGE.left - 6} y={scale.y(value) + 3.5} text-anchor="end">
            {number(value)}
          </text>
        </g>
      ))}
      <text x={EDGE.left} y={HEIGHT - 4} text-anchor="start">
        {say(scale.from)}
      </text>
      <text x={scale.right} y={HEIGHT - 4} text-anchor="end">
        {say(scale.until)}
      </text>
    </g>
  );
}

/** Of each run of what is known the points, as a drawing takes them. */
function runs(line: Line, times: string[], scale: Scale): string[][] {
  const found: string[][] = [[]];
  for (const [i, value] of line.values.entries()) {
    if (value === null) found.push([]);
    else found.at(-1)!.push(`${scale.x(Date.parse(times[i]!)).toFixed(1)},${scale.y(value).toFixed(1)}`);
  }
  return found.filter((run) => run.length > 0);
}

function Run({ name, points }: { name: string; points: string[] }) {
  const [x, y] = points[0]!.split(",");
  return points.length === 1 ? <circle class={name} cx={x} cy={y} r="2.5" /> : <polyline class={name} points={points.join(" ")} />;
}

export function Lines(props: Props) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const scale = scaleOf(props, width);
  const shown = props.marks.filter((mark) => Date.parse(mark.at) > scale.from && Date.parse(mark.at) <= scale.until);
  return (
    <div class="graph-box" ref={box}>
      <svg class="graph lines" viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={props.label}>
        <Axes scale={scale} />
        {shown.map((mark) => (
          <line key={mark.at + mark.name} class="mark-line" x1={scale.x(Date.parse(mark.at))} x2={scale.x(Date.parse(mark.at))} y1={EDGE.top} y2={FLOOR}>
            <title>{mark.name}</title>
          </line>
        ))}
        {props.lines.map((line) => runs(line, props.times, scale).map((points) => <Run key={line.key + points[0]} name={"line-" + line.key} points={points} />))}
      </svg>
    </div>
  );
}

export function LineLegend({ lines, last }: { lines: Line[]; last: (value: number | null) => string }) {
  return (
    <ul class="legend lines">
      {lines.map((line) => (
        <li key={line.key}>
          <svg viewBox="0 0 26 10" aria-hidden="true">
            <polyline class={"line-" + line.key} points="0,5 26,5" />
          </svg>
          {line.name} <b>{last(line.values.at(-1) ?? null)}</b>
        </li>
      ))}
    </ul>
  );
}
