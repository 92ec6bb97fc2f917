// Parts of the console that the first look does not need: fetched once the page is drawn, long before they are opened.
import { signal } from "@preact/signals";
import type { FunctionComponent } from "preact";
import { Bones } from "./basic";

const waiting: Array<() => void> = [];

/** Stands for a component that is fetched; while it comes there are grey shapes, or nothing. */
export function later<P extends object>(load: () => Promise<FunctionComponent<P>>, silent = false): FunctionComponent<P> {
  const loaded = signal<{ part: FunctionComponent<P> } | null>(null);
  let asked: Promise<void> | null = null;
  // One that could not be fetched is asked for again by the next who needs it.
  const start = () =>
    (asked ??= load().then(
      (part) => void (loaded.value = { part }),
      () => void (asked = null),
    ));
  waiting.push(start);
  return (props) => {
    const Part = loaded.value?.part;
    if (Part) return <Part {...props} />;
    void start();
    return silent ? null : <Bones lines={6} />;
  };
}

/** What was fetched before this mark is the first load. */
export const REST_MARK = "farol:rest";

export function fetchTheRest(): void {
  performance.mark(REST_MARK);
  for (const start of waiting) start();
}
