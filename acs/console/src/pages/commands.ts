// What can be done to a home, in the order in which it is needed: buttons, keys and the palette are made from this.
import { t } from "../i18n";
import type { IconName } from "../parts/Icon";
import { wordsOf } from "../parts/basic";
import type { Home } from "../state/home";
import { can } from "../state/session";
import { startCountdown, tell } from "../state/toasts";
import { Problem } from "../api";

export interface Command {
  name: string;
  label: string;
  icon: IconName;
  keys: string;
  main: boolean; // one of the five
  danger?: boolean;
  reason: string | null; // why not
  run: () => void;
}

/** Level 0 and 1 of the ladder have no window: what goes wrong is told at the edge. */
export async function attempt(what: Promise<unknown>): Promise<void> {
  try {
    await what;
  } catch (problem) {
    if (problem instanceof Problem) tell("bad", wordsOf(problem));
    else throw problem;
  }
}

export function restart(home: Home): void {
  startCountdown(t().restart.countdown, () => void attempt(home.run("reboot")));
}

export function commandsOf(home: Home): Command[] {
  const words = t().actions;
  const need = (capability: string) => (can(capability) ? null : words.forbidden);
  const open = (name: string) => () => (home.dialog.value = name);
  const run = need("actions.run");
  return [
    { name: "wifi", label: words.wifi, icon: "wifi", keys: "w", main: true, reason: run, run: open("wifi") },
    { name: "restart", label: words.restart, icon: "restart", keys: "r", main: true, reason: run, run: () => restart(home) },
    { name: "test", label: words.test, icon: "test", keys: "t", main: true, reason: run, run: open("test") },
    { name: "channel", label: words.channel, icon: "channel", keys: "k", main: true, reason: run, run: open("channel") },
    { name: "pppoe", label: words.pppoe, icon: "plug", keys: "p", main: true, reason: need("homes.configure"), run: open("pppoe") },
    { name: "firmware", label: words.firmware, icon: "router", keys: "f", main: true, reason: need("transfers.run"), run: open("firmware") },
    { name: "reset", label: words.reset, icon: "factory", keys: "z", main: true, danger: true, reason: need("devices.reset"), run: open("reset") },
    { name: "refresh", label: words.refresh, icon: "refresh", keys: "u", main: false, reason: run, run: () => void attempt(home.run("refresh", { set: "light" })) },
    { name: "guide", label: words.guide, icon: "guide", keys: "g", main: false, reason: need("playbooks.run"), run: open("guide") },
  ];
}
