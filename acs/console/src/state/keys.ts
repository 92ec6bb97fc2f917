// Shortcuts: single keys, never while somebody types. AltGr is no modifier here: on ABNT2 keyboards "/" and "?" need it.
import { signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { shortcutsOn } from "./language";

/** The sheet of all of them. */
export const shortcutsOpen = signal(false);

export type Keys = Record<string, () => void>;

interface Layer {
  keys: Keys;
  isInside: () => boolean; // a window: only then do its keys work while one is open
}

const layers: Layer[] = [];

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** "Ctrl+k", "Shift+ArrowRight", "w": letters by what they print, or, on another alphabet, by where they are. */
function nameOf(event: KeyboardEvent): string {
  const latin = /^[\x20-\x7e]$/.test(event.key) || event.key.length > 1;
  const key = latin ? event.key : event.code.replace(/^Key/, "").toLowerCase();
  if (event.ctrlKey && !event.getModifierState("AltGraph")) return "Ctrl+" + key.toLowerCase();
  if (event.shiftKey && (key.length > 1 || /[A-Z]/.test(key))) return "Shift+" + key;
  return key;
}

function isOurs(event: KeyboardEvent): boolean {
  const graph = event.getModifierState("AltGraph");
  return !event.metaKey && (!event.altKey || graph);
}

function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || !isOurs(event)) return;
  const name = nameOf(event);
  const free = name.startsWith("Ctrl+") || (shortcutsOn.value && !isTyping(event.target));
  if (!free) return;
  const inside = document.querySelector("dialog[open]") !== null;
  for (const layer of layers) {
    const run = layer.keys[name];
    if (!run || layer.isInside() !== inside) continue;
    event.preventDefault();
    run();
    return;
  }
}

addEventListener("keydown", press);

/** These keys work while the component is there; the newest component is asked first. */
export function useKeys(keys: Keys, isInside = () => false): void {
  useLayoutEffect(() => {
    const layer = { keys, isInside };
    layers.unshift(layer);
    return () => {
      layers.splice(layers.indexOf(layer), 1);
    };
  });
}
