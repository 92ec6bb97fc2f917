// What the pages of texts and thresholds share: drafts, who changed something last, saving over what was read, and going back.
import { signal, useSignal, useSignalEffect, type Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { query, type DeskText, type Threshold } from "../../api";
import { when } from "../../format";
import { settings } from "../../i18n/settings";
import { go, search } from "../../router";
import { draft, forget, hasDraft } from "../../state/drafts";
import { tell } from "../../state/toasts";
import { useTask } from "../../parts/useTask";
import { Button, Rows } from "../../parts/basic";
import { Icon } from "../../parts/Icon";

type Setting = DeskText | Threshold;
type Revision = NonNullable<Setting["revisions"]>[number];

/** Lower case, without accents: what is typed finds what is meant. */
export const plain = (text: string) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

/** What is looked for is in the address, so that it can be sent to somebody. */
export function useAddress<T extends Record<string, string>>(home: string, standard: T): Record<keyof T, Signal<string>> {
  const fields = useMemo(() => Object.entries(standard).map(([name, otherwise]) => [name, signal(search.peek().get(name) ?? otherwise)] as const), []);
  useSignalEffect(() => go(home + query(Object.fromEntries(fields.map(([name, field]) => [name, field.value === standard[name] ? null : field.value]))), true));
  return Object.fromEntries(fields) as Record<keyof T, Signal<string>>;
}

/** Who, and when; or that nobody ever did. */
export function LastChange({ row }: { row: Setting }) {
  const words = settings();
  if (!row.changed_at) return <span class="muted">—</span>;
  return <span class="small">{words.by(row.changed_by ?? "", when(row.changed_at))}</span>;
}

export function History({ revisions, show }: { revisions: Revision[] | undefined; show: (value: NonNullable<Revision["value"]>) => string }) {
  const words = settings();
  if (!revisions?.length) return null;
  return (
    <details class="missing">
      <summary>{words.history}</summary>
      <Rows
        rows={revisions.map((one) => [
          words.by(one.changed_by, when(one.changed_at)),
          <>
            {one.value === null ? words.backTo : show(one.value)}
            {one.reason && <span class="muted"> · {one.reason}</span>}
          </>,
        ])}
      />
    </details>
  );
}

export function Warning({ children }: { children: ComponentChildren }) {
  return (
    <div class="note tone-warn">
      <Icon name="alert" />
      <div>{children}</div>
    </div>
  );
}

/** What is being written stays through a reload and a lost server; it is forgotten once it is what counts. */
export function useDrafts(names: string[], values: string[]): { fields: Signal<string>[]; had: boolean; changed: boolean; discard: () => void } {
  const had = useSignal(names.some(hasDraft)).value;
  const fields = names.map((name, i) => draft(name, values[i]));
  const isSame = () => fields.every((field, i) => field.peek() === values[i]);
  useEffect(() => () => void (isSame() && names.forEach(forget)), [values.join("\u0000")]);
  return {
    fields,
    had,
    changed: fields.some((field, i) => field.value !== values[i]),
    discard: () => fields.forEach((field, i) => (field.value = values[i]!)),
  };
}

/** Sends a change of what was read. Who was faster is told of, and what was written stays; saved, the drafts are forgotten. */
export function useSaving(names: string[], again: () => Promise<unknown>, done: () => void) {
  const task = useTask();
  const isOld = useSignal(false);
  const was = task.problem?.status === 412 || task.problem?.status === 409;
  // What somebody else has saved is read before it is said: whoever saves again then means what is there now.
  useEffect(() => {
    if (was) void again().then(() => (isOld.value = true));
  }, [task.problem]);
  const send = async (what: () => Promise<unknown>, said: string) => {
    if (!(await task.run(what))) return;
    tell("ok", said);
    done();
    names.forEach(forget);
  };
  return { busy: task.busy, wrong: task.wrong, problem: was ? null : task.problem, isOld: isOld.value, send: (what: () => Promise<unknown>, said: string) => void send(what, said) };
}

export function DraftNote({ had, changed, discard }: { had: boolean; changed: boolean; discard: () => void }) {
  const words = settings();
  if (!had || !changed) return null;
  return (
    <div class="note">
      <Icon name="undo" />
      <div>{words.draftHint}</div>
      <Button label={words.discard} kind="quiet" onPress={discard} />
    </div>
  );
}
