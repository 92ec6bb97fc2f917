// Searches while somebody types: after a moment of rest, and an answer that comes too late is thrown away. Where the server
// could not answer it is asked again, for whoever has pressed Enter waits.
import { useSignal, useSignalEffect, type Signal } from "@preact/signals";
import { Problem } from "../api";
import { find, type Found } from "../state/search";

const REST_MS = 120;

export function useSearch(text: Signal<string>) {
  const found = useSignal<Found>({ hits: [], filter: null });
  const asked = useSignal(""); // what it is an answer to
  const problem = useSignal<Problem | null>(null);
  useSignalEffect(() => {
    const wanted = text.value.trim();
    const abort = new AbortController();
    const ask = async () => {
      try {
        const answer = await find(wanted, abort.signal);
        if (abort.signal.aborted) return;
        found.value = answer;
        asked.value = wanted;
        problem.value = null;
      } catch (error) {
        if (!(error instanceof Problem) || abort.signal.aborted) return;
        problem.value = error;
        if (error.mayPass) timer = setTimeout(ask, (error.retryAfter ?? 1) * 1000);
      }
    };
    let timer = setTimeout(ask, wanted === "" ? 0 : REST_MS);
    return () => (clearTimeout(timer), abort.abort());
  });
  return { ...found.value, isDone: asked.value === text.value.trim(), problem: problem.value };
}
