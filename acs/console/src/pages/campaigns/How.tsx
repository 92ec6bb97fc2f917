// How a campaign goes: waves, windows, pace, and what stops it. What is usual is filled in; what few change is folded away.
import { useId, useMemo } from "preact/hooks";
import { query, type DeviceList } from "../../api";
import { number } from "../../format";
import { campaigns } from "../../i18n/campaigns";
import { Button } from "../../parts/basic";
import { Field } from "../../parts/fields";
import { Icon } from "../../parts/Icon";
import { useLoad } from "../../parts/useLoad";
import { estimate } from "./estimate";
import { FOLDED, PACE, STOPS, type LimitKey } from "./limits";
import type { Plan, Window } from "./model";
import { DAYS, planWritten, type Order, type WaveText } from "./order";
import { planSentence, timeInWords } from "./sayings";
import { useFirmware } from "./What";

const WAVES_MOST = 20;
const WINDOWS_MOST = 14;

const changed = <T extends object>(rows: T[], i: number, part: Partial<T>) => rows.map((row, at) => (at === i ? { ...row, ...part } : row));
const without = <T,>(rows: T[], i: number) => rows.filter((_, at) => at !== i);

function Remove({ label, onPress }: { label: string; onPress: () => void }) {
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} onClick={onPress}>
      <Icon name="close" />
    </button>
  );
}

function WaveRow({ order, wave, i }: { order: Order; wave: WaveText; i: number }) {
  const words = campaigns();
  const n = i + 1;
  const rows = order.waves.value;
  const change = (part: Partial<WaveText>) => (order.waves.value = changed(rows, i, part));
  const kinds = i === rows.length - 1 ? words.waveKinds : { devices: words.waveKinds.devices, percent: words.waveKinds.percent };
  return (
    <tr>
      <th scope="row">{words.waveName(n)}</th>
      <td>
        <span class="pair">
          {wave.kind !== "rest" && <input aria-label={words.waveAmount(n)} inputMode="decimal" maxLength={9} value={wave.amount} onInput={(event) => change({ amount: event.currentTarget.value })} />}
          <select aria-label={words.waveKind(n)} value={wave.kind} onChange={(event) => change({ kind: event.currentTarget.value as WaveText["kind"] })}>
            {Object.entries(kinds).map(([kind, text]) => (
              <option key={kind} value={kind} selected={kind === wave.kind}>
                {text}
              </option>
            ))}
          </select>
        </span>
      </td>
      <td>
        <input aria-label={words.soak(n)} inputMode="decimal" maxLength={7} value={wave.soak} onInput={(event) => change({ soak: event.currentTarget.value })} />
      </td>
      <td>
        {i < rows.length - 1 && (
          <select aria-label={words.promote(n)} value={wave.promote} onChange={(event) => change({ promote: event.currentTarget.value as WaveText["promote"] })}>
            {Object.entries(words.promotes).map(([name, text]) => (
              <option key={name} value={name} selected={name === wave.promote}>
                {text}
              </option>
            ))}
          </select>
        )}
      </td>
      <td>{rows.length > 1 && <Remove label={words.removeWave(n)} onPress={() => (order.waves.value = without(rows, i))} />}</td>
    </tr>
  );
}

function Waves({ order }: { order: Order }) {
  const words = campaigns();
  const rows = order.waves.value;
  const add = () => {
    const last = rows.at(-1)!;
    const one: WaveText = { kind: "percent", amount: "10", soak: last.soak, promote: "rule" };
    order.waves.value = last.kind === "rest" ? [...rows.slice(0, -1), one, last] : [...rows, one];
  };
  return (
    <section>
      <h2>{words.waves}</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label={words.waves}>
        <table class="form-table">
          <thead>
            <tr>
              <th scope="col">{words.wave}</th>
              <th scope="col">{words.amountHead}</th>
              <th scope="col">{words.soakHead}</th>
              <th scope="col">{words.promoteHead}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {rows.map((wave, i) => (
              <WaveRow key={i} order={order} wave={wave} i={i} />
            ))}
          </tbody>
        </table>
      </div>
      {rows.length < WAVES_MOST && <Button label={words.addWave} kind="quiet" onPress={add} />}
    </section>
  );
}

function WindowRow({ order, window, i }: { order: Order; window: Window; i: number }) {
  const words = campaigns();
  const change = (part: Partial<Window>) => (order.windows.value = changed(order.windows.value, i, part));
  const turn = (day: Window["days"][number]) => change({ days: DAYS.filter((one) => (one === day ? !window.days.includes(day) : window.days.includes(one))) });
  const Time = ({ end }: { end: "from" | "to" }) => (
    <label>
      {words[end]} <input type="time" required value={window[end]} onChange={(event) => event.currentTarget.value && change({ [end]: event.currentTarget.value })} />
    </label>
  );
  return (
    <li>
      <fieldset class="days">
        <legend class="unseen">{words.window}</legend>
        {DAYS.map((day) => (
          <label key={day} class={window.days.includes(day) ? "chosen" : undefined}>
            <input type="checkbox" checked={window.days.includes(day)} disabled={window.days.length === 1 && window.days[0] === day} onChange={() => turn(day)} />
            {words.weekdays[day]}
          </label>
        ))}
      </fieldset>
      {Time({ end: "from" })}
      {Time({ end: "to" })}
      <Remove label={words.removeWindow(i + 1)} onPress={() => (order.windows.value = without(order.windows.value, i))} />
    </li>
  );
}

function Windows({ order }: { order: Order }) {
  const words = campaigns();
  const rows = order.windows.value;
  const add = () => (order.windows.value = [...rows, { days: DAYS.slice(0, 5), from: "02:00", to: "05:00" }]);
  return (
    <section>
      <h2>{words.windows}</h2>
      <p class="muted small">{words.windowsHint}</p>
      <ul class="window-rows">
        {rows.map((window, i) => (
          <WindowRow key={i} order={order} window={window} i={i} />
        ))}
      </ul>
      {rows.length < WINDOWS_MOST && <Button label={words.addWindow} kind="quiet" onPress={add} />}
      {rows.length > 0 && <Field label={words.zone} value={order.zone} maxLength={63} mono />}
    </section>
  );
}

function LimitField({ order, name }: { order: Order; name: LimitKey }) {
  const id = useId();
  const [label, hint] = campaigns().limits[name] as [string, string];
  return (
    <div class="limit">
      <label for={id}>{label}</label>
      <input
        id={id}
        name={name}
        inputMode="decimal"
        maxLength={12}
        value={order.limits.value[name]}
        aria-describedby={hint ? id + "-note" : undefined}
        onInput={(event) => (order.limits.value = { ...order.limits.value, [name]: event.currentTarget.value })}
      />
      {hint && (
        <span id={id + "-note"} class="field-note">
          {hint}
        </span>
      )}
    </div>
  );
}

function Limits({ order, names }: { order: Order; names: LimitKey[] }) {
  return (
    <div class="limits">
      {names.map((name) => (
        <LimitField key={name} order={order} name={name} />
      ))}
    </div>
  );
}

function Folded({ order }: { order: Order }) {
  const words = campaigns();
  return (
    <details class="missing">
      <summary>{words.advanced}</summary>
      {(Object.keys(words.groups) as Array<keyof typeof words.groups>).map((group) => (
        <section key={group}>
          <h3>{words.groups[group]}</h3>
          <Limits order={order} names={FOLDED.filter((name) => name.startsWith(group + "."))} />
        </section>
      ))}
    </details>
  );
}

/** Counted once, and of those that are left out none is taken off: the simulation says how many they really are. */
function Sentence({ order, plan }: { order: Order; plan: Plan }) {
  const words = campaigns();
  const size = useFirmware(order)?.size ?? 0;
  const total = useLoad<DeviceList>("/devices" + query({ q: order.filter.value.trim(), fields: "id", limit: 1, count: "exact" })).data?.total?.value ?? null;
  const key = JSON.stringify(plan);
  const time = useMemo(() => (total ? timeInWords(estimate(plan, total, size, Date.now())) : ""), [key, total, size]);
  return (
    <>
      <p>{planSentence(plan, total)}.</p>
      {time !== "" && (
        <p class="muted">
          {words.devices(total!, number(total!, 0))}
          {time}.
        </p>
      )}
    </>
  );
}

function InWords({ order }: { order: Order }) {
  const words = campaigns();
  const plan = planWritten(order);
  return (
    <section class="plan-words" aria-live="polite">
      <h2>{words.planSays.title}</h2>
      {plan ? <Sentence order={order} plan={plan} /> : <p class="muted">…</p>}
    </section>
  );
}

export function How({ order }: { order: Order }) {
  const words = campaigns();
  return (
    <>
      <Waves order={order} />
      <Windows order={order} />
      <section>
        <h2>{words.pace}</h2>
        <Limits order={order} names={PACE} />
      </section>
      <section>
        <h2>{words.stops}</h2>
        <p class="muted small">{words.stopsHint}</p>
        <Limits order={order} names={STOPS} />
      </section>
      <Folded order={order} />
      <InWords order={order} />
    </>
  );
}
