// What somebody is writing survives a reload. Never used for secrets: they are kept nowhere.
import { effect, signal, type Signal } from "@preact/signals";

const drafts = new Map<string, Signal<string>>();

export function draft(name: string, initial = ""): Signal<string> {
  const known = drafts.get(name);
  if (known) return known;
  const text = signal(sessionStorage.getItem("draft." + name) ?? initial);
  effect(() => sessionStorage.setItem("draft." + name, text.value));
  drafts.set(name, text);
  return text;
}

export const hasDraft = (name: string) => sessionStorage.getItem("draft." + name) !== null;

export function forget(name: string): void {
  const text = drafts.get(name);
  if (text) text.value = "";
  drafts.delete(name);
  sessionStorage.removeItem("draft." + name);
}
