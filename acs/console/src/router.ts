// The address is the state that can be sent to somebody: which page, which home, which of its tabs.
import { computed, signal } from "@preact/signals";

const here = signal(location.pathname + location.search);

addEventListener("popstate", () => (here.value = location.pathname + location.search));

export const path = computed(() => new URL(here.value, location.origin).pathname);
export const search = computed(() => new URL(here.value, location.origin).searchParams);

export function go(to: string, replace = false): void {
  if (to === here.value) return;
  history[replace ? "replaceState" : "pushState"](null, "", to);
  here.value = to;
}

/** Links of the console are followed without loading it again; those with a modifier key are the browser's. */
export function followLinks(event: MouseEvent): void {
  const link = (event.target as Element).closest?.("a[href^='/']");
  if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const href = link.getAttribute("href")!;
  if (href.startsWith("/api/") || link.hasAttribute("target")) return;
  event.preventDefault();
  go(href);
}

/** What stands for the parts in braces: match("/aparelho/{id}", …) gives {id}; null: another page. */
export function match(pattern: string, at: string): Record<string, string> | null {
  const wanted = pattern.split("/");
  const given = at.split("/");
  if (wanted.length !== given.length) return null;
  const found: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    if (part.startsWith("{")) found[part.slice(1, -1)] = decodeURIComponent(given[i]!);
    else if (part !== given[i]) return null;
  }
  return found;
}
