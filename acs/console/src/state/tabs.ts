// The homes that are open side by side: whoever is on hold with one customer picks up another.
import { effect, signal } from "@preact/signals";
import { go, path } from "../router";

export interface Tab {
  id: string;
  title: string;
  view: string; // where in it one was
}

const TABS_MAX = 12;
const RECENT_MAX = 10;

const read = <T>(store: Storage, name: string, otherwise: T): T => {
  try {
    return JSON.parse(store.getItem(name) ?? "") as T;
  } catch {
    return otherwise;
  }
};

export const tabs = signal<Tab[]>(read(sessionStorage, "tabs", []));
/** Of this browser, the newest first; who they are is asked of the server each time. */
export const recent = signal<string[]>(read(localStorage, "farol.recent", []));

effect(() => sessionStorage.setItem("tabs", JSON.stringify(tabs.value)));
effect(() => localStorage.setItem("farol.recent", JSON.stringify(recent.value)));

export const addressOf = (id: string, view = "") => `/aparelho/${id}` + (view && view !== "resumo" ? "/" + view : "");
/** A case of a subscriber who has no device has a page of its own only. */
export const addressOfCase = (row: { id: string; device: string | null }) => (row.device ? addressOf(row.device) : "/atendimento/" + row.id);

export function noteVisit(id: string, title: string, view: string): void {
  const known = tabs.value.find((tab) => tab.id === id);
  if (known && known.title === title && known.view === view) return;
  tabs.value = known
    ? tabs.value.map((tab) => (tab.id === id ? { id, title, view } : tab))
    : [...tabs.value.slice(1 - TABS_MAX), { id, title, view }];
  recent.value = [id, ...recent.value.filter((other) => other !== id)].slice(0, RECENT_MAX);
}

const currentIndex = () => tabs.value.findIndex((tab) => path.value.startsWith(addressOf(tab.id)));

export function step(by: number): void {
  const count = tabs.value.length;
  const next = tabs.value[(currentIndex() + by + count) % count];
  if (next) go(addressOf(next.id, next.view));
}

/** Without an id the one that is shown. Its neighbour is shown then. */
export function close(id = tabs.value[currentIndex()]?.id): void {
  const at = tabs.value.findIndex((tab) => tab.id === id);
  if (at < 0) return;
  const shown = at === currentIndex();
  tabs.value = tabs.value.filter((tab) => tab.id !== id);
  const next = tabs.value[Math.min(at, tabs.value.length - 1)];
  if (shown) go(next ? addressOf(next.id, next.view) : "/");
}
