// How many of each kind: a bar each, as long as its share, the most first; a kind may lead to what it counts.
import type { ComponentChild } from "preact";
import { number } from "../format";

export interface Count {
  key: string;
  label: ComponentChild;
  count: number;
  href?: string;
  note?: string;
}

export function CountBars({ rows }: { rows: Count[] }) {
  const most = Math.max(1, ...rows.map((row) => row.count));
  return (
    <ul class="count-bars">
      {rows.map((row) => (
        <li key={row.key}>
          {row.href ? <a href={row.href}>{row.label}</a> : <span>{row.label}</span>}
          <meter min={0} max={most} value={row.count} aria-hidden="true" />
          <b>
            {number(row.count, 0)}
            {row.note && <span class="muted small"> {row.note}</span>}
          </b>
        </li>
      ))}
    </ul>
  );
}
