// Searches while somebody types: after a moment of rest, and an answer that comes too late is thrown away.
import { useSignal, useSignalEffect, type Signal } from "@preact/signals";
import { Problem } from "../api";
import { find, type Hit } from "../state/search";

const REST_MS = 120;

export function useSearch(text: Signal<string>) {
  const hits = useSignal<Hit[]>([]);
  const asked = useSignal(""); // what the hits are an answer to
  const problem = useSignal<Problem | null>(null);
  useSignalEffect(() => {
    const wanted = text.value.trim();
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const found = await find(wanted, abort.signal);
        if (abort.signal.aborted) return;
        hits.value = found;
        asked.value = wanted;
        problem.value = null;
      } catch (error) {
        if (error instanceof Problem && !abort.signal.aborted) problem.value = error;
      }
    }, wanted === "" ? 0 : REST_MS);
    return () => (clearTimeout(timer), abort.abort());
  });
  return { hits: hits.value, isDone: asked.value === text.value.trim(), problem: problem.value };
}
