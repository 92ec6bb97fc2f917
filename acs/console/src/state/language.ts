// Language and theme of this browser; who is signed in takes his own along (state/session.ts).
import { effect, signal } from "@preact/signals";

export type Language = "pt-BR" | "en";
export type Theme = "auto" | "light" | "dark";

const stored = (name: string) => localStorage.getItem("farol." + name);

export const language = signal<Language>(
  (stored("language") as Language | null) ?? (/^pt\b/.test(navigator.language) || !/^en\b/.test(navigator.language) ? "pt-BR" : "en"),
);
export const theme = signal<Theme>((stored("theme") as Theme | null) ?? "auto");
export const shortcutsOn = signal(stored("shortcuts") !== "off");

effect(() => {
  document.documentElement.lang = language.value;
  localStorage.setItem("farol.language", language.value);
});
effect(() => {
  if (theme.value === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
  localStorage.setItem("farol.theme", theme.value);
});
effect(() => localStorage.setItem("farol.shortcuts", shortcutsOn.value ? "on" : "off"));
