// Filters with a name, one's own and everybody's: one press applies one; saved from what is typed now.
import { useSignal } from "@preact/signals";
import { patch, post, remove, type SavedFilter, type SavedFilterList } from "../../api";
import { a } from "../../i18n/admin";
import { can } from "../../state/session";
import { tell } from "../../state/toasts";
import { Button, Empty, Pill, ProblemNote } from "../../parts/basic";
import { Dialog } from "../../parts/Dialog";
import { Field, Tick } from "../../parts/fields";
import { useLoad } from "../../parts/useLoad";
import { useTask } from "../../parts/useTask";

function Save({ q, onClose }: { q: string; onClose: () => void }) {
  const words = a().fleet;
  const name = useSignal("");
  const shared = useSignal(false);
  const task = useTask();
  const send = async () => {
    const done = await task.run(() => post("/filters", { name: name.value.trim(), q, shared: shared.value }, { once: true }));
    if (done) (tell("ok", words.wasSaved), onClose());
  };
  return (
    <Dialog
      title={words.saveTitle}
      onClose={onClose}
      problem={task.problem}
      confirm={{ label: words.save, onConfirm: () => void send(), busy: task.busy, reason: name.value.trim() ? null : words.saveName }}
    >
      <p>
        <code>{q}</code>
      </p>
      <Field label={words.saveName} value={name} maxLength={60} autofocus />
      {can("filters.share") && <Tick label={words.share} value={shared} hint={words.shareHint} />}
    </Dialog>
  );
}

function Line({ filter, again }: { filter: SavedFilter; again: () => void }) {
  const words = a().fleet;
  const task = useTask();
  const mayChange = filter.mine || can("filters.share");
  const act = (what: () => Promise<unknown>) => void task.run(what).then(again);
  const turn = () => act(() => patch("/filters/" + filter.id, { shared: !filter.shared }));
  return (
    <li>
      <div>
        <strong>{filter.name}</strong> {filter.shared && <Pill tone="info">{words.shared}</Pill>} {!filter.mine && <span class="muted small">{words.by(filter.created_by)}</span>}
        <div>
          <code>{filter.q}</code>
        </div>
        <ProblemNote problem={task.problem} />
      </div>
      {mayChange && can("filters.share") && <Button label={filter.shared ? words.unshare : words.shareFilter} kind="quiet" busy={task.busy} onPress={turn} />}
      {mayChange && <Button label={words.deleteFilter(filter.name)} kind="quiet" busy={task.busy} onPress={() => act(() => remove("/filters/" + filter.id))} />}
    </li>
  );
}

function Manage({ filters, again, onClose }: { filters: SavedFilter[]; again: () => void; onClose: () => void }) {
  const words = a().fleet;
  return (
    <Dialog title={words.saved} onClose={onClose} wide>
      {filters.length === 0 ? (
        <Empty icon="search" text={words.noSaved} hint={words.noSavedHint} />
      ) : (
        <ul class="filter-list">
          {filters.map((filter) => (
            <Line key={filter.id} filter={filter} again={again} />
          ))}
        </ul>
      )}
    </Dialog>
  );
}

interface Props {
  q: string;
  addressOf: (q: string) => string;
  readable: boolean; // the server has taken this filter
}

export function SavedFilters({ q, addressOf, readable }: Props) {
  const words = a().fleet;
  const { data, again } = useLoad<SavedFilterList>("/filters");
  const saving = useSignal(false);
  const managing = useSignal(false);
  const filters = data?.data ?? [];
  const isSaved = filters.some((filter) => filter.q === q);
  return (
    <>
      {filters.map((filter) => (
        <a key={filter.id} class="chip" href={addressOf(filter.q)} title={filter.q} aria-current={filter.q === q ? "true" : undefined}>
          {filter.name}
        </a>
      ))}
      {q !== "" && readable && !isSaved && <Button label={words.save} kind="quiet" icon="check" onPress={() => (saving.value = true)} />}
      {filters.length > 0 && <Button label={words.manage} kind="quiet" onPress={() => (managing.value = true)} />}
      {saving.value && <Save q={q} onClose={() => ((saving.value = false), again())} />}
      {managing.value && <Manage filters={filters} again={again} onClose={() => (managing.value = false)} />}
    </>
  );
}
