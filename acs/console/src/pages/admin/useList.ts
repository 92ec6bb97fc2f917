// A list of the API, page by page: what is asked for may change, and an answer to what is no longer asked is nothing.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { get, Problem } from "../../api";

interface Page<T> {
  data: T[];
  next: string | null;
}

export function useList<T>(path: string) {
  const rows = useSignal<T[] | null>(null);
  const next = useSignal<string | null>(null);
  const problem = useSignal<Problem | null>(null);
  const busy = useSignal(false);
  const round = useRef(0);
  const load = async (after: string | null) => {
    const mine = ++round.current;
    busy.value = true;
    try {
      const page = await get<Page<T>>(path + (after ? (path.includes("?") ? "&" : "?") + "after=" + encodeURIComponent(after) : ""));
      if (mine !== round.current) return;
      rows.value = [...(after ? (rows.value ?? []) : []), ...page.data];
      next.value = page.next;
      problem.value = null;
    } catch (error) {
      if (mine === round.current) problem.value = error as Problem;
    }
    if (mine === round.current) busy.value = false;
  };
  useEffect(() => {
    rows.value = null;
    void load(null);
  }, [path]);
  return {
    rows: rows.value,
    next: next.value,
    problem: problem.value,
    busy: busy.value,
    again: () => load(null),
    more: () => load(next.value),
  };
}
