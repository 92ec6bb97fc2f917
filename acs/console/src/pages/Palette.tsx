// "/" or Ctrl K: find somebody, or do something, from wherever one is.
import { signal } from "@preact/signals";
import { t } from "../i18n";
import { go, match, path } from "../router";
import { homeOf } from "../state/home";
import { can } from "../state/session";
import { draft } from "../state/drafts";
import { Dialog } from "../parts/Dialog";
import { itemsOf, SearchBox, type Item } from "../parts/SearchBox";
import { useSearch } from "../parts/useSearch";
import { commandsOf } from "./commands";

export const paletteOpen = signal(false);

const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function shownHome() {
  const found = match("/aparelho/{id}", path.value) ?? match("/aparelho/{id}/{view}", path.value);
  return found ? homeOf(found.id!) : null;
}

function commands(text: string): Item[] {
  const home = shownHome();
  const actions: Item[] = home
    ? commandsOf(home)
        .filter((command) => !command.reason)
        .map((command) => ({ group: t().search.actions, label: command.label, keys: command.keys, icon: command.icon, run: command.run }))
    : [];
  const pages: Item[] = [
    { group: t().search.pages, label: t().app.desk, icon: "person", run: () => go("/") },
    ...(can("cases.all") ? [{ group: t().search.pages, label: t().escalate.inbox.title, icon: "person" as const, run: () => go("/fila") }] : []),
    { group: t().search.pages, label: t().app.fleet, icon: "router", run: () => go("/frota") },
    { group: t().search.pages, label: t().app.incidents, icon: "alert", run: () => go("/incidentes") },
  ];
  return [...actions, ...pages].filter((item) => plain(item.label).includes(plain(text.trim())));
}

export function Palette() {
  const text = draft("palette");
  const found = useSearch(text);
  const close = () => (paletteOpen.value = false);
  const items = [...itemsOf(found), ...commands(text.value)];
  const chosen = () => {
    close();
    text.value = "";
  };
  return (
    <Dialog title={t().search.title} onClose={close} foot={<span class="muted">{t().search.hints}</span>} wide>
      <SearchBox text={text} items={items} isDone={found.isDone} problem={found.problem} onRun={chosen} />
    </Dialog>
  );
}
