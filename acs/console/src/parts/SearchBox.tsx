// A field, and below it what fits: arrows move, Enter opens. The list belongs to the field (ARIA combobox).
import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import { Empty, Pill, ProblemNote } from "./basic";
import { Icon, type IconName } from "./Icon";
import { foundBy, type Found, type Hit } from "../state/search";
import { addressOf } from "../state/tabs";
import { go } from "../router";
import { query, type Problem } from "../api";

export interface Item {
  group: string;
  label: string;
  detail?: string;
  keys?: string;
  icon?: IconName;
  online?: boolean | null;
  severity?: string | null;
  run: () => void;
}

function open(hit: Hit): void {
  if (hit.device) foundBy.set(hit.device, hit.how);
  go(hit.device ? addressOf(hit.device) : "/cliente/" + hit.subscriber);
}

const itemOf = (hit: Hit): Item => ({
  group: hit.subscriber ? t().search.subscribers : t().search.devices,
  label: hit.title,
  detail: hit.detail,
  icon: hit.subscriber ? "person" : "router",
  online: hit.online,
  severity: hit.severity,
  run: () => open(hit),
});

/** What was found, and, if it was a filter, the fleet that it names. */
export function itemsOf(found: Found): Item[] {
  const fleet = found.filter === null ? [] : [{ group: t().app.fleet, label: found.filter, icon: "table" as const, run: () => go("/frota" + query({ q: found.filter })) }];
  return [...fleet, ...found.hits.map(itemOf)];
}

function Presence({ online }: { online: boolean | null }) {
  if (online === null) return <Pill tone="unknown">{t().search.noDevice}</Pill>;
  return <Pill tone={online ? "ok" : "unknown"}>{online ? t().status.onlineShort : t().status.offlineShort}</Pill>;
}

function Row({ item, id, chosen, onPick }: { item: Item; id: string; chosen: boolean; onPick: () => void }) {
  return (
    <li id={id} role="option" aria-selected={chosen} onMouseDown={(event) => event.preventDefault()} onClick={onPick}>
      {item.icon && <Icon name={item.icon} />}
      <span class="hit-label">{item.label}</span>
      {item.detail && <span class="hit-detail">{item.detail}</span>}
      <span class="spring" />
      {item.keys && <kbd aria-hidden="true">{item.keys}</kbd>}
      {(item.severity === "bad" || item.severity === "warn") && <Pill tone={item.severity} />}
      {item.online !== undefined && <Presence online={item.online} />}
    </li>
  );
}

interface SearchBoxProps {
  text: Signal<string>;
  items: Item[];
  isDone: boolean;
  problem: Problem | null;
  onRun?: () => void; // something was chosen
}

export function SearchBox({ text, items, isDone, problem, onRun }: SearchBoxProps) {
  const id = useId();
  const at = useSignal(0);
  const hasty = useSignal<string | null>(null); // for this Enter came before its answer was drawn
  const drawn = text.value;
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => input.current!.focus(), []); // before it is painted: whoever types at once has every letter
  const run = (item: Item | undefined) => {
    if (!item) return;
    onRun?.();
    item.run();
  };
  useEffect(() => {
    if (!isDone || hasty.value !== drawn) return;
    hasty.value = null;
    run(items[0]);
  });
  const keys = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && items.length) at.value = (at.value + step + items.length) % items.length;
    else if (event.key !== "Enter" || event.ctrlKey) return;
    else if (isDone && text.value === drawn) run(items[at.value]);
    else hasty.value = text.value;
    event.preventDefault();
  };
  return (
    <div class="search">
      <div class="search-field">
        <Icon name="search" />
        <input
          ref={input}
          data-first
          role="combobox"
          aria-label={t().search.open}
          aria-expanded={items.length > 0}
          aria-controls={id}
          aria-autocomplete="list"
          aria-activedescendant={items.length ? `${id}-${at.value}` : undefined}
          placeholder={t().search.placeholder}
          value={text}
          autocomplete="off"
          spellcheck={false}
          maxLength={200}
          onInput={(event) => ((text.value = event.currentTarget.value), (at.value = 0))}
          onKeyDown={keys}
        />
        {!isDone && !problem && <span class="turning shape" aria-hidden="true">◌</span>}
      </div>
      <ProblemNote problem={problem} />
      <ul id={id} role="listbox" aria-label={t().search.title} class="hits">
        {items.map((item, i) => (
          <>
            {item.group !== items[i - 1]?.group && (
              <li role="presentation" class="hit-group">
                {item.group}
              </li>
            )}
            <Row key={item.group + item.label} item={item} id={`${id}-${i}`} chosen={i === at.value} onPick={() => run(item)} />
          </>
        ))}
      </ul>
      {isDone && text.value.trim() !== "" && items.length === 0 && (
        <Empty text={t().search.nothing(text.value.trim())} hint={t().search.nothingHint} />
      )}
    </div>
  );
}
