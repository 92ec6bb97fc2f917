// Columns side by side: of several kinds one upon the other by the hour, or one each that leads to what it counts.
import { useRef } from "preact/hooks";
import { clock, number, when } from "../format";
import { EDGE, HEIGHT, ticks, useWidth } from "./Chart";

export interface Stack {
  at: string;
  parts: number[]; // in the order of kinds, from below
}

const FLOOR = HEIGHT - EDGE.bottom;
const LONG_MS = 100000000;

function Stacked({ parts, kinds, x, width, y }: { parts: number[]; kinds: string[]; x: number; width: number; y: (value: number) => number }) {
  let below = 0;
  return (
    <>
      {parts.map((value, i) => {
        const top = y(below + value);
        const height = y(below) - top;
        below += value;
        return value > 0 && <rect key={kinds[i]} class={"part-" + kinds[i]} x={x} width={width} y={top} height={Math.max(height, 1)} />;
      })}
    </>
  );
}

interface Props {
  stacks: Stack[];
  kinds: string[]; // class names: part-…
  label: string;
}

export function Stacks({ stacks, kinds, label }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const most = Math.max(4, ...stacks.map((stack) => stack.parts.reduce((sum, value) => sum + value, 0)));
  const y = (value: number) => FLOOR - (value / (most * 1.06)) * (FLOOR - EDGE.top);
  const step = (width - EDGE.left - EDGE.right) / stacks.length;
  const long = Date.parse(stacks[stacks.length - 1]!.at) - Date.parse(stacks[0]!.at) > LONG_MS;
  const told = [0, Math.floor(stacks.length / 2), stacks.length - 1].filter((one, i, all) => all.indexOf(one) === i);
  return (
    <div class="graph-box" ref={box}>
      <svg class="graph" viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={label}>
        <g class="axes">
          {ticks(0, most)
            .filter(Number.isInteger)
            .map((value) => (
              <g key={value}>
                <line x1={EDGE.left} x2={width - EDGE.right} y1={y(value)} y2={y(value)} />
                <text x={EDGE.left - 6} y={y(value) + 3.5} text-anchor="end">
                  {number(value)}
                </text>
              </g>
            ))}
          {told.map((i) => (
            <text key={i} x={EDGE.left + (i + 0.5) * step} y={HEIGHT - 4} text-anchor={i === 0 ? "start" : i === stacks.length - 1 ? "end" : "middle"}>
              {long ? when(stacks[i]!.at) : clock(stacks[i]!.at)}
            </text>
          ))}
        </g>
        {stacks.map((stack, i) => (
          <Stacked key={stack.at} parts={stack.parts} kinds={kinds} x={EDGE.left + i * step + step * 0.12} width={step * 0.76} y={y} />
        ))}
      </svg>
    </div>
  );
}

export interface Column {
  key: string;
  name: string; // below it; "": none
  label: string; // what it is, and how many
  count: number;
  href: string;
}

/** Each a link, which a picture cannot hold: so it is a list whose bars are drawn one by one. */
export function LinkColumns({ columns }: { columns: Column[] }) {
  const most = Math.max(1, ...columns.map((column) => column.count));
  return (
    <ol class="link-columns">
      {columns.map((column) => (
        <li key={column.key}>
          <a href={column.href} aria-label={column.label} title={column.label}>
            <svg viewBox="0 0 10 100" preserveAspectRatio="none" aria-hidden="true">
              <rect x="1" width="8" y={100 - (column.count / most) * 100} height={(column.count / most) * 100} />
            </svg>
            <span aria-hidden="true">{column.name}</span>
          </a>
        </li>
      ))}
    </ol>
  );
}
