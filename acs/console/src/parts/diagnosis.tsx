// What tests have measured, drawn. A device answers with sums only: a round is a bar, never a curve of single pings.
import { withUnit } from "../format";
import { t } from "../i18n";

type Round = Record<string, unknown>;

const num = (value: unknown) => (typeof value === "number" ? value : undefined);

export function PingRounds({ rounds }: { rounds: Round[] }) {
  const words = t().diag;
  const most = Math.max(10, ...rounds.map((round) => num(round.max_ms) ?? num(round.avg_ms) ?? 0));
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{words.ping}</th>
          <th scope="col">
            {words.min} – {words.avg} – {words.max}
          </th>
          <th scope="col">{words.loss("")}</th>
        </tr>
      </thead>
      <tbody>
        {rounds.map((round, i) => {
          const sent = num(round.sent) ?? 0;
          const received = num(round.received) ?? 0;
          const [min, avg, max] = [num(round.min_ms), num(round.avg_ms), num(round.max_ms)];
          const x = (ms: number) => (ms / most) * 200;
          return (
            <tr key={i}>
              <td>{words.round(i + 1, rounds.length)}</td>
              <td>
                {avg !== undefined && (
                  <svg class="span-bar" viewBox="0 0 200 12" aria-hidden="true">
                    <rect class="span" x={x(min ?? avg)} width={Math.max(3, x(max ?? avg) - x(min ?? avg))} y="2" height="8" rx="4" />
                    <rect class="middle" x={x(avg) - 1.5} width="3" y="0" height="12" rx="1.5" />
                  </svg>
                )}
                <span class="mono">{[min, avg, max].map((ms) => (ms === undefined ? "–" : ms)).join(" – ")} ms</span>
              </td>
              <td class={received < sent ? "bad-text" : ""}>{withUnit(sent ? ((sent - received) / sent) * 100 : 100, "%", 0)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

interface Hop {
  host?: string;
  address?: string;
  ms?: number;
}

export function Route({ rounds }: { rounds: Round[] }) {
  const words = t().diag;
  const hops = (rounds[0]?.hops ?? []) as Hop[];
  return (
    <div class="scroll" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.hop}</th>
            <th scope="col">{words.hopAddress}</th>
            <th scope="col">{words.hopTime}</th>
          </tr>
        </thead>
        <tbody>
          {hops.map((hop, i) => (
            <tr key={i}>
              <td>{i + 1}</td>
              <td class="mono">{[...new Set([hop.host, hop.address])].filter(Boolean).join(" · ") || words.noAnswer}</td>
              <td>{hop.ms === undefined ? "–" : withUnit(hop.ms, "ms", 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface Try {
  status?: string;
  server?: string;
  addresses?: string;
  ms?: number;
}

export function DnsTable({ rounds }: { rounds: Round[] }) {
  const words = t().diag;
  const tries = rounds.flatMap((round) => ((round.tries ?? []) as Try[]).map((one) => ({ ...one, server: one.server || String(round.server ?? "") })));
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{words.server}</th>
          <th scope="col">{words.answer}</th>
          <th scope="col">{words.hopTime}</th>
        </tr>
      </thead>
      <tbody>
        {tries.map((one, i) => (
          <tr key={i}>
            <td class="mono">{one.server}</td>
            <td>{one.addresses || words.dns_bad}</td>
            <td>{one.ms === undefined ? "–" : withUnit(one.ms, "ms", 0)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
