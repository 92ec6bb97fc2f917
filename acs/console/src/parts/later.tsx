// Parts of the console that the first look does not need: fetched once the page is drawn, long before they are opened.
import { signal } from "@preact/signals";
import type { FunctionComponent } from "preact";
import { Bones } from "./basic";

const waiting: Array<() => void> = [];

let restIsDue = false;

type Meanwhile = "bones" | "nothing" | "nothing yet";

/** Stands for a component that is fetched; while it comes there are grey shapes, or nothing. "nothing yet": nor is it fetched for being drawn before the rest is. */
export function later<P extends object>(load: () => Promise<FunctionComponent<P>>, meanwhile: Meanwhile = "bones"): FunctionComponent<P> {
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
    if (restIsDue || meanwhile !== "nothing yet") void start();
    return meanwhile === "bones" ? <Bones lines={6} /> : null;
  };
}

/** What was fetched before this mark is the first load. */
export const REST_MARK = "farol:rest";

export function fetchTheRest(): void {
  performance.mark(REST_MARK);
  restIsDue = true;
  for (const start of waiting) start();
}
